#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "plan/types.hpp"

namespace holdfast::plan {

/// Fewer removals than this are never stopped, unless nothing at all would be left.
inline constexpr std::size_t guard_minimum = 3;

/// Stops a plan that looks like an accident: one from an empty desired set, or one that removes more than `share` of
/// the apps that exist (and at least three). Where it stops, every removal is moved to `skipped`, and the text says how
/// to confirm; nothing otherwise. `apps_known` counts the apps that the manifests name, valid or not.
[[nodiscard]] std::optional<std::string> guard(Plan& plan, const Observed& observed, const Desired& desired,
                                               std::size_t apps_known, double share, bool confirmed);

}  // namespace holdfast::plan
