// What nearly every file of the project includes, parsed once. Not to be included by hand.
#include <algorithm>
#include <chrono>
#include <compare>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json.hpp>
