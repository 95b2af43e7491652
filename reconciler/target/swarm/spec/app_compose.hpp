#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "manifest/types.hpp"

namespace holdfast::swarm {

/// Where in a config repository its own template lies, below templates/.
inline constexpr std::string_view own_template = "swarm/app.compose.mustache";

/// The template that is shipped: templates/swarm/app.compose.mustache.
[[nodiscard]] std::string_view app_template();

/// One app as a compose document (schema 3.8, and `content` on configs): one service named as the app, in the stack
/// named as its environment. The config repository's own template
/// wins over the shipped one; it gives JSON or YAML. `override: swarm:` is merged onto the service last.
/// `port` 0: none.
[[nodiscard]] Result<json::value> compose_of(const manifest::Snapshot& snapshot, const manifest::App& app,
                                             std::string_view image, std::uint16_t port);

/// The same document as a file that `docker stack deploy -c - {environment}` takes as it is, run at the root of the
/// config repository. Inline configs, for which schema 3.8 has no place, become external ones, and the file's head says
/// how to create them. `$` is doubled, because docker interpolates.
[[nodiscard]] std::string render_compose(const json::value& compose);

}  // namespace holdfast::swarm
