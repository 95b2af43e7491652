#include "target/swarm/spec/convert.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/base64.hpp"
#include "target/swarm/spec/convert_parts.hpp"

namespace holdfast::swarm {

namespace {

/// Names of a section in the engine: `name` as given, an external one as it is, everything else within the stack.
Definitions read_definitions(const Node& section, const Stack& stack) {
    Definitions out;
    section.each_member([&](std::string_view key, const Node& entry) {
        auto& definition = out[std::string(key)];
        definition.value = &entry.value();
        const auto external = entry.at("external");
        const bool renamed = external.is_object();
        definition.external = renamed || external.boolean().value_or(false);
        definition.name = entry.at("name").text();
        if (renamed && external.at("name")) {
            if (!definition.name.empty()) entry.refuse("name and external.name exclude each other; use name");
            definition.name = external.at("name").text();
        }
        if (definition.name.empty()) definition.name = definition.external ? std::string(key) : stack.scoped(key);
    });
    return out;
}

/// A service without networks is in the stack's default one, defined or not.
std::set<std::string, std::less<>> used_networks(const Node& services) {
    std::set<std::string, std::less<>> out;
    services.each_member([&](std::string_view, const Node& service) {
        const auto networks = service.at("networks");
        if (networks.is_array()) {
            for (const auto& name : networks.texts()) out.insert(name);
            if (networks.value().get_array().empty()) out.emplace(default_network);
        } else {
            networks.each_member([&](std::string_view name, const Node&) { out.emplace(name); });
            if (!networks || networks.value().get_object().empty()) out.emplace(default_network);
        }
    });
    return out;
}

json::object convert_ipam(const Node& ipam) {
    ipam.only({"driver", "config"});
    json::object out;
    put(out, "Driver", ipam.at("driver").text());
    json::array pools;
    ipam.at("config").each_item([&](const Node& pool) {
        pool.only({"subnet"});
        json::object converted;
        put(converted, "Subnet", pool.at("subnet").text());
        pools.emplace_back(std::move(converted));
    });
    put(out, "Config", std::move(pools));
    return out;
}

json::object convert_network(const Node& network, const Stack& stack, const std::string& name) {
    network.only({"name", "driver", "driver_opts", "ipam", "external", "internal", "attachable", "labels"}, true);
    json::object out{{"Name", name}, {"Driver", "overlay"}};
    put(out, "Driver", network.at("driver").text());
    put(out, "Options", network.at("driver_opts").string_map());
    if (network.at("internal").boolean().value_or(false)) out["Internal"] = true;
    if (network.at("attachable").boolean().value_or(false)) out["Attachable"] = true;
    put(out, "IPAM", convert_ipam(network.at("ipam")));
    out["Labels"] = stack.labelled(network.at("labels").string_map());
    return out;
}

void convert_networks(const Node& services, const Node& section, Stack& stack, StackSpecs& out) {
    if (!stack.networks.contains(default_network)) {
        static const json::value undefined = json::object{};
        stack.networks.emplace(default_network, Definition{stack.scoped(default_network), false, &undefined});
    }
    for (const auto& key : used_networks(services)) {
        const auto found = stack.networks.find(key);
        if (found == stack.networks.end()) continue;  // refused where the service names it
        const auto& definition = found->second;
        if (definition.external) {
            out.external_networks.push_back(definition.name);
        } else {
            const Node network = section.at(key) ? section.at(key) : Node(*definition.value, "networks.default");
            out.networks[definition.name] = convert_network(network, stack, definition.name);
        }
    }
}

std::string read_data(const Node& object, const Stack& stack) {
    if (object.at("content")) return object.at("content").text();
    const auto file = object.at("file").text();
    if (file.empty()) object.refuse("needs a file, or external: true");
    if (!stack.options.read_file) object.refuse("no files can be read here");
    return value_or_refuse(stack.options.read_file(file), object);
}

/// Configs and secrets of the section; `content` instead of a file is ours.
void convert_objects(const Node& section, const Definitions& definitions, const Stack& stack, bool secret,
                     std::map<std::string, json::value>& specs, std::vector<std::string>& external) {
    section.each_member([&](std::string_view key, const Node& object) {
        object.only({"name", "file", "content", "external", "labels", "template_driver", "driver", "driver_opts"},
                    true);
        const auto& definition = definitions.find(key)->second;
        if (definition.external) {
            external.push_back(definition.name);
            return;
        }
        json::object spec{{"Name", definition.name}, {"Labels", stack.labelled(object.at("labels").string_map())}};
        if (const auto driver = object.at("driver"); secret && driver) {
            if (object.at("file")) object.refuse("driver and file exclude each other");
            spec["Driver"] = {{"Name", driver.text()}, {"Options", object.at("driver_opts").string_map()}};
        } else {
            spec["Data"] = base64(read_data(object, stack));
        }
        if (const auto templating = object.at("template_driver")) spec["Templating"] = {{"Name", templating.text()}};
        specs[definition.name] = std::move(spec);
    });
}

void check_version(const Node& version) {
    const auto text = version.scalar();
    const bool known =
        !version || text == "3" || (text.size() == 3 && text.starts_with("3.") && text[2] >= '0' && text[2] <= '9');
    if (!known) version.refuse("must be 3.0 to 3.9");
}

StackSpecs convert_stack(const Node& compose, std::string_view name, const ConvertOptions& options) {
    if (!compose.is_object()) throw Refused{"a compose file must be a mapping"};
    compose.only({"version", "services", "networks", "volumes", "secrets", "configs"}, true);
    check_version(compose.at("version"));
    const auto services = compose.at("services");
    const auto networks = compose.at("networks");
    const auto volumes = compose.at("volumes");

    Stack stack{.name = name, .options = options};
    stack.networks = read_definitions(networks, stack);
    stack.volumes = read_definitions(volumes, stack);
    stack.configs = read_definitions(compose.at("configs"), stack);
    stack.secrets = read_definitions(compose.at("secrets"), stack);
    volumes.each_member([&](std::string_view key, const Node& volume) {
        volume.only({"name", "driver", "driver_opts", "external", "labels"}, true);
        const bool described = volume.at("driver") || volume.at("driver_opts") || volume.at("labels");
        if (described && stack.volumes.find(key)->second.external)
            volume.refuse("an external volume is used as it is: no driver, driver_opts or labels");
    });

    StackSpecs out;
    convert_networks(services, networks, stack, out);
    convert_objects(compose.at("configs"), stack.configs, stack, false, out.configs, out.external_configs);
    convert_objects(compose.at("secrets"), stack.secrets, stack, true, out.secrets, out.external_secrets);
    services.each_member([&](std::string_view key, const Node& service) {
        auto spec = convert_service(key, service, stack);
        auto scoped = stack.scoped(key);
        out.services.emplace(std::move(scoped), std::move(spec));
    });
    out.warnings = std::move(stack.warnings);
    return out;
}

}  // namespace

Result<StackSpecs> convert(const json::value& compose, std::string_view stack, const ConvertOptions& options) {
    try {
        return convert_stack(Node(compose, ""), stack, options);
    } catch (const Refused& refused) {
        return fail(ErrorCode::invalid, refused.message);
    }
}

}  // namespace holdfast::swarm
