#pragma once

#include <optional>
#include <set>
#include <string_view>

#include "target/swarm/session.hpp"

namespace holdfast::swarm {

/// Everything of ours that exists, in four lists. Each object is reduced to its normal form as it arrives.
net::Task<Result<plan::Observed>> observe_all(Session& session);

/// The same for some objects, by name.
net::Task<Result<plan::Observed>> observe_some(Session& session, const std::set<plan::ResourceKey>& keys);

/// The ids of all objects of a kind by name, ours or not.
net::Task<Result<void>> learn_ids(Session& session, std::string kind);

/// What GET says of an object, as the plan sees it; nothing where it belongs to another instance or to nobody.
[[nodiscard]] std::optional<std::pair<plan::ResourceKey, plan::ObservedResource>> observed_object(
    std::string_view kind, const json::value& object, const Names& networks, std::string_view instance);

}  // namespace holdfast::swarm
