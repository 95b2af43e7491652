#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::manifest {

/// Splits a command line as a shell would, without expanding anything: blanks separate, quotes and backslashes protect
/// (POSIX.1-2017 Shell Command Language, 2.2). Fails where a quote isn't closed.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view line);

}  // namespace holdfast::manifest
