#include "target/swarm/event.hpp"

namespace holdfast::swarm {

namespace {

/// The engine writes a service's rollout progress into the service itself. Such an update changes no spec, except for a
/// rollback, which puts the previous one back.
bool only_progress(const json::value& attributes) {
    const auto state = text_member(attributes, "updatestate.new");
    return state == "updating" || state == "completed" || state == "paused";
}

void add_workload(const KnownObjects& known, const std::string& service, target::Change& change) {
    const auto found = known.find({"service", service});
    if (found != known.end() && found->second) change.workloads.insert(*found->second);
}

}  // namespace

json::object event_filters() {
    return {{"type", {"service", "network", "secret", "config", "container"}},
            {"event", {"create", "update", "remove", "start", "die", "health_status"}}};
}

target::Change change_of(const json::value& event, const KnownObjects& known) {
    target::Change change;
    const auto* attributes = find_pointer(event, "/Actor/Attributes");
    if (attributes == nullptr) return change;

    const auto type = text_member(event, "Type");
    if (type == "container") {
        add_workload(known, text_member(*attributes, "com.docker.swarm.service.name"), change);
        return change;
    }
    plan::ResourceKey key{type, text_member(*attributes, "name")};
    if (type == "service") add_workload(known, key.name, change);
    if (known.contains(key) && !(type == "service" && only_progress(*attributes))) change.keys.insert(std::move(key));
    return change;
}

}  // namespace holdfast::swarm
