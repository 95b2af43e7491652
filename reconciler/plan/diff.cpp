#include "plan/diff.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "plan/fields.hpp"

namespace holdfast::plan {

namespace {

class Differ {
  public:
    Differ(const Desired& desired, const Observed& observed, const Rules& rules, const Circumstances& circumstances)
        : desired_(desired), observed_(observed), rules_(rules), circumstances_(circumstances) {}

    Plan run() {
        for (const auto& [key, resource] : desired_.shared) compare(resource, nullptr);
        for (const auto& [key, app] : desired_.apps)
            for (const auto& resource : app->resources) compare(resource, app.get());
        for (const auto& [key, resource] : observed_.resources)
            if (!wanted_.contains(key)) remove(key, resource);
        std::ranges::sort(plan_.actions, {}, [&](const Action& action) { return order_of(action); });
        std::ranges::sort(plan_.skipped, {},
                          [](const Skipped& skipped) { return std::tie(skipped.key, skipped.reason); });
        return std::move(plan_);
    }

  private:
    void compare(const DesiredResource& resource, const DesiredApp* app) {
        wanted_.insert(resource.key);
        const auto found = observed_.resources.find(resource.key);
        const bool exists = found != observed_.resources.end();
        if (exists && found->second.spec == resource.spec) return;
        if (resource.app)
            if (const auto held = circumstances_.held.find(*resource.app); held != circumstances_.held.end()) {
                plan_.skipped.push_back({resource.key, resource.app, held->second});
                return;
            }

        Action action{.key = resource.key, .app = resource.app, .spec = resource.spec};
        if (!exists) {
            action.verb = Verb::create;
            action.drift = applied_unchanged(app);
            action.reason = action.drift ? "it is missing" : "it is new";
        } else {
            action.observed_id = found->second.id;
            action.observed_version = found->second.version;
            action.changes = field_changes(found->second.spec, resource.spec, rules_);
            action.verb = immutable(resource.key.kind, action.changes) ? Verb::replace : Verb::update;
            action.drift = applied_unchanged(app);
            action.reason = summary(action.changes, rules_);
        }
        if (action.drift) {
            action.reason = "changed by hand, put back: " + action.reason;
        } else if (app != nullptr && !app->source.empty()) {
            action.reason += fmt::format(" (source {})", app->source);
        }
        plan_.actions.push_back(std::move(action));
    }

    void remove(const ResourceKey& key, const ObservedResource& resource) {
        const auto skip = [&](std::string reason) { plan_.skipped.push_back({key, resource.app, std::move(reason)}); };
        if (std::ranges::find(rules_.kept_kinds, key.kind) != rules_.kept_kinds.end()) return;
        if (!circumstances_.keep_everything.empty()) return skip(circumstances_.keep_everything);
        if (resource.app) {
            if (const auto held = circumstances_.held.find(*resource.app); held != circumstances_.held.end())
                return skip(held->second);
            if (!resource.file.empty() && circumstances_.broken_files.contains(resource.file))
                return skip(fmt::format("{} can't be read", resource.file));
        } else if (!circumstances_.broken_files.empty()) {
            // What is shared may belong to an app that can't be read right now.
            return skip("a manifest can't be read");
        }
        const bool outdated = resource.app && desired_.apps.contains(*resource.app);
        plan_.actions.push_back({.verb = Verb::remove,
                                 .key = key,
                                 .app = resource.app,
                                 .reason = outdated ? "no longer used" : "no longer in git",
                                 .observed_id = resource.id,
                                 .observed_version = resource.version});
    }

    [[nodiscard]] bool applied_unchanged(const DesiredApp* app) const {
        if (app == nullptr) return false;
        const auto applied = circumstances_.applied.find(app->key);
        return applied != circumstances_.applied.end() && applied->second == app->input_hash;
    }

    [[nodiscard]] bool immutable(const std::string& kind, const std::vector<FieldChange>& changes) const {
        const auto pointers = rules_.immutable.find(kind);
        if (pointers == rules_.immutable.end()) return false;
        return std::ranges::any_of(changes, [&](const FieldChange& change) {
            return std::ranges::any_of(
                pointers->second, [&](const std::string& pattern) { return pointer_matches(change.path, pattern); });
        });
    }

    /// Creations and changes by kind in the target's order, then removals backwards; by name within a kind.
    [[nodiscard]] std::tuple<bool, std::ptrdiff_t, const ResourceKey&> order_of(const Action& action) const {
        const auto kind = std::ranges::find(rules_.kinds, action.key.kind) - rules_.kinds.begin();
        const bool removal = action.verb == Verb::remove;
        return {removal, removal ? -kind : kind, action.key};
    }

    const Desired& desired_;
    const Observed& observed_;
    const Rules& rules_;
    const Circumstances& circumstances_;
    std::set<ResourceKey> wanted_;
    Plan plan_;
};

}  // namespace

Plan diff(const Desired& desired, const Observed& observed, const Rules& rules, const Circumstances& circumstances) {
    return Differ(desired, observed, rules, circumstances).run();
}

}  // namespace holdfast::plan
