#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/types.hpp"
#include "plan/types.hpp"
#include "target/swarm/spec/app_compose.hpp"

namespace holdfast::swarm {

/// What one app needs of its own (its service and configs), normalised, with the labels of `instance`. Its network is
/// of its environment, see desire_environment. `port` 0: none.
[[nodiscard]] Result<std::vector<plan::DesiredResource>> desire_app(const manifest::Snapshot& snapshot,
                                                                    const manifest::App& app, std::string_view image,
                                                                    std::uint16_t port, std::string_view instance);

/// What the apps of an environment share: its encrypted overlay network `{environment}_default`.
[[nodiscard]] std::vector<plan::DesiredResource> desire_environment(const manifest::Environment& environment,
                                                                    std::string_view instance);

}  // namespace holdfast::swarm
