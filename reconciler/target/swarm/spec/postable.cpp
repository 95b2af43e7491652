#include <fmt/format.h>

#include "target/swarm/spec/json_edit.hpp"
#include "target/swarm/spec/normalise.hpp"

namespace holdfast::swarm {

namespace {

using Find = std::function<std::string(const std::string&)>;

/// Fills in the ids of a list of references; gives the name that has none, or nothing.
std::string fill_ids(json::object& container, std::string_view list, std::string_view kind, const Find& find) {
    std::string missing;
    each_object(container, list, [&](json::object& reference) {
        const auto* name = reference.if_contains(fmt::format("{}Name", kind));
        if (name == nullptr || !name->is_string()) return;
        const std::string text(name->get_string());
        const auto id = find(text);
        if (id.empty()) missing = text;
        reference[fmt::format("{}ID", kind)] = id;
    });
    return missing;
}

void fill_credentials(json::object& container, const Find& config) {
    auto* privileges = object_at(container, "Privileges");
    auto* credentials = privileges == nullptr ? nullptr : object_at(*privileges, "CredentialSpec");
    auto* name = credentials == nullptr ? nullptr : credentials->if_contains("Config");
    if (name != nullptr && name->is_string()) *name = config(std::string(name->get_string()));
}

}  // namespace

Result<json::value> postable_service(json::value spec, const Ids& ids) {
    auto* service = spec.if_object();
    auto* task = service == nullptr ? nullptr : object_at(*service, "TaskTemplate");
    auto* container = task == nullptr ? nullptr : object_at(*task, "ContainerSpec");
    if (container == nullptr) return spec;
    if (const auto name = fill_ids(*container, "Configs", "Config", ids.config); !name.empty())
        return fail(ErrorCode::not_found, fmt::format("the engine has no config \"{}\"", name));
    if (const auto name = fill_ids(*container, "Secrets", "Secret", ids.secret); !name.empty())
        return fail(ErrorCode::not_found, fmt::format("the engine has no secret \"{}\"", name));
    fill_credentials(*container, ids.config);
    return spec;
}

}  // namespace holdfast::swarm
