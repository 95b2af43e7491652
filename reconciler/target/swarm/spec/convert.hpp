#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace holdfast::swarm {

struct ConvertOptions {
    /// Reads a file that the compose file names (`env_file`, `configs`, `secrets`), by its path as written there.
    std::function<Result<std::string>(const std::string& path)> read_file;
    /// Where relative paths of bind mounts start: an absolute path.
    std::string working_directory = "/";
    /// What `NAME` without a value in `environment` takes; empty where it isn't set.
    std::function<std::optional<std::string>(const std::string& name)> variable;
};

/// A compose file in the Engine API's terms: bodies for POST /services/create, /networks/create, /configs/create and
/// /secrets/create, by the object's name in the engine. Specs refer to networks, configs and secrets by name, where the
/// engine takes an id (`ConfigID`, `SecretID`) it is left out.
struct StackSpecs {
    std::map<std::string, json::value> networks, configs, secrets, services;
    /// Volumes are not created: the engine makes them from the mounts of the services, on the node of the task.
    std::vector<std::string> external_networks, external_configs, external_secrets;  ///< must exist beforehand
    std::vector<std::string> warnings;                                               ///< what docker says and ignores
};

/// Converts what `docker stack deploy` accepts (compose schema 3.0 to 3.9, without interpolation) to what it would
/// create. Pure but for the options' functions. Errors name the place in the document: `services.web.ports[0]: …`.
[[nodiscard]] Result<StackSpecs> convert(const json::value& compose, std::string_view stack,
                                         const ConvertOptions& options = {});

}  // namespace holdfast::swarm
