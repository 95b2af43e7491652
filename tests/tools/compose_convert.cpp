// Shows the pure half of the Swarm target to tests that hold it against a real engine. JSON in, JSON out:
//   compose_convert convert    {"stack": …, "directory": …, "variables": {…}, "yaml": text} → the specs, normalised
//   compose_convert normalise  {"networks": {id: name}, "services": […], "network_objects": […], "configs": […],
//   "secrets": […]} → the same
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "manifest/yaml.hpp"
#include "target/swarm/spec/convert.hpp"
#include "target/swarm/spec/normalise.hpp"

namespace {

using namespace holdfast;

using Normalise = json::value (*)(json::value);

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return fail(ErrorCode::not_found, "can't read " + path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

json::object named(const std::map<std::string, json::value>& specs, Normalise normalise) {
    json::object out;
    for (const auto& [name, spec] : specs) out[name] = normalise(spec);
    return out;
}

json::array each(const json::value& input, std::string_view key, Normalise normalise) {
    json::array out;
    if (const auto* list = member(input, key))
        for (const auto& item : list->as_array()) out.push_back(normalise(item));
    return out;
}

Result<json::value> convert(const json::value& input) {
    const auto directory = text_member(input, "directory");
    swarm::ConvertOptions options;
    options.working_directory = directory;
    options.read_file = [&](const std::string& path) {
        return read_file(path.starts_with('/') ? path : directory + "/" + path);
    };
    options.variable = [&](const std::string& name) -> std::optional<std::string> {
        const auto* variables = member(input, "variables");
        const auto* value = variables == nullptr ? nullptr : member(*variables, name);
        return value == nullptr ? std::nullopt : std::optional(std::string(value->as_string()));
    };
    const auto yaml = manifest::parse_yaml("compose.yaml", text_member(input, "yaml"));
    if (yaml.broken() || yaml.documents.size() != 1)
        return fail(ErrorCode::invalid,
                    yaml.diagnostics.empty() ? "one document is needed" : to_string(yaml.diagnostics.front()));
    const auto specs = swarm::convert(yaml.documents.front().value, text_member(input, "stack"), options);
    if (!specs) return std::unexpected(specs.error());
    return json::value{{"networks", named(specs->networks, swarm::normalise_network)},
                       {"configs", named(specs->configs, swarm::normalise_config)},
                       {"secrets", named(specs->secrets, swarm::normalise_secret)},
                       {"secret_requests", named(specs->secrets, swarm::normalise_config)},
                       {"services", named(specs->services,
                                          [](json::value spec) { return swarm::normalise_service(std::move(spec)); })},
                       {"warnings", json::value_from(specs->warnings)},
                       {"external_networks", json::value_from(specs->external_networks)},
                       {"external_configs", json::value_from(specs->external_configs)},
                       {"external_secrets", json::value_from(specs->external_secrets)}};
}

json::value normalise(const json::value& input) {
    swarm::Names names;
    for (const auto& [id, name] : member(input, "networks")->as_object()) names.emplace(id, name.as_string());
    json::array services;
    for (const auto& service : member(input, "services")->as_array())
        services.push_back(swarm::normalise_service(service, names));
    return {{"services", std::move(services)},
            {"network_objects", each(input, "network_objects", swarm::normalise_network)},
            {"configs", each(input, "configs", swarm::normalise_config)},
            {"secrets", each(input, "secrets", swarm::normalise_secret)}};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string command = argc == 2 ? argv[1] : "";
    const auto input = parse_json(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    if (!input || (command != "convert" && command != "normalise")) {
        std::cerr << "usage: compose_convert convert|normalise < JSON\n";
        return 2;
    }
    const auto output = command == "convert" ? convert(*input) : normalise(*input);
    if (!output) {
        std::cerr << to_string(output.error()) << '\n';
        return 1;
    }
    std::cout << canonical(*output) << '\n';
    return 0;
}
