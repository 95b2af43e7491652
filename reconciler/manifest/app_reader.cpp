#include "manifest/app_reader.hpp"

#include <fmt/format.h>

#include "manifest/references.hpp"
#include "manifest/words.hpp"

namespace holdfast::manifest {

namespace {

constexpr std::size_t defaults_limit = std::size_t{64} << 10U;

void refuse(const Fields& field, const std::string& problem) {
    if (!problem.empty()) field.problem(problem);
}

void check_path(const Fields& field) {
    if (field.present()) refuse(field, path_problem(field.value()->get_string()));
}

Builder builder_named(std::string_view name) {
    if (name == "dockerfile") return Builder::dockerfile;
    if (name == "nextjs") return Builder::nextjs;
    if (name == "node") return Builder::node;
    if (name == "python") return Builder::python;
    return name == "static" ? Builder::static_site : Builder::automatic;
}

/// One of branch, tag and commit, as a full ref.
std::string read_ref(const Fields& fields) {
    struct Kind {
        std::string_view key, prefix;
    };
    std::string ref;
    for (const auto& [key, prefix] : {Kind{"branch", "refs/heads/"}, {"tag", "refs/tags/"}, {"commit", ""}}) {
        const auto field = fields.at(key);
        if (!field.present()) continue;
        const std::string_view name = field.value()->get_string();
        refuse(field, ref_problem(name));
        if (!ref.empty()) field.problem("give one of branch, tag and commit", true);
        ref = fmt::format("{}{}", prefix, name);
    }
    return ref.empty() ? "refs/heads/main" : ref;
}

Source read_source(const Fields& fields, const AppContext& context) {
    Source source;
    fields.read("repo", source.repo);
    refuse(fields.at("repo"), repository_problem(source.repo, context.allow_local_sources));
    source.ref = read_ref(fields);
    fields.read("path", source.path);
    fields.read("watch", source.watch);
    fields.read("dockerfile", source.dockerfile);
    for (const auto* key : {"path", "dockerfile"}) check_path(fields.at(key));
    while (source.path.ends_with('/')) source.path.pop_back();
    if (source.path == ".") source.path.clear();
    fields.read("target", source.target);
    fields.read("args", source.args);
    source.builder = builder_named(fields.has("builder") ? fields.at("builder").scalar_text() : "auto");
    fields.read("install", source.install);
    fields.read("build", source.build);
    fields.read("start", source.start);
    fields.read("timeout", source.timeout);
    return source;
}

std::vector<std::string> read_words(const Fields& field) {
    std::vector<std::string> words;
    if (!field.present()) return words;
    if (const auto* array = field.value()->if_array()) {
        for (const auto& word : *array) words.emplace_back(word.get_string());
        return words;
    }
    auto split = split_words(field.value()->get_string());
    if (!split) field.problem(split.error().message);
    return split ? std::move(*split) : words;
}

Named<std::string> read_env(const Fields& fields, const AppContext& context) {
    Named<std::string> env;
    for (const auto& name : fields.keys()) {
        const auto field = fields.at(name);
        if (field.value()->is_object()) {
            field.at("from").unsupported(context.target);
        } else {
            env[name] = field.scalar_text();
        }
    }
    return env;
}

std::vector<ExternalSecret> read_secrets(const Fields& fields, const AppContext& context) {
    std::vector<ExternalSecret> secrets;
    for (const auto& name : fields.keys()) {
        const auto field = fields.at(name);
        const int ways = int{field.has("external")} + int{field.has("sops")} + int{field.has("age")};
        if (ways != 1) field.problem("give one of external, sops and age");
        if (field.has("key") && !field.has("sops")) field.at("key").problem("key goes with sops only", true);
        field.at("sops").unsupported(context.target);
        field.at("age").unsupported(context.target);
        // An engine never gives a secret's content out, so it can't become a variable.
        if (field.has("external") && field.has("as") && field.at("as").scalar_text() == "env")
            field.at("as").problem("an external secret can only be a file");
        if (field.has("external")) secrets.push_back({name, field.at("external").scalar_text()});
    }
    return secrets;
}

std::vector<Config> read_configs(const Fields& fields) {
    std::vector<Config> configs;
    for (const auto& target : fields.keys()) {
        const auto field = fields.at(target);
        Config config{.target = target};
        if (field.value()->is_string()) {
            config.file = field.scalar_text();
        } else {
            field.read("file", config.file);
            field.read("content", config.content);
        }
        refuse(field.has("file") ? field.at("file") : field, path_problem(config.file));
        if (target.ends_with('/') || target.find("/../") != std::string::npos)
            field.problem("a config is a file at a path without ..", true);
        configs.push_back(std::move(config));
    }
    return configs;
}

std::optional<Storage> read_storage(const Fields& fields, const AppContext& context) {
    if (!fields.present()) return std::nullopt;
    Storage storage;
    std::string size = "1Gi";
    fields.read("size", size);
    storage.size_gib = size.starts_with("10") ? 10 : static_cast<std::uint64_t>(size.front() - '0');
    fields.read("mount", storage.mount);
    fields.at("class").unsupported(context.target);
    return storage;
}

/// Interval and the like may stand in the defaults alone: without a path or command there is no check at all.
std::optional<Health> read_health(const Fields& fields) {
    Health health;
    fields.read("path", health.path);
    if (const auto* command = fields.find("command"); command != nullptr && command->is_string()) {
        health.shell = command->get_string();
    } else {
        health.command = read_words(fields.at("command"));
    }
    fields.read("interval", health.interval);
    fields.read("timeout", health.timeout);
    fields.read("startPeriod", health.start_period);
    fields.read("retries", health.retries);
    if (fields.has("path") && fields.has("command")) fields.problem("give path or command, not both");
    if (!fields.has("path") && !fields.has("command")) return std::nullopt;
    return health;
}

ResourceAmount read_amount(const Fields& fields) {
    ResourceAmount amount;
    fields.cpu("cpu", amount.nano_cpus);
    fields.memory("memory", amount.memory_bytes);
    return amount;
}

void read_resources(const Fields& fields, App& app) {
    app.limits = read_amount(fields);
    app.reservations = read_amount(fields.at("reservations"));
    const auto more = [](const auto& reserved, const auto& most) { return reserved && most && *reserved > *most; };
    if (more(app.reservations.nano_cpus, app.limits.nano_cpus))
        fields.at("reservations").at("cpu").problem("more is reserved than the limit allows");
    if (more(app.reservations.memory_bytes, app.limits.memory_bytes))
        fields.at("reservations").at("memory").problem("more is reserved than the limit allows");
}

Security read_security(const Fields& fields) {
    Security security;
    fields.read("readOnly", security.read_only);
    fields.read("noNewPrivileges", security.no_new_privileges);
    fields.read("addCapabilities", security.capabilities_added);
    fields.read("tmpfs", security.tmpfs);
    const auto capabilities = fields.at("addCapabilities");
    for (std::size_t i = 0; i < capabilities.size(); ++i)
        if (capabilities.at(i).scalar_text().starts_with("CAP_"))
            capabilities.at(i).problem("a capability is written as NET_BIND_SERVICE, without CAP_");
    return security;
}

Update read_update(const Fields& fields, bool has_storage) {
    Update update;
    // Two containers must not write to one volume at the same time.
    update.order = has_storage ? "stop-first" : "start-first";
    fields.read("order", update.order);
    fields.read("parallelism", update.parallelism);
    fields.read("delay", update.delay);
    fields.read("monitor", update.monitor);
    fields.read("onFailure", update.on_failure);
    return update;
}

Placement read_placement(const Fields& fields) {
    Placement placement;
    fields.read("constraints", placement.constraints);
    const auto preferences = fields.at("preferences");
    for (std::size_t i = 0; i < preferences.size(); ++i)
        placement.spread.push_back(preferences.at(i).at("spread").scalar_text());
    fields.read("maxReplicasPerNode", placement.max_replicas_per_node);
    return placement;
}

Restart read_restart(const Fields& fields) {
    Restart restart;
    fields.read("condition", restart.condition);
    fields.read("delay", restart.delay);
    fields.read("window", restart.window);
    fields.read("maxAttempts", restart.max_attempts);
    return restart;
}

std::string default_domain(const AppKey& key, const AppContext& context) {
    if (!context.environment_domain.empty()) return fmt::format("{}.{}", key.name, context.environment_domain);
    if (context.platform_domain.empty()) return {};
    return key.environment == "default" ? fmt::format("{}.{}", key.name, context.platform_domain)
                                        : fmt::format("{}-{}.{}", key.name, key.environment, context.platform_domain);
}

/// Public are apps that have both a domain and a port; asking for one without the other is a mistake.
Ingress read_ingress(const Fields& fields, const App& app, const AppContext& context) {
    Ingress ingress;
    fields.read("public", ingress.is_public);
    fields.read("domains", ingress.domains);
    fields.read("path", ingress.path);
    fields.read("tls", ingress.tls);
    const bool reachable = app.port || app.source;
    if (ingress.is_public && !reachable && !ingress.domains.empty())
        fields.at("domains").problem("a public app needs a port");
    if (ingress.domains.empty())
        if (auto domain = default_domain(app.key, context); !domain.empty())
            ingress.domains.push_back(std::move(domain));
    ingress.is_public = ingress.is_public && reachable && !ingress.domains.empty();
    if (!ingress.is_public) ingress.domains.clear();
    return ingress;
}

/// What `defaults` and apps have alike.
void read_common(const Fields& fields, const AppContext& context, App& app) {
    if (fields.has("user")) app.user = fields.at("user").scalar_text();
    if (const auto* port = fields.find("port")) app.port = port->to_number<std::uint16_t>();
    fields.read("replicas", app.replicas);
    app.env = read_env(fields.at("env"), context);
    app.secrets = read_secrets(fields.at("secrets"), context);
    app.configs = read_configs(fields.at("configs"));
    app.health = read_health(fields.at("health"));
    read_resources(fields.at("resources"), app);
    app.security = read_security(fields.at("security"));
    app.update = read_update(fields.at("update"), app.storage.has_value());
    app.placement = read_placement(fields.at("placement"));
    app.restart = read_restart(fields.at("restart"));
    fields.read("labels", app.labels);
    const auto overrides = fields.at("override");
    if (const auto* swarm = overrides.find("swarm")) app.override_swarm = *swarm;
    if (context.target != "kubernetes") overrides.at("kubernetes").unsupported(context.target);
}

}  // namespace

App read_app(const Fields& fields, const AppContext& context) {
    App app;
    app.key.environment = "default";
    fields.read("environment", app.key.environment);
    fields.read("name", app.key.name);
    fields.read("image", app.image);
    if (!app.image.empty()) refuse(fields.at("image"), image_problem(app.image));
    if (fields.has("source")) app.source = read_source(fields.at("source"), context);
    app.command = read_words(fields.at("command"));
    app.args = read_words(fields.at("args"));
    fields.read("workingDir", app.working_dir);
    app.storage = read_storage(fields.at("storage"), context);
    read_common(fields, context, app);
    app.ingress = read_ingress(fields.at("ingress"), app, context);
    fields.read("dependsOn", app.depends_on);
    fields.read("suspend", app.suspend);
    if (app.health && !app.health->path.empty() && !app.port && !app.source)
        fields.at("health").at("path").problem("a check by HTTP needs the app's port");
    return app;
}

void check_defaults(const Fields& fields, const AppContext& context) {
    if (fields.present() && canonical(*fields.value()).size() > defaults_limit)
        fields.problem("defaults hold at most 64 KiB, as every app gets them");
    App unused;
    read_common(fields, context, unused);
}

}  // namespace holdfast::manifest
