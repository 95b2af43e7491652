#pragma once

#include <chrono>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "manifest/types.hpp"

namespace holdfast::swarm {

/// An app as the manifests' reader makes it of `image: …` and `port: 8080` alone.
inline manifest::App plain_app(std::string name = "blog", std::string environment = "default") {
    manifest::App app;
    app.key = {std::move(environment), std::move(name)};
    app.image = "nginx:1.27";
    app.port = 8080;
    app.ingress.domains = {app.key.name + ".example.org"};
    app.update.order = "start-first";
    app.file = "apps/" + app.key.name + ".yaml";
    return app;
}

inline manifest::Snapshot snapshot() {
    manifest::Snapshot out;
    out.platform.domain = "example.org";
    out.environments["default"] = {};
    return out;
}

struct NamedApp {
    std::string name;
    manifest::App app;
    manifest::Snapshot snapshot;

    friend void PrintTo(const NamedApp& entry, std::ostream* out) { *out << entry.name; }
};

/// A dozen apps that together use every field.
inline std::vector<NamedApp> app_catalogue() {
    using namespace std::chrono_literals;
    std::vector<NamedApp> out;
    const auto add = [&](std::string name, const std::function<void(manifest::App&, manifest::Snapshot&)>& change) {
        NamedApp entry{std::move(name), plain_app(), snapshot()};
        change(entry.app, entry.snapshot);
        out.push_back(std::move(entry));
    };
    add("plain", [](auto&, auto&) {});
    add("commands", [](auto& app, auto&) {
        app.command = {"/bin/sh", "-c", "echo \"$HOME\" 'x'"};
        app.args = {"--flag", "a b", ""};
        app.user = "1000:1000";
        app.working_dir = "/srv";
    });
    add("environment", [](auto& app, auto&) {
        app.env = {{"EMPTY", ""},   {"DOLLAR", "a$b ${C}"}, {"QUOTE", "say \"hi\"\n{x}"},
                   {"NUMBER", "1"}, {"UTF8", "é"},          {"TEMPLATE", "{{.Service.Name}}"}};
    });
    add("configs", [](auto& app, auto&) {
        app.configs = {{.target = "/etc/app.conf", .file = "config/app.conf", .content = "a = 1\n"},
                       {.target = "/etc/some where/a very long name.ini", .file = "", .content = "inline $x\n"}};
        app.secrets = {{.name = "db", .secret = "prod-db"}, {.name = "api", .secret = "api"}};
    });
    add("storage", [](auto& app, auto&) {
        app.storage = manifest::Storage{};
        app.update.order = "stop-first";
    });
    add("health-path", [](auto& app, auto&) {
        app.health = manifest::Health{.path = "/healthz?x='y'"};
        app.health->interval = 10s;
        app.health->timeout = 1500ms;
        app.health->start_period = 1min;
        app.health->retries = 5;
    });
    add("health-command", [](auto& app, auto&) { app.health = manifest::Health{.command = {"/bin/check", "a b"}}; });
    add("health-shell", [](auto& app, auto&) { app.health = manifest::Health{.shell = "test -e /ok || exit 1"}; });
    add("deploy", [](auto& app, auto&) {
        app.replicas = 3;
        app.limits = {.nano_cpus = 500'000'000, .memory_bytes = 268'435'456};
        app.reservations = {.nano_cpus = 1'250'000'000, .memory_bytes = 8'388'608};
        app.update = {.order = "stop-first", .parallelism = 2, .delay = 10s, .monitor = 30s, .on_failure = "pause"};
        app.restart = {.condition = "on-failure", .delay = 5s, .window = 1min, .max_attempts = 3};
        app.placement = {
            .constraints = {"node.role == worker"}, .spread = {"node.labels.zone"}, .max_replicas_per_node = 2};
    });
    add("ingress", [](auto& app, auto&) {
        app.ingress = {.domains = {"a.example.org", "b.example.org"}, .path = "/blog"};
        app.labels = {{"team", "web"}, {"traefik.http.routers.default-blog.priority", "10"}};
    });
    add("ingress-without-tls", [](auto& app, auto&) { app.ingress.tls = false; });
    add("ingress-without-resolver", [](auto&, auto& snapshot) { snapshot.platform.ingress.certificate_resolver = ""; });
    add("private", [](auto& app, auto&) {
        app.ingress.is_public = false;
        app.labels = {{"team", "web"}, {"empty", ""}};
    });
    add("platform-without-ingress", [](auto&, auto& snapshot) { snapshot.platform.ingress.kind = "none"; });
    add("security", [](auto& app, auto&) {
        app.security = {
            .read_only = false, .capabilities_added = {"NET_BIND_SERVICE", "CHOWN"}, .tmpfs = {"/run", "/tmp"}};
    });
    add("override", [](auto& app, auto&) {
        app.override_swarm = {{"init", true},
                              {"stop_grace_period", "30s"},
                              {"environment", {{"MORE", "1"}}},
                              {"ports", {{{"target", 9000}, {"published", 9000}, {"mode", "host"}}}},
                              {"read_only", nullptr},
                              {"deploy", {{"endpoint_mode", "dnsrr"}, {"labels", {{"more", "yes"}}}}}};
    });
    return out;
}

}  // namespace holdfast::swarm
