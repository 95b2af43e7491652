#pragma once

#include <string_view>

#include "core/result.hpp"

namespace holdfast::swarm {

/// What an engine's error response means to us. `body` is its `{"message": …}`, which is hostile text like any other.
///
/// The engine's status codes are not enough: a stale version comes as 500 "update out of sequence", an object in use as
/// 400, a missing network and a Swarm without a leader as 500.
[[nodiscard]] Error engine_error(unsigned status, std::string_view body);

}  // namespace holdfast::swarm
