#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

std::string subnets_of(const json::value& spec) {
    std::string out;
    const auto* pools = find_pointer(spec, "/IPAM/Config");
    if (pools == nullptr || !pools->is_array()) return out;
    for (const auto& pool : pools->get_array()) {
        if (!out.empty()) out += ' ';
        out += text_member(pool, "Subnet");
    }
    return out;
}

}  // namespace

void own(json::value& spec, const Owner& owner) {
    const auto subnets = subnets_of(spec);
    auto& object = spec.is_object() ? spec.get_object() : spec.emplace_object();
    auto& slot = object["Labels"];
    auto& labels = slot.is_object() ? slot.get_object() : slot.emplace_object();
    labels[instance_label] = owner.instance;
    labels[environment_label] = owner.environment;
    if (!owner.app.empty()) labels[app_label] = owner.app;
    if (!owner.file.empty()) labels[file_label] = owner.file;
    if (!subnets.empty()) labels[subnets_label] = subnets;
}

Owner owner_of(const json::value& spec) {
    const auto* labels = member(spec, "Labels");
    if (labels == nullptr) return {};
    return {text_member(*labels, instance_label), text_member(*labels, environment_label),
            text_member(*labels, app_label), text_member(*labels, file_label)};
}

}  // namespace holdfast::swarm
