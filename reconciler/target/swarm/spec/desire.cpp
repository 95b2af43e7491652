#include "target/swarm/spec/desire.hpp"

#include <fmt/format.h>

#include "target/swarm/spec/convert.hpp"
#include "target/swarm/spec/normalise.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

plan::DesiredResource resource(std::string kind, std::string name, const manifest::App& app, const json::value& spec) {
    return {.key = {std::move(kind), std::move(name)},
            .app = app.key,
            .environment = app.key.environment,
            .spec = canonical(spec)};
}

}  // namespace

Result<std::vector<plan::DesiredResource>> desire_app(const manifest::Snapshot& snapshot, const manifest::App& app,
                                                      std::string_view image, std::uint16_t port,
                                                      std::string_view instance) {
    const auto compose = compose_of(snapshot, app, image, port);
    if (!compose) return std::unexpected(compose.error());
    auto specs = convert(*compose, app.key.environment);
    if (!specs) return std::unexpected(specs.error());

    Owner owner{.instance = std::string(instance), .environment = app.key.environment, .app = app.key.str()};
    std::vector<plan::DesiredResource> out;
    for (auto& [name, spec] : specs->configs) {
        own(spec, owner);
        out.push_back(resource("config", name, app, normalise_config(std::move(spec))));
    }
    owner.file = app.file;
    for (auto& [name, spec] : specs->services) {
        own(spec, owner);
        out.push_back(resource("service", name, app, normalise_service(std::move(spec))));
    }
    return out;
}

std::vector<plan::DesiredResource> desire_environment(const manifest::Environment& environment,
                                                      std::string_view instance) {
    const auto name = fmt::format("{}_default", environment.name);
    // As the template has it: an app that names no other network is in this one.
    json::value spec{{"Name", name},
                     {"Driver", "overlay"},
                     {"Options", {{"encrypted", "true"}}},
                     {"Labels", {{"com.docker.stack.namespace", environment.name}}}};
    own(spec, {.instance = std::string(instance), .environment = environment.name, .app = {}, .file = {}});
    return {{.key = {"network", name},
             .app = {},
             .environment = environment.name,
             .spec = canonical(normalise_network(std::move(spec)))}};
}

}  // namespace holdfast::swarm
