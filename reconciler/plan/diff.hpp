#pragma once

#include <map>
#include <set>
#include <string>

#include "plan/types.hpp"

namespace holdfast::plan {

/// What a diff must know beyond both states.
struct Circumstances {
    /// Apps to be left as they are, and why: suspended, invalid, building, failed before and not yet due.
    std::map<AppKey, std::string> held;
    /// Manifest files that can't be read: whatever came from them is left as it is.
    std::set<std::string> broken_files;
    /// Where nothing may be removed (the manifests are not known well enough): why.
    std::string keep_everything;
    /// The input hash that each app was last applied with by this process: what differs under an equal hash is drift.
    std::map<AppKey, std::string> applied;
};

/// Compares field by field and gives the writes that make `observed` equal to `desired`, each with a reason.
/// Deterministic, independent of the order of its inputs; nothing outside of `observed` is ever touched, and planning
/// again after the actions are applied gives no action.
[[nodiscard]] Plan diff(const Desired& desired, const Observed& observed, const Rules& rules,
                        const Circumstances& circumstances);

}  // namespace holdfast::plan
