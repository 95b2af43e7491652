#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::app {

/// The `auths` of a docker config.json, by registry host: `user:password`. An empty path holds none; credential helpers
/// (programs) are not run.
[[nodiscard]] Result<std::map<std::string, Secret, std::less<>>> read_registry_credentials(
    const std::filesystem::path& file);

}  // namespace holdfast::app
