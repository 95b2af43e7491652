#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace holdfast::swarm {

/// By registry host as it stands in image references (`registry.example.com:5000`, `docker.io`): `user:password`.
using RegistryCredentials = std::map<std::string, Secret, std::less<>>;

/// The registry that an image reference names: what is before the first slash where that looks like a host, else
/// Docker Hub.
[[nodiscard]] std::string_view registry_of(std::string_view image);

/// The X-Registry-Auth header for an image, which the engine hands to the nodes that pull it; empty where no
/// credentials are known.
[[nodiscard]] Secret registry_auth(const RegistryCredentials& credentials, std::string_view image);

}  // namespace holdfast::swarm
