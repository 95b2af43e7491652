#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::swarm {

/// Names of the engine's networks by their id; what isn't there is taken for a name.
using Names = std::map<std::string, std::string, std::less<>>;

/// The smallest spec that means the same: the engine's defaults and empty members left out, lists whose order means
/// nothing sorted, networks, configs and secrets by name without ids. Takes what POST takes and the `Spec` that GET
/// gives, and makes one form of both, so that equal text (core/json.hpp, canonical) means nothing to do.
[[nodiscard]] json::value normalise_service(json::value spec, const Names& networks = {});

/// The same for a network. GET describes a network itself, not the request that made it; both are taken.
[[nodiscard]] json::value normalise_network(json::value network);

/// The same for configs and secrets. The engine doesn't give out a secret's data, so it is left out.
[[nodiscard]] json::value normalise_config(json::value spec);
[[nodiscard]] json::value normalise_secret(json::value spec);

/// Ids of the engine by name, for what is to be written.
struct Ids {
    std::function<std::string(const std::string& name)> config, secret;  ///< empty where there is none
};

/// A normalised service as POST takes it: with ConfigID and SecretID filled in. Networks stay by name, which the engine
/// resolves. not_found names a config or secret that doesn't exist.
[[nodiscard]] Result<json::value> postable_service(json::value spec, const Ids& ids);

}  // namespace holdfast::swarm
