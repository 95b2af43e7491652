#include "target/swarm/spec/normalise.hpp"

#include "target/swarm/spec/json_edit.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::int64_t second = 1'000'000'000;

/// A missing Parallelism is 0 (all at once) to the engine, a missing UpdateConfig is 1.
void normalise_update(json::object& service, std::string_view key) {
    auto* config = object_at(service, key);
    if (config == nullptr) return;
    if (!config->contains("Parallelism")) (*config)["Parallelism"] = 0;
    drop_default(*config, "FailureAction", "pause");
    drop_default(*config, "Order", "stop-first");
    drop_default(*config, "Monitor", 5 * second);
    drop_default(*config, "Delay", 0);
    if (config->size() == 1 && is_number(config->at("Parallelism"), 1)) service.erase(key);
}

void normalise_restart(json::object& task) {
    auto* policy = object_at(task, "RestartPolicy");
    if (policy == nullptr) return;
    drop_default(*policy, "Condition", "any");
    drop_default(*policy, "Delay", 5 * second);
    if (policy->empty()) task.erase("RestartPolicy");
}

void normalise_endpoint(json::object& service) {
    auto* endpoint = object_at(service, "EndpointSpec");
    if (endpoint == nullptr) return;
    drop_default(*endpoint, "Mode", "vip");
    each_object(*endpoint, "Ports", [](json::object& port) {
        drop_default(port, "Protocol", "tcp");
        drop_default(port, "PublishMode", "ingress");
    });
    sort_objects(*endpoint, "Ports", {"PublishedPort", "TargetPort", "Protocol", "PublishMode"});
    if (endpoint->empty()) service.erase("EndpointSpec");
}

void normalise_mode(json::object& service) {
    auto* mode = object_at(service, "Mode");
    auto* replicated = mode == nullptr ? nullptr : object_at(*mode, "Replicated");
    if (replicated != nullptr && !replicated->contains("Replicas")) (*replicated)["Replicas"] = 1;
}

void normalise_networks(json::object& task, const Names& names) {
    each_object(task, "Networks", [&](json::object& attachment) {
        auto* target = attachment.if_contains("Target");
        if (target != nullptr && target->is_string()) {
            const auto known = names.find(std::string_view(target->get_string()));
            if (known != names.end()) *target = known->second;
        }
        sort_texts(attachment, "Aliases");
    });
    sort_objects(task, "Networks", {"Target"});
}

/// A credential spec names its config by id; the reference beside it says which that is.
void name_credentials(json::object& container) {
    auto* privileges = object_at(container, "Privileges");
    auto* credentials = privileges == nullptr ? nullptr : object_at(*privileges, "CredentialSpec");
    auto* config = credentials == nullptr ? nullptr : credentials->if_contains("Config");
    if (config == nullptr) return;
    each_object(container, "Configs", [&](json::object& reference) {
        if (const auto* id = reference.if_contains("ConfigID"); id != nullptr && *id == *config)
            *config = reference["ConfigName"];
    });
}

void normalise_references(json::object& container, std::string_view list, std::string_view id, std::string_view name) {
    each_object(container, list, [&](json::object& reference) { reference.erase(id); });
    sort_objects(container, list, {name, "File"});
}

void normalise_mounts(json::object& container) {
    each_object(container, "Mounts", [](json::object& mount) {
        mount.erase("Consistency");  // of Docker Desktop; a Swarm forgets it
        if (auto* bind = object_at(mount, "BindOptions")) {
            drop_default(*bind, "Propagation", "rprivate");
            if (bind->empty()) mount.erase("BindOptions");
        }
    });
    sort_objects(container, "Mounts", {"Target"});
}

void normalise_container(json::object& container) {
    name_credentials(container);
    normalise_references(container, "Configs", "ConfigID", "ConfigName");
    normalise_references(container, "Secrets", "SecretID", "SecretName");
    normalise_mounts(container);
    drop_default(container, "Isolation", "default");
    drop_default(container, "StopGracePeriod", 10 * second);
    for (const auto* list : {"Env", "CapabilityAdd", "CapabilityDrop"}) sort_texts(container, list);
    sort_objects(container, "Ulimits", {"Name"});
}

void normalise_task(json::object& task, const Names& networks) {
    if (auto* container = object_at(task, "ContainerSpec")) normalise_container(*container);
    normalise_networks(task, networks);
    normalise_restart(task);
    task.erase("ForceUpdate");  // a counter that restarts tasks, no state of its own
    drop_default(task, "Runtime", "container");
    if (auto* placement = object_at(task, "Placement")) {
        placement->erase("Platforms");  // what docker's client found in a registry
        sort_texts(*placement, "Constraints");
        if (placement->empty()) task.erase("Placement");
    }
}

}  // namespace

json::value normalise_service(json::value spec, const Names& networks) {
    auto* service = spec.if_object();
    if (service == nullptr) return spec;
    strip(*service);
    if (auto* task = object_at(*service, "TaskTemplate")) {
        // Engines before 1.25 had the networks beside the task; they mean the same.
        if (auto* old = service->if_contains("Networks"); old != nullptr && !task->contains("Networks"))
            (*task)["Networks"] = std::move(*old);
        normalise_task(*task, networks);
    }
    service->erase("Networks");
    normalise_mode(*service);
    normalise_update(*service, "UpdateConfig");
    normalise_update(*service, "RollbackConfig");
    normalise_endpoint(*service);
    return spec;
}

json::value normalise_network(json::value network) {
    auto* object = network.if_object();
    if (object == nullptr) return network;
    json::object out;
    for (const auto* key :
         {"Name", "Driver", "Internal", "Attachable", "EnableIPv6", "Ingress", "Options", "Labels", "IPAM"})
        if (auto* value = object->if_contains(key)) out[key] = std::move(*value);
    strip(out);
    // Written by the engine when it sets the network up.
    if (auto* options = object_at(out, "Options")) {
        options->erase("com.docker.network.driver.overlay.vxlanid_list");
        if (options->empty()) out.erase("Options");
    }
    // An engine that was asked for no subnet has chosen one; the label tells which of both it is.
    const auto* labels = object_at(out, "Labels");
    if (object->contains("Id") && (labels == nullptr || !labels->contains(subnets_label))) out.erase("IPAM");
    if (auto* ipam = object_at(out, "IPAM")) {
        drop_default(*ipam, "Driver", "default");
        each_object(*ipam, "Config", [](json::object& pool) { pool.erase("Gateway"); });
        if (ipam->empty()) out.erase("IPAM");
    }
    return out;
}

json::value normalise_config(json::value spec) {
    if (auto* object = spec.if_object()) strip(*object);
    return spec;
}

json::value normalise_secret(json::value spec) {
    if (auto* object = spec.if_object()) {
        object->erase("Data");
        strip(*object);
    }
    return spec;
}

}  // namespace holdfast::swarm
