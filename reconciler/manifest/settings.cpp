#include "manifest/settings.hpp"

#include <fmt/format.h>

namespace holdfast::manifest {

namespace {

Origins origins_of(const Document& document) {
    Origins origins;
    origins.add(document);
    return origins;
}

/// `value` without the members that are null: nothing was given for them.
json::value without_nulls(const json::value& value) {
    json::value out = json::object();
    merge_patch(out, value);
    return out;
}

/// Adds what is wrong with a document of this kind to `problems`; true where its fields can be read.
bool approved(std::string_view kind, const Document& document, const json::value& value, Schemas& schemas,
              std::vector<Diagnostic>& problems) {
    const auto violations = schemas.violations(kind, value);
    add_violations(violations, origins_of(document), problems);
    return violations.empty();
}

class SettingsReader {
  public:
    SettingsReader(const CheckOptions& options, Schemas& schemas) : options_(options), schemas_(schemas) {}

    Settings take() { return std::move(settings_); }

    void platform(const std::vector<const Document*>& documents) {
        if (documents.empty()) {
            refuse_platform({.at = {"holdfast.yaml"}, .message = "there is no document of kind Platform"});
            return;
        }
        if (documents.size() > 1)
            refuse_platform(origins_of(*documents[1])
                                .diagnostic("", fmt::format("a second Platform; the first is at {}",
                                                            to_string(documents[0]->locate("/name")))));
        read_platform(*documents.front());
    }

    void environment(const Document& document) {
        std::vector<Diagnostic> problems;
        const json::value value = without_nulls(document.value);
        const auto name = text_member(value, "name");
        const auto known = settings_.environments.find(name);
        if (known != settings_.environments.end()) {
            settings_.diagnostics.push_back(origins_of(document).diagnostic(
                "/name", fmt::format("the environment {} is declared twice; the first is at {}", name,
                                     to_string(known->second.document->locate("/name")))));
            return;
        }
        EnvironmentSettings environment = plain(name);
        environment.document = &document;
        const auto origins = origins_of(document);
        if (approved("Environment", document, value, schemas_, problems))
            read_environment(Fields(&value, "", origins, problems), environment);
        environment.valid = problems.empty();
        // Laid over the platform's as written, so that null removes one of those.
        const auto* defaults = member(document.value, "defaults");
        if (environment.valid && defaults != nullptr) merge_patch(environment.defaults, *defaults);
        std::ranges::move(problems, std::back_inserter(settings_.diagnostics));
        settings_.environments.emplace(name, std::move(environment));
    }

    void default_environment() { settings_.environments.try_emplace("default", plain("default")); }

  private:
    void refuse_platform(Diagnostic diagnostic) {
        settings_.usable = false;
        settings_.diagnostics.push_back(std::move(diagnostic));
    }

    AppContext context() const {
        return {.target = options_.target,
                .allow_local_sources = options_.allow_local_sources,
                .platform_domain = settings_.platform.domain,
                .environment_domain = {}};
    }

    /// An environment that adds nothing to the platform.
    EnvironmentSettings plain(const std::string& name) const {
        EnvironmentSettings out;
        out.environment.name = name;
        out.platform = platform_document_;
        out.defaults = defaults_;
        out.context = context();
        return out;
    }

    void read_platform(const Document& document) {
        std::vector<Diagnostic> problems;
        const json::value value = without_nulls(document.value);
        if (approved("Platform", document, value, schemas_, problems)) {
            const auto origins = origins_of(document);
            const Fields fields(&value, "", origins, problems);
            settings_.platform = platform_from(fields);
            check_defaults(fields.at("defaults"), context());
            const auto* defaults = fields.find("defaults");
            if (defaults != nullptr && problems.empty()) defaults_ = *defaults;
        }
        settings_.platform.file = document.file;
        platform_document_ = &document;
        settings_.usable = settings_.usable && problems.empty();
        std::ranges::move(problems, std::back_inserter(settings_.diagnostics));
    }

    Platform platform_from(const Fields& fields) const {
        Platform platform;
        fields.read("name", platform.name);
        fields.read("domain", platform.domain);
        fields.read("registry", platform.registry);
        if (!options_.registry.empty()) platform.registry = options_.registry;
        const auto ingress = fields.at("ingress");
        ingress.read("kind", platform.ingress.kind);
        if (platform.ingress.kind == "caddy" || platform.ingress.kind == "nginx")
            ingress.at("kind").problem(fmt::format("{} is not supported yet on {}; traefik and none are",
                                                   platform.ingress.kind, options_.target));
        ingress.read("entryPoint", platform.ingress.entry_point);
        ingress.read("certificateResolver", platform.ingress.certificate_resolver);
        ingress.read("network", platform.ingress.network);
        const auto builds = fields.at("builds");
        builds.read("concurrency", platform.build_concurrency);
        builds.cpu("cpu", platform.build_nano_cpus);
        builds.memory("memory", platform.build_memory_bytes);
        builds.read("keep", platform.builds_kept);
        fields.at("prune").read("guard", platform.prune_guard);
        fields.read("interval", platform.interval);
        if (platform.interval && *platform.interval < std::chrono::seconds{1})
            fields.at("interval").problem("an interval is at least 1s");
        fields.at("notifications").unsupported(options_.target);
        return platform;
    }

    void read_environment(const Fields& fields, EnvironmentSettings& out) const {
        auto& environment = out.environment;
        environment.file = out.document->file;
        fields.read("domain", environment.domain);
        const auto quota = fields.at("quota");
        quota.read("apps", environment.quota.apps);
        quota.read("replicas", environment.quota.replicas);
        quota.cpu("cpu", environment.quota.nano_cpus);
        quota.memory("memory", environment.quota.memory_bytes);
        fields.read("suspend", environment.suspend);
        fields.read("instance", environment.instance);
        fields.at("expires").unsupported(options_.target);
        out.ours =
            environment.instance.empty() || options_.instance.empty() || environment.instance == options_.instance;
        out.context.environment_domain = environment.domain;
        check_defaults(fields.at("defaults"), out.context);
    }

    const CheckOptions& options_;
    Schemas& schemas_;
    Settings settings_;
    const Document* platform_document_ = nullptr;
    json::value defaults_ = json::object();
};

}  // namespace

std::string kind_of(const Document& document) {
    return text_member(document.value, "kind");
}

void add_violations(const std::vector<Violation>& violations, const Origins& origins,
                    std::vector<Diagnostic>& diagnostics) {
    for (const auto& violation : violations) {
        auto diagnostic = origins.diagnostic(violation.pointer, violation.message, violation.at_key);
        diagnostic.suggestion = violation.suggestion;
        diagnostics.push_back(std::move(diagnostic));
    }
}

Settings read_settings(const std::vector<const Document*>& platforms, const std::vector<const Document*>& environments,
                       const CheckOptions& options, Schemas& schemas) {
    SettingsReader reader(options, schemas);
    reader.platform(platforms);
    for (const auto* document : environments) reader.environment(*document);
    reader.default_environment();
    return reader.take();
}

}  // namespace holdfast::manifest
