#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "target/swarm/spec/compose_syntax.hpp"
#include "target/swarm/spec/convert_parts.hpp"

namespace holdfast::swarm {

namespace {

/// The engine keeps ratios in single precision: the shortest text that means the same there, read back.
double single_precision(double value) {
    const auto text = fmt::format("{}", static_cast<float>(value));
    double out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

json::object amounts(const Node& source) {
    json::object out;
    if (const auto cpus = source.at("cpus")) {
        const auto text = cpus.scalar();
        if (!text.empty()) out["NanoCPUs"] = value_or_refuse(parse_cpus(text), cpus);
    }
    if (const auto memory = source.at("memory"))
        out["MemoryBytes"] = value_or_refuse(parse_bytes(memory.scalar()), memory);
    return out;
}

json::array generic_resources(const Node& list) {
    json::array out;
    list.each_item([&](const Node& item) {
        item.only({"discrete_resource_spec"});
        const auto discrete = item.at("discrete_resource_spec");
        discrete.only({"kind", "value"});
        out.push_back(
            {{"DiscreteResourceSpec",
              {{"Kind", discrete.at("kind").text()}, {"Value", discrete.at("value").integer().value_or(0)}}}});
    });
    return out;
}

json::object restart_of_old_key(const Node& restart) {
    const auto text = restart.text();
    const auto name = text.substr(0, text.find(':'));
    if (name == "no" || name.empty()) return {};
    if (name == "always" || name == "unless-stopped") return {{"Condition", "any"}};
    if (name != "on-failure") restart.refuse("must be no, always, unless-stopped, on-failure or on-failure:COUNT");
    json::object out{{"Condition", "on-failure"}};
    if (text.size() == name.size()) return out;
    std::uint32_t attempts = 0;
    const char* const last = text.data() + text.size();
    if (const auto [end, error] = std::from_chars(text.data() + name.size() + 1, last, attempts);
        error != std::errc{} || end != last)
        restart.refuse("must have a whole number behind the colon");
    if (attempts > 0) out["MaxAttempts"] = attempts;
    return out;
}

void convert_port(const Node& entry, json::array& out, Stack& stack) {
    if (entry.is_object()) {
        entry.only({"mode", "target", "published", "protocol"});
        json::object port;
        put(port, "Protocol", entry.at("protocol").text());
        put(port, "TargetPort", entry.at("target").count());
        put(port, "PublishedPort", entry.at("published").count());
        put(port, "PublishMode", entry.at("mode").text());
        out.emplace_back(std::move(port));
        return;
    }
    auto mappings = value_or_refuse(parse_ports(entry.scalar()), entry);
    if (!mappings.ignored_address.empty())
        stack.warnings.push_back(fmt::format("{}: the address {} is ignored: a Swarm service listens on all addresses",
                                             entry.path(), mappings.ignored_address));
    std::ranges::sort(mappings.ports);
    for (const auto& mapping : mappings.ports) {
        json::object port{{"Protocol", mapping.protocol}, {"TargetPort", mapping.target}, {"PublishMode", "ingress"}};
        if (mapping.published != 0) port["PublishedPort"] = mapping.published;
        out.emplace_back(std::move(port));
    }
}

}  // namespace

json::value convert_mode(const Node& deploy) {
    const auto mode = deploy.at("mode").text();
    const auto replicas = deploy.at("replicas").count();
    if (mode == "global") {
        if (replicas) deploy.at("replicas").refuse("a global service has no number of replicas");
        return {{"Global", json::object{}}};
    }
    if (!mode.empty() && mode != "replicated") deploy.at("mode").refuse("must be replicated or global");
    json::object replicated;
    put(replicated, "Replicas", replicas);
    return {{"Replicated", std::move(replicated)}};
}

json::object convert_update(const Node& config) {
    if (!config) return {};
    config.only({"parallelism", "delay", "failure_action", "monitor", "max_failure_ratio", "order"});
    json::object out{{"Parallelism", config.at("parallelism").count().value_or(1)}};
    put(out, "Delay", config.at("delay").duration());
    put(out, "FailureAction", config.at("failure_action").text());
    put(out, "Monitor", config.at("monitor").duration());
    if (const auto ratio = config.at("max_failure_ratio").number()) out["MaxFailureRatio"] = single_precision(*ratio);
    const auto order = config.at("order");
    const auto text = order.text();
    if (order && text != "start-first" && text != "stop-first") order.refuse("must be start-first or stop-first");
    put(out, "Order", text);
    return out;
}

json::object convert_resources(const Node& resources) {
    resources.only({"limits", "reservations"});
    json::object out;
    const auto limits = resources.at("limits");
    limits.only({"cpus", "memory", "pids"});
    auto limited = amounts(limits);
    put(limited, "Pids", limits.at("pids").integer());
    put(out, "Limits", std::move(limited));

    const auto reservations = resources.at("reservations");
    reservations.only({"cpus", "memory", "generic_resources"});
    auto reserved = amounts(reservations);
    put(reserved, "GenericResources", generic_resources(reservations.at("generic_resources")));
    put(out, "Reservations", std::move(reserved));
    return out;
}

json::object convert_restart(const Node& service, const Node& policy) {
    if (!policy) return restart_of_old_key(service.at("restart"));
    policy.only({"condition", "delay", "max_attempts", "window"});
    json::object out;
    put(out, "Condition", policy.at("condition").text());
    put(out, "Delay", policy.at("delay").duration());
    put(out, "MaxAttempts", policy.at("max_attempts").count());
    put(out, "Window", policy.at("window").duration());
    return out;
}

json::object convert_placement(const Node& placement) {
    placement.only({"constraints", "preferences", "max_replicas_per_node"});
    json::object out;
    put(out, "Constraints", string_list(placement.at("constraints").texts()));
    json::array preferences;
    placement.at("preferences").each_item([&](const Node& preference) {
        preference.only({"spread"});
        preferences.push_back({{"Spread", {{"SpreadDescriptor", preference.at("spread").text()}}}});
    });
    put(out, "Preferences", std::move(preferences));
    put(out, "MaxReplicas", placement.at("max_replicas_per_node").count());
    return out;
}

json::object convert_endpoint(const Node& deploy, const Node& ports, Stack& stack) {
    json::object out;
    auto mode = deploy.at("endpoint_mode").text();
    std::ranges::transform(mode, mode.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    put(out, "Mode", mode);
    json::array converted;
    ports.each_item([&](const Node& entry) { convert_port(entry, converted, stack); });
    put(out, "Ports", std::move(converted));
    return out;
}

}  // namespace holdfast::swarm
