#pragma once

#include <map>
#include <string>

#include "core/ids.hpp"
#include "manifest/types.hpp"
#include "plan/diff.hpp"

namespace holdfast::app {

/// Why an app isn't to be touched, as far as its manifests tell: `suspended by its manifest`; empty where it may be.
[[nodiscard]] std::string suspension(const manifest::Snapshot& snapshot, const manifest::App& app);

/// What a plan must leave alone for the manifests' sake: suspended and invalid apps, unreadable files, an unusable
/// revision.
[[nodiscard]] plan::Circumstances manifest_holds(const manifest::Snapshot& snapshot);

}  // namespace holdfast::app
