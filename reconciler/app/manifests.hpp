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
[[nodiscard]] Result<Revision> read_manifests(net::Runtime& runtime, const Settings& settings,
                                              const ManifestSource& source);

/// The same, with what belongs to other instances: for commands that touch nothing that runs.
[[nodiscard]] Result<Revision> read_manifests_of_all(net::Runtime& runtime, Settings settings,
                                                     const ManifestSource& source);

}  // namespace holdfast::app
