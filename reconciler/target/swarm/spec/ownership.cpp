#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

void own(json::value& spec, const Owner& owner) {
    auto& object = spec.is_object() ? spec.get_object() : spec.emplace_object();
    auto& slot = object["Labels"];
    auto& labels = slot.is_object() ? slot.get_object() : slot.emplace_object();
    labels[instance_label] = owner.instance;
    labels[environment_label] = owner.environment;
    if (!owner.app.empty()) labels[app_label] = owner.app;
    if (!owner.file.empty()) labels[file_label] = owner.file;
}

Owner owner_of(const json::value& spec) {
    const auto* labels = member(spec, "Labels");
    if (labels == nullptr) return {};
    return {text_member(*labels, instance_label), text_member(*labels, environment_label),
            text_member(*labels, app_label), text_member(*labels, file_label)};
}

}  // namespace holdfast::swarm
