#include "target/swarm/spec/app_values.hpp"

#include <array>
#include <cctype>
#include <fmt/format.h>
#include <set>

#include "core/hash.hpp"

namespace holdfast::swarm {

namespace {

using manifest::Duration;

/// A list for a template, whose items know what stands between them and the one before.
class Items {
  public:
    explicit Items(std::string_view separator = ", ") : separator_(separator) {}

    void add(json::object item) {
        item["separator"] = items_.empty() ? std::string_view{} : separator_;
        items_.emplace_back(std::move(item));
    }
    [[nodiscard]] json::array take() { return std::move(items_); }

  private:
    std::string_view separator_;
    json::array items_;
};

json::array texts(const std::vector<std::string>& list, std::string_view separator = ", ") {
    Items items(separator);
    for (const auto& text : list) items.add({{"text", text}});
    return items.take();
}

json::array pairs(const manifest::Named<std::string>& map) {
    Items items;
    for (const auto& [name, value] : map) items.add({{"name", name}, {"value", value}});
    return items.take();
}

/// A duration as compose reads it, in the largest unit that leaves no rest.
std::string duration_text(Duration duration) {
    constexpr std::array<std::pair<std::int64_t, std::string_view>, 3> units{
        {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}}};
    for (const auto& [length, unit] : units)
        if (duration.count() % length == 0) return fmt::format("{}{}", duration.count() / length, unit);
    return fmt::format("{}ns", duration.count());
}

json::value optional_text(const std::string& text) {
    return text.empty() ? json::value(false) : json::value(text);
}
json::value optional_duration(const std::optional<Duration>& duration) {
    return duration ? json::value(duration_text(*duration)) : json::value(false);
}
json::value optional_number(const std::optional<unsigned>& number) {
    return number ? json::value(*number) : json::value(false);
}

/// A word of a shell's command line, whatever it holds.
std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) c == '\'' ? out += "'\\''" : out += c;
    return out + "'";
}

/// Images have wget (busybox, Debian's) or curl or none; either will do, and an app whose image has neither names a
/// command.
std::string http_check(std::uint16_t port, std::string_view path) {
    const auto url = shell_quoted(fmt::format("http://127.0.0.1:{}{}{}", port, path.starts_with('/') ? "" : "/", path));
    return fmt::format("wget -q -O /dev/null {0} || curl -fsS -o /dev/null {0} || exit 1", url);
}

json::value health_values(const manifest::Health& health, std::uint16_t port) {
    std::vector<std::string> test;
    if (!health.command.empty()) {
        test = {"CMD"};
        test.insert(test.end(), health.command.begin(), health.command.end());
    } else if (!health.shell.empty()) {
        test = {"CMD-SHELL", health.shell};
    } else if (!health.path.empty() && port != 0) {
        test = {"CMD-SHELL", http_check(port, health.path)};
    }
    if (test.empty()) return false;
    return {{"test", texts(test)},
            {"interval", optional_duration(health.interval)},
            {"timeout", optional_duration(health.timeout)},
            {"start_period", optional_duration(health.start_period)},
            {"retries", optional_number(health.retries)}};
}

std::string cpus_text(std::uint64_t nano) {
    constexpr std::uint64_t billion = 1'000'000'000;
    auto text = fmt::format("{}.{:09}", nano / billion, nano % billion);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
}

json::array amounts(const manifest::ResourceAmount& amount) {
    Items items;
    if (amount.nano_cpus) items.add({{"name", "cpus"}, {"value", cpus_text(*amount.nano_cpus)}});
    if (amount.memory_bytes) items.add({{"name", "memory"}, {"value", fmt::format("{}", *amount.memory_bytes)}});
    return items.take();
}

/// Traefik's part: only for a public app with a port, where the platform has an ingress.
json::value ingress_values(const manifest::IngressController& controller, const manifest::App& app,
                           std::uint16_t port) {
    if (controller.kind != "traefik" || !app.ingress.is_public || app.ingress.domains.empty() || port == 0)
        return false;
    return {{"network", controller.network},
            {"entry_point", controller.entry_point},
            {"domains", texts(app.ingress.domains, " || ")},
            {"path", app.ingress.path == "/" ? json::value(false) : optional_text(app.ingress.path)},
            {"tls", app.ingress.tls},
            {"certificate_resolver", optional_text(controller.certificate_resolver)}};
}

std::string volume_key(const manifest::App& app) {
    return app.key.name + "_data";
}

json::array mounts(const manifest::App& app) {
    Items items;
    if (app.storage) items.add({{"type", "volume"}, {"source", volume_key(app)}, {"target", app.storage->mount}});
    for (const auto& path : app.security.tmpfs) items.add({{"type", "tmpfs"}, {"source", false}, {"target", path}});
    return items.take();
}

/// The end of a path as part of a name: the engine allows 64 characters in all.
std::string slug(std::string_view path) {
    constexpr std::size_t limit = 12;
    std::string out;
    for (const char c : path.substr(path.rfind('/') + 1).substr(0, limit))
        out += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' ? c : '-';
    return out.empty() ? "config" : out;
}

void add_configs(const manifest::App& app, json::object& values) {
    Items references;
    Items objects;
    std::set<std::string> defined;
    for (const auto& [key, config] : named_configs(app)) {
        references.add({{"key", key}, {"target", config->target}});
        if (defined.insert(key).second) objects.add({{"key", key}, {"file", optional_text(config->file)}});
    }
    values["configs"] = references.take();
    values["config_objects"] = objects.take();
}

json::array secrets(const manifest::App& app) {
    Items items;
    for (const auto& secret : app.secrets) items.add({{"name", secret.name}, {"secret", secret.secret}});
    return items.take();
}

}  // namespace

std::vector<NamedConfig> named_configs(const manifest::App& app) {
    std::vector<NamedConfig> out;
    for (const auto& config : app.configs) {
        auto key = fmt::format("{}_{}_{}", app.key.name, slug(config.target), sha256(config.content).substr(0, 8));
        out.push_back({std::move(key), &config});
    }
    return out;
}

json::value app_values(const manifest::Snapshot& snapshot, const manifest::App& app, std::string_view image,
                       std::uint16_t port) {
    json::object values{{"environment", app.key.environment}, {"app", app.key.name}, {"image", image}};
    values["port"] = port;
    values["command"] = texts(app.command);
    values["args"] = texts(app.args);
    values["user"] = app.user;
    values["working_dir"] = app.working_dir;
    values["env"] = pairs(app.env);
    values["secrets"] = secrets(app);
    add_configs(app, values);
    values["mounts"] = mounts(app);
    values["storage"] = app.storage ? json::value{{"volume", volume_key(app)}} : json::value(false);
    values["health"] = app.health ? health_values(*app.health, port) : json::value(false);
    values["cap_add"] = texts(app.security.capabilities_added);
    values["read_only"] = app.security.read_only ? "true" : "false";
    values["replicas"] = app.replicas;
    values["update"] = {{"parallelism", app.update.parallelism},
                        {"order", app.update.order},
                        {"on_failure", app.update.on_failure},
                        {"delay", optional_duration(app.update.delay)},
                        {"monitor", optional_duration(app.update.monitor)}};
    values["restart"] = {{"condition", app.restart.condition},
                         {"delay", optional_duration(app.restart.delay)},
                         {"window", optional_duration(app.restart.window)},
                         {"max_attempts", optional_number(app.restart.max_attempts)}};
    values["limits"] = amounts(app.limits);
    values["reservations"] = amounts(app.reservations);
    values["constraints"] = texts(app.placement.constraints);
    values["spread"] = texts(app.placement.spread);
    values["max_replicas_per_node"] = optional_number(app.placement.max_replicas_per_node);
    values["ingress"] = ingress_values(snapshot.platform.ingress, app, port);
    values["labels"] = pairs(app.labels);
    // The labels of the app follow Traefik's within one mapping.
    if (!values["ingress"].is_bool() && !app.labels.empty()) values["labels"].at(0).as_object()["separator"] = ", ";
    return values;
}

}  // namespace holdfast::swarm
