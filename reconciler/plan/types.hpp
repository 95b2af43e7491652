#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/json.hpp"

namespace holdfast::plan {

/// What names an object of a target: its kind in the target's terms (`service`, `network`, `config`, …) and its name
/// there.
struct ResourceKey {
    std::string kind;
    std::string name;

    [[nodiscard]] std::string str() const { return kind + " " + name; }
    friend auto operator<=>(const ResourceKey&, const ResourceKey&) = default;
};

/// An object that should exist. `spec` is in the target's own terms, normalised (defaults left out) and canonical
/// (core/json.hpp), so that two specs are equal exactly when their texts are.
struct DesiredResource {
    ResourceKey key;
    std::optional<AppKey> app;  ///< empty for what an environment's apps share
    std::string environment;
    std::string spec;

    friend bool operator==(const DesiredResource&, const DesiredResource&) = default;
};

/// An app as it should be: what the plan needs to know of it and nothing of the target.
struct DesiredApp {
    AppKey key;
    std::string input_hash;  ///< of everything its resources follow from
    std::vector<DesiredResource> resources;
    std::vector<AppKey> depends_on;
    std::string image;       ///< as deployed, with digest where one is known
    CommitId source_commit;  ///< empty for image apps
    std::string source;      ///< `main a1b2c3d4 "Fix header"`, for reasons
};

/// Everything that should exist, by app; shared resources (networks) stand beside.
struct Desired {
    std::map<AppKey, std::shared_ptr<const DesiredApp>> apps;
    std::map<ResourceKey, DesiredResource> shared;
};

/// An object that exists and is ours.
struct ObservedResource {
    std::string id;
    std::uint64_t version = 0;  ///< to be sent back with a change; 0 where the target has none
    std::optional<AppKey> app;
    std::string environment;
    std::string file;   ///< the manifest it came from, as remembered on it
    std::string image;  ///< what it runs, where it runs anything
    std::string spec;   ///< normalised and canonical, as DesiredResource::spec
};

/// What the target has of ours, and nothing else.
struct Observed {
    std::map<ResourceKey, ObservedResource> resources;
};

enum class Verb { create, update, replace, remove };

/// One value that differs: where in the spec, and both sides as JSON text (empty: not there). Values that may be secret
/// are masked.
struct FieldChange {
    std::string path;  ///< JSON pointer into the spec
    std::string before;
    std::string after;

    friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

/// One write to a target, and why.
struct Action {
    Verb verb = Verb::create;
    ResourceKey key;
    std::optional<AppKey> app;
    std::string reason;  ///< `image 9f3a… → 1c2d… (source main a1b2c3d4 "Fix header")`
    std::vector<FieldChange> changes;
    std::string spec;         ///< to be applied; empty for remove
    std::string observed_id;  ///< empty for create
    std::uint64_t observed_version = 0;
    bool drift = false;  ///< the manifest didn't change: somebody changed the target

    friend bool operator==(const Action&, const Action&) = default;
};

/// Something that differs and is left alone, and why (suspended, invalid, failed before and not yet due, guarded).
struct Skipped {
    ResourceKey key;
    std::optional<AppKey> app;
    std::string reason;

    friend bool operator==(const Skipped&, const Skipped&) = default;
};

/// Values only: printed, tested, compared and served. Actions are in the order of apply: shared ones and creations by
/// kind, removals last.
struct Plan {
    std::vector<Action> actions;
    std::vector<Skipped> skipped;

    friend bool operator==(const Plan&, const Plan&) = default;
};

/// What a target is like, as data: plan/ knows no engine.
struct Rules {
    std::vector<std::string> kinds;  ///< in the order of creation; removal goes backwards
    std::map<std::string, std::vector<std::string>>
        immutable;                              ///< kind → spec pointers whose change needs a replace; `` is all
    std::vector<std::string> kept_kinds;        ///< never removed unless asked (volumes)
    std::vector<std::string> assignment_lists;  ///< spec pointers of lists of `NAME=value`, compared by name
    std::vector<std::string> derived_pointers;  ///< spec pointers that only follow others: not worth a word in a reason
    std::vector<std::string> secret_pointers;   ///< spec pointers whose values are masked, `*` for any member
};

}  // namespace holdfast::plan
