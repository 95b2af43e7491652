#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/text.hpp"
#include "target/swarm/spec/compose_syntax.hpp"
#include "target/swarm/spec/convert_parts.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::int64_t readable_by_all = 0444;

/// An empty value is taken from outside where there is one, as docker does.
void resolve(const Stack& stack, Node::Pairs& variables, const std::string& name, std::optional<std::string> value) {
    if (!value || value->empty()) {
        const auto outside = stack.options.variable ? stack.options.variable(name) : std::nullopt;
        if (outside) value = outside;
    }
    variables[name] = std::move(value);
}

void read_env_files(const Node& files, const Stack& stack, Node::Pairs& variables) {
    for (const auto& path : files.text_or_texts()) {
        if (!stack.options.read_file) files.refuse("no files can be read here");
        const auto text = stack.options.read_file(path);
        if (!text) files.refuse(to_string(text.error()));
        for (auto& line : value_or_refuse(parse_env_file(*text), files)) {
            // A bare name is passed through, or left out where it isn't set.
            if (!line.value && stack.options.variable) line.value = stack.options.variable(line.name);
            if (line.value) resolve(stack, variables, line.name, std::move(line.value));
        }
    }
}

bool takes_aliases(std::string_view network) {
    constexpr std::array<std::string_view, 4> builtin{"default", "bridge", "host", "none"};
    return std::ranges::find(builtin, network) == builtin.end();
}

}  // namespace

json::array convert_environment(const Node& service, const Stack& stack) {
    Node::Pairs variables;
    read_env_files(service.at("env_file"), stack, variables);
    for (auto& [name, value] : service.at("environment").pairs()) resolve(stack, variables, name, std::move(value));
    std::vector<std::string> lines;
    lines.reserve(variables.size());
    for (const auto& [name, value] : variables) lines.push_back(value ? fmt::format("{}={}", name, *value) : name);
    std::ranges::sort(lines);
    return string_list(lines);
}

json::array convert_networks(std::string_view name, const Node& networks, const Stack& stack) {
    std::map<std::string, json::array> attached;  // by the engine's name
    const auto attach = [&](const std::string& key, std::vector<std::string> aliases) {
        const auto found = stack.networks.find(key);
        if (found == stack.networks.end())
            networks.refuse(fmt::format("the network \"{}\" isn't defined under networks", key));
        if (takes_aliases(found->second.name)) aliases.emplace_back(name);
        attached[found->second.name] = string_list(aliases);
    };
    if (networks.is_array()) {
        for (const auto& key : networks.texts()) attach(key, {});
    } else {
        networks.each_member([&](std::string_view key, const Node& network) {
            network.only({"aliases", "ipv4_address", "ipv6_address"});
            attach(std::string(key), network.at("aliases").texts());
        });
    }
    if (attached.empty()) attach(std::string(default_network), {});

    json::array out;
    for (auto& [target, aliases] : attached) {
        json::object attachment{{"Target", target}};
        put(attachment, "Aliases", std::move(aliases));
        out.emplace_back(std::move(attachment));
    }
    return out;
}

json::array convert_references(const Node& list, const Definitions& definitions, std::string_view kind) {
    std::multimap<std::string, json::object> references;  // docker sorts them by name
    list.each_item([&](const Node& entry) {
        const bool brief = entry.is_string();
        const auto source = brief ? entry.text() : entry.at("source").text();
        const auto member = [&](std::string_view key, std::string otherwise) {
            auto text = brief ? std::string{} : entry.at(key).scalar();
            return text.empty() ? std::move(otherwise) : std::move(text);
        };
        const auto found = definitions.find(source);
        if (found == definitions.end()) entry.refuse(fmt::format("\"{}\" isn't defined at the top level", source));
        const auto mode = brief ? std::nullopt : entry.at("mode").integer();
        const auto& name = found->second.name;
        references.emplace(name, json::object{{fmt::format("{}Name", kind), name},
                                              {"File",
                                               {{"Name", member("target", source)},
                                                {"UID", member("uid", "0")},
                                                {"GID", member("gid", "0")},
                                                {"Mode", mode.value_or(readable_by_all)}}}});
    });
    json::array out;
    for (auto& [name, reference] : references) out.emplace_back(std::move(reference));
    return out;
}

}  // namespace holdfast::swarm
