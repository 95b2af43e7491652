#pragma once

#include "plan/types.hpp"

namespace holdfast::swarm {

/// What a Swarm is like: the order of its kinds, what can't be changed in place, what may be secret.
[[nodiscard]] const plan::Rules& swarm_rules();

}  // namespace holdfast::swarm
