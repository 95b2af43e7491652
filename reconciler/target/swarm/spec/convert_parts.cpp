#include "target/swarm/spec/convert_parts.hpp"

#include <fmt/format.h>

#include "target/swarm/spec/compose_syntax.hpp"

namespace holdfast::swarm {

std::string Stack::scoped(std::string_view name_in_file) const {
    return fmt::format("{}_{}", name, name_in_file);
}

json::object Stack::labelled(json::object labels) const {
    labels[namespace_label] = name;
    return labels;
}

void put(json::object& object, std::string_view key, json::value value) {
    const bool empty = (value.is_string() && value.get_string().empty()) ||
                       (value.is_array() && value.get_array().empty()) ||
                       (value.is_object() && value.get_object().empty());
    if (!empty) object[key] = std::move(value);
}

void put(json::object& object, std::string_view key, std::string_view text) {
    if (!text.empty()) object[key] = text;
}

json::array string_list(const std::vector<std::string>& texts) {
    json::array out;
    out.reserve(texts.size());
    for (const auto& text : texts) out.emplace_back(text);
    return out;
}

std::string familiar_image(std::string_view image) {
    for (const std::string_view home : {"index.docker.io/", "docker.io/", "library/"}) {
        // `library/` is only left out where the registry is docker's own, that is where one name follows.
        const auto rest = image.starts_with(home) ? image.substr(home.size()) : image;
        if (home != "library/" || rest.find('/') == std::string_view::npos) image = rest;
    }
    const bool tagged = image.find(':', image.rfind('/') + 1) != std::string_view::npos;
    return fmt::format("{}{}", image, tagged || image.find('@') != std::string_view::npos ? "" : ":latest");
}

json::array command_words(const Node& command) {
    if (!command) return {};
    if (command.is_array()) return string_list(command.texts());
    return string_list(value_or_refuse(split_words(command.text()), command));
}

}  // namespace holdfast::swarm
