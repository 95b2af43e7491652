#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/desired.hpp"
#include "app/holds.hpp"
#include "app/targets.hpp"
#include "core/text.hpp"
#include "plan/diff.hpp"
#include "plan/explain.hpp"
#include "plan/guard.hpp"

namespace holdfast::app {

namespace {

/// What the apps would run. A plan builds nothing: an app from a source is planned with the image that it runs.
std::map<AppKey, Image> images_for_plan(const manifest::Snapshot& snapshot, const plan::Observed& observed) {
    std::map<AppKey, std::string> running;
    for (const auto& [key, resource] : observed.resources)
        if (resource.app && !resource.image.empty()) running[*resource.app] = resource.image;
    std::map<AppKey, Image> images;
    for (const auto& [key, app] : snapshot.apps) {
        if (!app->source) {
            images[key] = {.reference = app->image, .port = app->port.value_or(0), .commit = {}, .source = {}};
        } else if (const auto known = running.find(key); known != running.end()) {
            images[key] = {.reference = known->second, .port = app->port.value_or(3000), .commit = {}, .source = {}};
        }
    }
    return images;
}

}  // namespace

int plan(const Settings& settings, const ManifestSource& source, Output output) {
    net::Runtime runtime;
    const auto revision = read_manifests(runtime, settings, source);
    if (!revision) return could_not_run(revision.error());
    const auto& snapshot = *revision->snapshot;
    const auto target = make_target(runtime, settings);
    if (!target) return could_not_run(target.error());
    const auto observed = runtime.complete((*target)->observe());
    if (!observed) return could_not_run(observed.error());

    DesiredState state(**target);
    const auto desired = state.make(snapshot, images_for_plan(snapshot, *observed));
    auto circumstances = manifest_holds(snapshot);
    for (const auto& [key, app] : snapshot.apps)
        if (!desired.apps.contains(key)) circumstances.held.try_emplace(key, "its image is to be built first");
    for (const auto& [key, problem] : state.problems()) circumstances.held[key] = problem;
    auto plan = plan::diff(desired, *observed, (*target)->rules(), circumstances);
    (void)plan::guard(plan, *observed, desired, snapshot.apps.size() + snapshot.invalid.size(),
                      snapshot.platform.prune_guard, revision->prune_confirmed);
    for (const auto& [key, app] : snapshot.apps)
        if (!desired.apps.contains(key)) plan.skipped.push_back({{"app", key.name}, key, circumstances.held.at(key)});

    for (const auto& diagnostic : snapshot.diagnostics) fmt::print(stderr, "{}\n", printable(to_string(diagnostic)));
    switch (output) {
        case Output::text:
            fmt::print("{}", plan::to_text(plan, wants_colour()));
            break;
        case Output::json:
            fmt::print("{}\n", json::serialize(plan::to_json(plan)));
            break;
        case Output::markdown:
            fmt::print("{}", plan::to_markdown(plan));
            break;
    }
    return plan.actions.empty() ? 0 : 1;
}

}  // namespace holdfast::app
