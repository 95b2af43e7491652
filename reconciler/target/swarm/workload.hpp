#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "target/target.hpp"

namespace holdfast::swarm {

/// What counting needs of a service, out of the engine's JSON.
struct ServiceFacts {
    std::string id;
    std::string name;
    std::string task_spec;       ///< canonical text of what a task of the current spec looks like
    std::uint64_t replicas = 0;  ///< wanted tasks; unused where `global`
    bool global = false;
    bool job = false;  ///< its tasks are meant to complete
    target::Workload::Update update = target::Workload::Update::none;
    std::string update_message;
};

/// What counting needs of a task.
struct TaskFacts {
    std::string service_id;
    std::string node_id;
    std::string task_spec;
    std::string state;  ///< `running`, `rejected`, … (the engine's words)
    std::string error;
    std::uint64_t version = 0;  ///< grows with each change, so the greatest is the newest
    bool wanted = false;        ///< the engine means it to run (or, for a job, to complete)
};

[[nodiscard]] ServiceFacts read_service(const json::value& service);
[[nodiscard]] TaskFacts read_task(const json::value& task);

/// How a service stands, by its tasks. Only tasks of the current spec count as running, so a service whose update has
/// just been accepted isn't taken for finished by its old tasks.
[[nodiscard]] target::Workload workload_of(const ServiceFacts& service, std::span<const TaskFacts> tasks,
                                           const std::map<std::string, std::string>& node_names);

}  // namespace holdfast::swarm
