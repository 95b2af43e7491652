#include <fmt/format.h>

#include "core/text.hpp"
#include "manifest/yaml.hpp"
#include "target/swarm/spec/app_compose.hpp"

namespace holdfast::swarm {

namespace {

/// docker takes `$` for a variable in every value, and `$$` for the character.
void double_dollars(json::value& value) {
    if (auto* object = value.if_object()) {
        for (auto& member : *object) double_dollars(member.value());
    } else if (auto* array = value.if_array()) {
        for (auto& item : *array) double_dollars(item);
    } else if (auto* text = value.if_string()) {
        for (std::size_t at = 0; (at = text->find('$', at)) != json::string::npos; at += 2) text->insert(at, 1, '$');
    }
}

/// A config comes from its file; one without a file has no place in compose's schema 3, so it must exist beforehand.
std::vector<std::string> place_contents(json::object& compose) {
    std::vector<std::string> inline_ones;
    auto* configs = compose.contains("configs") ? compose["configs"].if_object() : nullptr;
    if (configs == nullptr) return inline_ones;
    for (auto& [key, value] : *configs) {
        auto* config = value.if_object();
        if (config == nullptr || !config->contains("content")) continue;
        config->erase("content");
        if (config->contains("file")) continue;
        (*config)["external"] = true;
        inline_ones.push_back(text_member(value, "name", key));
    }
    return inline_ones;
}

}  // namespace

std::string render_compose(const json::value& compose) {
    auto copy = compose;
    std::string out;
    if (auto* object = copy.if_object()) {
        for (const auto& key : place_contents(*object))
            out += fmt::format(
                "# The config {} has no file of its own: `docker config create` it first, or let Holdfast.\n", key);
    }
    double_dollars(copy);
    return out + manifest::to_yaml(copy);
}

}  // namespace holdfast::swarm
