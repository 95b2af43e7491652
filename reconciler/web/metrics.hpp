#pragma once

#include <map>
#include <string>

#include "status/board.hpp"

namespace holdfast::web {

/// What was counted since the start, by name or `name{label="value"}`.
using Counters = std::map<std::string, double>;

/// The board in the text format of Prometheus.
[[nodiscard]] std::string metrics_text(const status::Board& board, const Counters& counters);

}  // namespace holdfast::web
