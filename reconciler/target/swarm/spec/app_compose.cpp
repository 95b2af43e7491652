#include "target/swarm/spec/app_compose.hpp"

#include <fmt/format.h>

#include "manifest/yaml.hpp"
#include "render/template.hpp"
#include "target/swarm/spec/app_values.hpp"

namespace holdfast::swarm {

namespace {

Result<json::value> parse_filled(const std::string& text) {
    // JSON is YAML too, but it is read ten times as fast.
    if (text.starts_with('{')) {
        auto parsed = parse_json(text);
        if (!parsed) return fail(parsed.error(), own_template);
        return parsed;
    }
    auto yaml = manifest::parse_yaml(own_template, text);
    for (const auto& diagnostic : yaml.diagnostics)
        if (!diagnostic.warning) return fail(ErrorCode::invalid, diagnostic.message, to_string(diagnostic.at));
    if (yaml.documents.size() != 1)
        return fail(ErrorCode::invalid, "must give one document", std::string(own_template));
    return std::move(yaml.documents.front().value);
}

bool empty(const json::value& value) {
    return (value.is_string() && value.get_string().empty()) || (value.is_array() && value.get_array().empty()) ||
           (value.is_object() && value.get_object().empty());
}

/// Templates write every member; those that stayed empty need not be there. Not deeper than `levels`: an empty label is
/// one.
void drop_empty(json::object& object, int levels) {
    for (auto it = object.begin(); it != object.end();) {
        auto* inner = it->value().if_object();
        if (inner != nullptr && levels > 1) drop_empty(*inner, levels - 1);
        it = empty(it->value()) ? object.stable_erase(it) : std::next(it);
    }
}

void tidy(json::object& compose, json::object& service) {
    if (auto* deploy = service.contains("deploy") ? service["deploy"].if_object() : nullptr) {
        for (const auto* key : {"resources", "placement"})
            if (auto* part = deploy->if_contains(key); part != nullptr && part->is_object())
                drop_empty(part->get_object(), 2);
        drop_empty(*deploy, 1);
    }
    drop_empty(service, 1);
    drop_empty(compose, 1);
}

json::value* service_of(json::value& compose, std::string_view name) {
    auto* document = compose.if_object();
    auto* services =
        document != nullptr && document->contains("services") ? (*document)["services"].if_object() : nullptr;
    auto* service = services == nullptr ? nullptr : services->if_contains(name);
    return service != nullptr && service->is_object() ? service : nullptr;
}

/// The engine is given the text itself; the template only says which file it is.
void add_contents(const manifest::App& app, json::object& compose) {
    auto* configs = compose.contains("configs") ? compose["configs"].if_object() : nullptr;
    for (const auto& [key, config] : named_configs(app)) {
        auto* object = configs == nullptr ? nullptr : configs->if_contains(key);
        if (object != nullptr && object->is_object()) object->get_object()["content"] = config->content;
    }
}

}  // namespace

Result<json::value> compose_of(const manifest::Snapshot& snapshot, const manifest::App& app, std::string_view image,
                               std::uint16_t port) {
    const auto own = snapshot.templates.find(own_template);
    const auto template_text = own == snapshot.templates.end() ? app_template() : std::string_view(own->second);
    const auto filled = render::render_template(own_template, template_text, app_values(snapshot, app, image, port));
    if (!filled) return std::unexpected(filled.error());
    auto compose = parse_filled(*filled);
    if (!compose) return compose;
    auto* service = service_of(*compose, app.key.name);
    if (service == nullptr)
        return fail(ErrorCode::invalid, fmt::format("must define the service \"{}\"", app.key.name),
                    std::string(own_template));
    if (app.override_swarm.is_object()) merge_patch(*service, app.override_swarm);
    add_contents(app, compose->get_object());
    tidy(compose->get_object(), service->get_object());
    return compose;
}

}  // namespace holdfast::swarm
