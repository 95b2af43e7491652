#include "app/holds.hpp"

namespace holdfast::app {

std::string suspension(const manifest::Snapshot& snapshot, const manifest::App& app) {
    if (app.suspend) return "suspended by its manifest";
    const auto environment = snapshot.environments.find(app.key.environment);
    if (environment != snapshot.environments.end() && environment->second.suspend)
        return "its environment is suspended";
    return {};
}

plan::Circumstances manifest_holds(const manifest::Snapshot& snapshot) {
    plan::Circumstances out;
    if (!snapshot.usable) out.keep_everything = "this revision can't be used";
    out.broken_files.insert(snapshot.broken_files.begin(), snapshot.broken_files.end());
    for (const auto& [key, diagnostics] : snapshot.invalid) out.held[key] = "its manifest is invalid";
    for (const auto& [key, app] : snapshot.apps)
        if (auto reason = suspension(snapshot, *app); !reason.empty()) out.held[key] = std::move(reason);
    return out;
}

}  // namespace holdfast::app
