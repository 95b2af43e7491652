#pragma once

#include <chrono>

#include "core/time.hpp"

namespace holdfast::app {

/// The wall's time, for what people read and what outlives the process; deadlines use the steady clock.
[[nodiscard]] inline Time wall_now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace holdfast::app
