#include "plan/guard.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/text.hpp"

namespace holdfast::plan {

std::optional<std::string> guard(Plan& plan, const Observed& observed, const Desired& desired, std::size_t apps_known,
                                 double share, bool confirmed) {
    if (confirmed) return std::nullopt;
    std::set<AppKey> removed;
    for (const auto& action : plan.actions)
        if (action.verb == Verb::remove && action.app && !desired.apps.contains(*action.app))
            removed.insert(*action.app);
    if (removed.empty()) return std::nullopt;
    std::set<AppKey> existing;
    for (const auto& [key, resource] : observed.resources)
        if (resource.app) existing.insert(*resource.app);

    const bool nothing_left = apps_known == 0;
    const bool too_many = removed.size() >= guard_minimum &&
                          static_cast<double>(removed.size()) > share * static_cast<double>(existing.size());
    if (!nothing_left && !too_many) return std::nullopt;

    auto reason = fmt::format(
        "prune guard: this revision would remove {} of {}; to confirm, push a commit with the trailer 'Holdfast-Prune: "
        "confirm'",
        removed.size(), counted(existing.size(), "app"));
    const auto is_removal = [](const Action& action) { return action.verb == Verb::remove; };
    for (const auto& action : plan.actions)
        if (is_removal(action)) plan.skipped.push_back({action.key, action.app, reason});
    std::erase_if(plan.actions, is_removal);
    return reason;
}

}  // namespace holdfast::plan
