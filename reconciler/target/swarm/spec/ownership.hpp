#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::swarm {

/// Whose an object is, as labels on the object itself. Never on a service's task template: a change there restarts its
/// tasks.
inline constexpr std::string_view instance_label = "dev.holdfast.instance";  ///< on everything of ours
inline constexpr std::string_view environment_label = "dev.holdfast.environment";
inline constexpr std::string_view app_label = "dev.holdfast.app";    ///< `environment/name`, where one app owns it
inline constexpr std::string_view file_label = "dev.holdfast.file";  ///< the manifest that it came from

/// On networks: the subnets that were asked for. The engine tells of those that it chose itself in just the same way.
inline constexpr std::string_view subnets_label = "dev.holdfast.subnets";

struct Owner {
    std::string instance;
    std::string environment;
    std::string app;   ///< `environment/name`, or empty for what an environment's apps share
    std::string file;  ///< or empty
};

/// Puts the owner's labels into a spec's `Labels`; on a network also the subnets that it asks for.
void own(json::value& spec, const Owner& owner);

/// The owner that a spec's `Labels` name; an empty instance where the object isn't ours.
[[nodiscard]] Owner owner_of(const json::value& spec);

}  // namespace holdfast::swarm
