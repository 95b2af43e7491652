#pragma once

#include <filesystem>
#include <string>

#include "app/revision.hpp"
#include "app/settings.hpp"
#include "core/result.hpp"
#include "net/runtime.hpp"

namespace holdfast::app {

/// Where a command takes the manifests from: a folder as it is, or (with a config repository or a revision) a commit.
struct ManifestSource {
    std::filesystem::path folder;  ///< empty: the present one
    std::string rev;               ///< branch, tag or commit; empty: the branch of the settings
};

/// Manifests for a command that needs no daemon. A repository is fetched into a temporary mirror.
/// An empty `settings.instance` reads what is of any instance.
[[nodiscard]] Result<Revision> read_manifests(net::Runtime& runtime, const Settings& settings,
                                              const ManifestSource& source);

}  // namespace holdfast::app
