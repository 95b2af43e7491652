#pragma once

#include "target/swarm/session.hpp"

namespace holdfast::swarm {

/// One write, as Target::apply says. Removing what is gone already is a success; a network that the last tasks of a
/// removed service still hold is tried again for a few seconds, then given back as Retry::later.
net::Task<Result<target::Applied>> apply_action(Session& session, const plan::Action& action);

}  // namespace holdfast::swarm
