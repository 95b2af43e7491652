#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/json.hpp"
#include "target/target.hpp"

namespace holdfast::swarm {

/// The objects that concern us by name, and whose app each is part of.
using KnownObjects = std::map<plan::ResourceKey, std::optional<AppKey>>;

/// The events to ask for, as the `filters` of GET /events.
[[nodiscard]] json::object event_filters();

/// What one event means: which object may differ now, or whose tasks moved. Empty for what doesn't concern us, which is
/// nearly everything on an engine that others use too.
[[nodiscard]] target::Change change_of(const json::value& event, const KnownObjects& known);

}  // namespace holdfast::swarm
