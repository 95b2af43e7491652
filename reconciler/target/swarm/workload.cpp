#include "target/swarm/workload.hpp"

#include <array>

#include "core/text.hpp"
#include "target/swarm/fields.hpp"

namespace holdfast::swarm {

namespace {

using Update = target::Workload::Update;

/// A task repeats these parts of its service's TaskTemplate as they were when it was made; a change of any of them
/// makes the engine replace the task.
std::string task_spec_text(const json::value* spec) {
    constexpr std::array parts = {"ContainerSpec", "Resources", "Placement", "Networks", "LogDriver", "ForceUpdate"};
    std::string text;
    for (const auto* part : parts) {
        const auto* value = spec == nullptr ? nullptr : member(*spec, part);
        if (value != nullptr) text += canonical(*value);
        text += '\n';
    }
    return text;
}

Update update_of(std::string_view state) {
    if (state == "updating") return Update::updating;
    if (state == "completed") return Update::completed;
    if (state == "paused" || state == "rollback_paused") return Update::paused;
    if (state == "rollback_started") return Update::rolling_back;
    if (state == "rollback_completed") return Update::rolled_back;
    return Update::none;
}

void read_mode(const json::value& mode, ServiceFacts& facts) {
    facts.global = member(mode, "Global") != nullptr || member(mode, "GlobalJob") != nullptr;
    facts.job = member(mode, "ReplicatedJob") != nullptr || member(mode, "GlobalJob") != nullptr;
    if (member(mode, "ReplicatedJob") != nullptr) {
        facts.replicas =
            number_at(mode, "/ReplicatedJob/TotalCompletions", number_at(mode, "/ReplicatedJob/MaxConcurrent", 1));
    } else {
        facts.replicas = number_at(mode, "/Replicated/Replicas", 1);
    }
}

bool went_wrong(Update update) {
    return update == Update::paused || update == Update::rolling_back || update == Update::rolled_back;
}

/// The newest error there is: of a task of the current spec while it rolls out; of any once it was taken back, because
/// then the failed spec is no longer the current one.
const TaskFacts* newest_failure(const ServiceFacts& service, std::span<const TaskFacts> tasks) {
    const TaskFacts* newest = nullptr;
    for (const auto& task : tasks) {
        if (task.error.empty() || (task.task_spec != service.task_spec && !went_wrong(service.update))) continue;
        if (newest == nullptr || task.version > newest->version) newest = &task;
    }
    return newest;
}

}  // namespace

ServiceFacts read_service(const json::value& service) {
    ServiceFacts facts{.id = text_member(service, "ID")};
    if (const auto* spec = member(service, "Spec")) {
        facts.name = text_member(*spec, "Name");
        facts.task_spec = task_spec_text(member(*spec, "TaskTemplate"));
        if (const auto* mode = member(*spec, "Mode")) read_mode(*mode, facts);
    }
    facts.update = update_of(text_at(service, "/UpdateStatus/State"));
    facts.update_message = text_at(service, "/UpdateStatus/Message");
    return facts;
}

TaskFacts read_task(const json::value& task) {
    TaskFacts facts{
        .service_id = text_member(task, "ServiceID"),
        .node_id = text_member(task, "NodeID"),
        .task_spec = task_spec_text(member(task, "Spec")),
        .state = text_at(task, "/Status/State"),
        .error = text_at(task, "/Status/Err"),
        .version = number_at(task, "/Version/Index"),
    };
    const auto desired = text_member(task, "DesiredState");
    facts.wanted = desired == "running" || desired == "ready" || desired == "complete";
    return facts;
}

target::Workload workload_of(const ServiceFacts& service, std::span<const TaskFacts> tasks,
                             const std::map<std::string, std::string>& node_names) {
    target::Workload workload{
        .desired = static_cast<unsigned>(service.replicas), .update = service.update, .exists = true};
    if (service.global) workload.desired = 0;
    std::set<std::string> nodes;
    for (const auto& task : tasks) {
        if (!task.wanted) continue;
        if (service.global) ++workload.desired;
        const bool up = task.state == (service.job ? "complete" : "running");
        if (!up || task.task_spec != service.task_spec) continue;
        ++workload.running;
        const auto name = node_names.find(task.node_id);
        nodes.insert(name == node_names.end() ? task.node_id : name->second);
    }
    workload.nodes.assign(nodes.begin(), nodes.end());

    if (workload.running < workload.desired || went_wrong(service.update)) {
        const auto* failure = newest_failure(service, tasks);
        workload.message = printable(failure == nullptr ? service.update_message : failure->error, 300);
    }
    return workload;
}

}  // namespace holdfast::swarm
