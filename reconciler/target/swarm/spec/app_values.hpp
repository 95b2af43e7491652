#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "manifest/types.hpp"

namespace holdfast::swarm {

/// A config of an app as the compose document names it: by a hash of its content, because the engine can't change a
/// config's data. What changed is so another config, and the service moves over to it.
struct NamedConfig {
    std::string key;  ///< `{app}_{slug}_{hash}`; the stack's name comes before it in the engine
    const manifest::Config* config = nullptr;
};
[[nodiscard]] std::vector<NamedConfig> named_configs(const manifest::App& app);

/// What templates/swarm/app.compose.mustache knows of an app. Lists bring a `separator` for all but their first item;
/// what an app doesn't have is false or an empty list.
[[nodiscard]] json::value app_values(const manifest::Snapshot& snapshot, const manifest::App& app,
                                     std::string_view image, std::uint16_t port);

}  // namespace holdfast::swarm
