#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "target/swarm/spec/compose_node.hpp"
#include "target/swarm/spec/convert.hpp"

namespace holdfast::swarm {

inline constexpr std::string_view namespace_label = "com.docker.stack.namespace";
inline constexpr std::string_view image_label = "com.docker.stack.image";
inline constexpr std::string_view default_network = "default";

/// What a name of a top-level section stands for in the engine.
struct Definition {
    std::string name;
    bool external = false;
    const json::value* value = nullptr;
};
using Definitions = std::map<std::string, Definition, std::less<>>;

/// What the parts of a conversion share: the stack's name, the definitions that services refer to, and what is to be
/// said.
struct Stack {
    std::string_view name;
    const ConvertOptions& options;
    Definitions networks, volumes, configs, secrets;
    std::vector<std::string> warnings;

    [[nodiscard]] std::string scoped(std::string_view name_in_file) const;
    /// The labels with the stack's own, by which docker's tools find what belongs to it.
    [[nodiscard]] json::object labelled(json::object labels) const;
};

/// A service's spec, and its parts. All throw Refused.
[[nodiscard]] json::value convert_service(std::string_view name, const Node& service, Stack& stack);
[[nodiscard]] json::array convert_mounts(const Node& volumes, Stack& stack);
[[nodiscard]] json::array convert_networks(std::string_view name, const Node& networks, const Stack& stack);
[[nodiscard]] json::array convert_environment(const Node& service, const Stack& stack);
/// References to configs or secrets; `kind` is `Config` or `Secret`, as the engine's members begin.
[[nodiscard]] json::array convert_references(const Node& list, const Definitions& definitions, std::string_view kind);

/// The members of `deploy`.
[[nodiscard]] json::value convert_mode(const Node& deploy);
[[nodiscard]] json::object convert_update(const Node& config);
[[nodiscard]] json::object convert_resources(const Node& resources);
[[nodiscard]] json::object convert_restart(const Node& service, const Node& policy);
[[nodiscard]] json::object convert_placement(const Node& placement);
[[nodiscard]] json::object convert_endpoint(const Node& deploy, const Node& ports, Stack& stack);

/// Puts a member there unless it says nothing: an empty string, list or mapping.
void put(json::object& object, std::string_view key, json::value value);
void put(json::object& object, std::string_view key, std::string_view text);
template <class T>
void put(json::object& object, std::string_view key, const std::optional<T>& value) {
    if (value) object[key] = *value;
}
[[nodiscard]] json::array string_list(const std::vector<std::string>& texts);
/// An image's name as docker writes it: `nginx:latest` from `docker.io/library/nginx`. The client does so before it
/// asks the engine for anything.
[[nodiscard]] std::string familiar_image(std::string_view image);
/// A command as a list, or as a line to be split into words.
[[nodiscard]] json::array command_words(const Node& command);
/// The value of a Result, or what is wrong as Refused at `node`.
template <class T>
[[nodiscard]] T value_or_refuse(Result<T> result, const Node& node) {
    if (!result) node.refuse(result.error().message);
    return std::move(*result);
}

}  // namespace holdfast::swarm
