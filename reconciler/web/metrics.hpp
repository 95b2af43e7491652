#pragma once

#include <string>

#include "status/board.hpp"

namespace holdfast::web {

/// The board in the text format of Prometheus.
[[nodiscard]] std::string metrics_text(const status::Board& board);

}  // namespace holdfast::web
