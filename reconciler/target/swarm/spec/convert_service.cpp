#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

#include "target/swarm/spec/compose_syntax.hpp"
#include "target/swarm/spec/convert_parts.hpp"

namespace holdfast::swarm {

namespace {

/// Keys of a compose service that a Swarm has no use for; docker says so and goes on.
constexpr std::array<std::string_view, 16> ignored_keys{
    "build", "cgroupns_mode", "cgroup_parent", "devices",    "domainname", "external_links", "ipc",      "links",
    "pid",   "mac_address",   "network_mode",  "privileged", "restart",    "security_opt",   "shm_size", "userns_mode"};
/// Keys that docker passes over without a word; we say so.
constexpr std::array<std::string_view, 2> silently_ignored_keys{"tmpfs", "container_name"};

struct Forbidden {
    std::string_view key;
    std::string_view instead;
};
constexpr std::array<Forbidden, 8> forbidden_keys{
    {{"extends", "write the service out"},
     {"volume_driver", "define the volume with its driver under volumes"},
     {"volumes_from", "define a volume under volumes and mount it in both services"},
     {"cpu_quota", "use deploy.resources"},
     {"cpu_shares", "use deploy.resources"},
     {"cpuset", "use deploy.resources"},
     {"mem_limit", "use deploy.resources"},
     {"memswap_limit", "use deploy.resources"}}};

void check_keys(const Node& service, Stack& stack) {
    for (const auto& [key, instead] : forbidden_keys)
        if (service.at(key)) service.at(key).refuse(fmt::format("not possible in a stack; {}", instead));
    service.only({"build",
                  "cap_add",
                  "cap_drop",
                  "cgroup_parent",
                  "cgroupns_mode",
                  "command",
                  "configs",
                  "container_name",
                  "credential_spec",
                  "depends_on",
                  "deploy",
                  "devices",
                  "dns",
                  "dns_search",
                  "domainname",
                  "entrypoint",
                  "env_file",
                  "environment",
                  "expose",
                  "external_links",
                  "extra_hosts",
                  "healthcheck",
                  "hostname",
                  "image",
                  "init",
                  "ipc",
                  "isolation",
                  "labels",
                  "links",
                  "logging",
                  "mac_address",
                  "network_mode",
                  "networks",
                  "pid",
                  "ports",
                  "privileged",
                  "profiles",
                  "read_only",
                  "restart",
                  "secrets",
                  "security_opt",
                  "shm_size",
                  "stdin_open",
                  "stop_grace_period",
                  "stop_signal",
                  "sysctls",
                  "tmpfs",
                  "tty",
                  "ulimits",
                  "user",
                  "userns_mode",
                  "volumes",
                  "working_dir"},
                 true);
    const auto ignore = [&](std::string_view key, std::string_view why) {
        if (service.at(key)) stack.warnings.push_back(fmt::format("{}: {}", service.at(key).path(), why));
    };
    for (const auto key : ignored_keys) {
        const bool used = key == "restart" && !service.at("deploy").at("restart_policy");
        ignore(key, used ? "kept as a restart policy; deploy.restart_policy is where a stack has it"
                         : "ignored: a stack has no such thing");
    }
    for (const auto key : silently_ignored_keys)
        ignore(key, key == "tmpfs" ? "ignored by docker in a stack; use a volume of type tmpfs"
                                   : "ignored: the engine names a task's container");
    ignore("expose", "ignored: services of one network reach each other at every port");
}

json::object convert_healthcheck(const Node& check) {
    if (!check) return {};
    check.only({"disable", "interval", "retries", "test", "timeout", "start_period"});
    const auto test = check.at("test");
    if (check.at("disable").boolean().value_or(false)) {
        if (test && (test.is_string() || !test.texts().empty())) check.refuse("test and disable exclude each other");
        return {{"Test", {"NONE"}}};
    }
    json::object out;
    put(out, "Test", test.is_string() ? json::array{"CMD-SHELL", test.text()} : string_list(test.texts()));
    put(out, "Interval", check.at("interval").duration());
    put(out, "Timeout", check.at("timeout").duration());
    put(out, "StartPeriod", check.at("start_period").duration());
    put(out, "Retries", check.at("retries").count());
    return out;
}

json::array convert_hosts(const Node& hosts) {
    std::vector<std::string> entries;
    if (hosts.is_array()) {
        entries = hosts.texts();
    } else {
        for (const auto& [host, address] : hosts.pairs())
            if (address) entries.push_back(fmt::format("{}:{}", host, *address));
    }
    json::array out;
    for (const auto& entry : entries) {
        const auto colon = entry.find(':');
        if (colon != std::string::npos)
            out.emplace_back(fmt::format("{} {}", entry.substr(colon + 1), entry.substr(0, colon)));
    }
    return out;
}

json::array convert_ulimits(const Node& ulimits) {
    json::array out;
    std::map<std::string, json::object> sorted;
    ulimits.each_member([&](std::string_view name, const Node& limit) {
        const bool both = !limit.is_object();
        if (!both) limit.only({"soft", "hard"});
        const auto soft = both ? limit.integer() : limit.at("soft").integer();
        const auto hard = both ? soft : limit.at("hard").integer();
        if (!soft || !hard) limit.refuse("needs a number, or soft and hard");
        sorted[std::string(name)] = {{"Name", name}, {"Soft", *soft}, {"Hard", *hard}};
    });
    for (auto& [name, limit] : sorted) out.emplace_back(std::move(limit));
    return out;
}

json::object convert_logging(const Node& logging) {
    logging.only({"driver", "options"});
    json::object out;
    put(out, "Name", logging.at("driver").text());
    put(out, "Options", logging.at("options").string_map());
    return out;
}

/// What is both added and dropped is added; ALL stands for every other.
void convert_capabilities(const Node& service, json::object& container) {
    const auto names = [&](std::string_view key) {
        std::set<std::string> out;
        for (const auto& name : service.at(key).texts()) out.insert(capability_name(name));
        if (out.contains("ALL")) out = {"ALL"};
        return out;
    };
    const auto added = names("cap_add");
    auto dropped = names("cap_drop");
    for (const auto& name : added) dropped.erase(name);
    put(container, "CapabilityAdd", json::array(added.begin(), added.end()));
    put(container, "CapabilityDrop", json::array(dropped.begin(), dropped.end()));
}

/// The engine takes a credential spec from a config only where the service refers to that config as well.
void convert_credentials(const Node& credentials, const Stack& stack, json::object& container) {
    if (!credentials) return;
    credentials.only({"config", "file", "registry"});
    json::object spec;
    put(spec, "File", credentials.at("file").text());
    put(spec, "Registry", credentials.at("registry").text());
    if (const auto key = credentials.at("config").text(); !key.empty()) {
        const auto found = stack.configs.find(key);
        if (found == stack.configs.end()) credentials.refuse(fmt::format("\"{}\" isn't defined under configs", key));
        spec["Config"] = found->second.name;
        auto& configs = container["Configs"];
        if (!configs.is_array()) configs.emplace_array();
        configs.get_array().push_back({{"ConfigName", found->second.name}, {"Runtime", json::object{}}});
    }
    if (spec.size() > 1) credentials.refuse("only one of config, file and registry can be given");
    if (!spec.empty()) container["Privileges"] = {{"CredentialSpec", std::move(spec)}};
}

json::object convert_dns(const Node& service) {
    json::object out;
    put(out, "Nameservers", string_list(service.at("dns").text_or_texts()));
    put(out, "Search", string_list(service.at("dns_search").text_or_texts()));
    return out;
}

json::object convert_container(const Node& service, Stack& stack) {
    json::object out;
    put(out, "Image", familiar_image(service.at("image").text()));
    put(out, "Command", command_words(service.at("entrypoint")));
    put(out, "Args", command_words(service.at("command")));
    put(out, "Hostname", service.at("hostname").text());
    put(out, "Hosts", convert_hosts(service.at("extra_hosts")));
    put(out, "DNSConfig", convert_dns(service));
    put(out, "Healthcheck", convert_healthcheck(service.at("healthcheck")));
    put(out, "Env", convert_environment(service, stack));
    put(out, "Labels", stack.labelled(service.at("labels").string_map()));
    put(out, "Dir", service.at("working_dir").text());
    put(out, "User", service.at("user").text());
    put(out, "Mounts", convert_mounts(service.at("volumes"), stack));
    put(out, "StopGracePeriod", service.at("stop_grace_period").duration());
    put(out, "StopSignal", service.at("stop_signal").text());
    if (service.at("tty").boolean().value_or(false)) out["TTY"] = true;
    if (service.at("stdin_open").boolean().value_or(false)) out["OpenStdin"] = true;
    if (service.at("read_only").boolean().value_or(false)) out["ReadOnly"] = true;
    put(out, "Secrets", convert_references(service.at("secrets"), stack.secrets, "Secret"));
    put(out, "Configs", convert_references(service.at("configs"), stack.configs, "Config"));
    convert_credentials(service.at("credential_spec"), stack, out);
    put(out, "Isolation", service.at("isolation").text());
    put(out, "Init", service.at("init").boolean());
    put(out, "Sysctls", service.at("sysctls").string_map());
    convert_capabilities(service, out);
    put(out, "Ulimits", convert_ulimits(service.at("ulimits")));
    return out;
}

}  // namespace

json::value convert_service(std::string_view name, const Node& service, Stack& stack) {
    if (!service.is_object()) service.refuse("must be a mapping");
    check_keys(service, stack);
    const auto deploy = service.at("deploy");
    deploy.only({"mode", "endpoint_mode", "replicas", "labels", "rollback_config", "update_config", "resources",
                 "restart_policy", "placement"});
    const auto image = service.at("image").text();
    if (image.empty()) service.refuse("needs an image: a stack doesn't build");

    json::object task{{"ContainerSpec", convert_container(service, stack)}};
    put(task, "LogDriver", convert_logging(service.at("logging")));
    put(task, "Resources", convert_resources(deploy.at("resources")));
    put(task, "RestartPolicy", convert_restart(service, deploy.at("restart_policy")));
    put(task, "Placement", convert_placement(deploy.at("placement")));
    put(task, "Networks", convert_networks(name, service.at("networks"), stack));

    auto labels = stack.labelled(deploy.at("labels").string_map());
    labels[image_label] = image;
    json::object out{{"Name", stack.scoped(name)}, {"Labels", std::move(labels)}, {"TaskTemplate", std::move(task)}};
    out["Mode"] = convert_mode(deploy);
    put(out, "UpdateConfig", convert_update(deploy.at("update_config")));
    put(out, "RollbackConfig", convert_update(deploy.at("rollback_config")));
    put(out, "EndpointSpec", convert_endpoint(deploy, service.at("ports"), stack));
    return out;
}

}  // namespace holdfast::swarm
