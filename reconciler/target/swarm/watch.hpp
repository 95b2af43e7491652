#pragma once

#include <functional>

#include "target/swarm/session.hpp"

namespace holdfast::swarm {

/// Follows the engine's events until cancelled, as Target::watch says.
net::Task<void> watch_events(Session& session, std::function<void(target::Change)> on_change);

}  // namespace holdfast::swarm
