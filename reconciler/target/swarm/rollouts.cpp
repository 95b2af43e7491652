#include "target/swarm/rollouts.hpp"

#include "target/swarm/fields.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

using target::Workload;

/// Up to this many apps are asked for by name; more by one list of everything.
constexpr std::size_t few = 16;
/// How many services one request for tasks names.
constexpr std::size_t batch = 64;

struct Counted {
    std::map<std::string, AppKey> apps;  ///< by service id
    std::map<std::string, ServiceFacts> services;
    std::map<std::string, std::vector<TaskFacts>> tasks;
};

net::Task<Result<void>> read_services(Session& session, const std::set<AppKey>& apps, Counted& counted) {
    json::object terms{{"label", json::array{std::string(instance_label) + "=" + session.instance}}};
    std::map<std::string, const AppKey*> wanted;
    for (const auto& app : apps) wanted.emplace(service_name(app), &app);
    if (apps.size() <= few) {
        json::array names;
        for (const auto& [name, app] : wanted) names.emplace_back(name);
        terms.emplace("name", std::move(names));  // the engine takes these for beginnings of names
    }
    co_return co_await session.engine.list("/services?filters=" + filters(terms), [&](const json::value& service) {
        const auto found = wanted.find(text_at(service, "/Spec/Name"));
        if (found == wanted.end()) return;
        auto facts = read_service(service);
        counted.apps.emplace(facts.id, *found->second);
        counted.services.insert_or_assign(facts.id, std::move(facts));
    });
}

net::Task<Result<void>> read_tasks(Session& session, json::object terms, Counted& counted) {
    co_return co_await session.engine.list("/tasks?filters=" + filters(terms), [&](const json::value& task) {
        const auto service = text_member(task, "ServiceID");
        if (counted.services.contains(service)) counted.tasks[service].push_back(read_task(task));
    });
}

/// All tasks of these services, with those that failed.
net::Task<Result<void>> read_tasks_of(Session& session, const std::vector<std::string>& services, Counted& counted) {
    for (std::size_t start = 0; start < services.size(); start += batch) {
        json::array ids;
        for (std::size_t i = start; i < std::min(start + batch, services.size()); ++i) {
            counted.tasks.erase(services[i]);
            ids.emplace_back(services[i]);
        }
        const auto read = co_await read_tasks(session, {{"service", std::move(ids)}}, counted);
        if (!read) co_return read;
    }
    co_return Result<void>();
}

Workload workload_in(const Counted& counted, const std::string& service,
                     const std::map<std::string, std::string>& node_names) {
    const auto tasks = counted.tasks.find(service);
    return workload_of(counted.services.at(service),
                       tasks == counted.tasks.end() ? std::vector<TaskFacts>() : tasks->second, node_names);
}

std::vector<std::string> with_tasks(const Counted& counted) {
    std::vector<std::string> services;
    for (const auto& [id, service] : counted.services) {
        if (service.replicas > 0 || service.global) services.push_back(id);
    }
    return services;
}

std::vector<std::string> unfinished(const Counted& counted) {
    std::vector<std::string> services;
    for (const auto& id : with_tasks(counted)) {
        const auto workload = workload_in(counted, id, {});
        const bool settled =
            workload.update == Workload::Update::none || workload.update == Workload::Update::completed;
        if (workload.running < workload.desired || !settled) services.push_back(id);
    }
    return services;
}

net::Task<Result<void>> count(Session& session, const std::set<AppKey>& apps, Counted& counted) {
    if (const auto read = co_await read_services(session, apps, counted); !read) co_return read;
    const auto services = with_tasks(counted);
    if (services.size() <= few) co_return co_await read_tasks_of(session, services, counted);

    const json::array wanted{"running", "ready"};
    if (const auto read = co_await read_tasks(session, {{"desired-state", wanted}}, counted); !read) co_return read;
    co_return co_await read_tasks_of(session, unfinished(counted), counted);
}

bool nodes_known(const Session& session, const Counted& counted) {
    const auto known = [&](const TaskFacts& task) {
        return task.node_id.empty() || session.remembered.node_names.contains(task.node_id);
    };
    return std::ranges::all_of(counted.tasks,
                               [&](const auto& entry) { return std::ranges::all_of(entry.second, known); });
}

net::Task<Result<void>> read_nodes(Session& session) {
    co_return co_await session.engine.list("/nodes", [&](const json::value& node) {
        session.remembered.node_names.insert_or_assign(text_member(node, "ID"), text_at(node, "/Description/Hostname"));
    });
}

}  // namespace

net::Task<Result<std::map<AppKey, Workload>>> read_workloads(Session& session, std::set<AppKey> apps) {
    std::map<AppKey, Workload> workloads;
    if (apps.empty()) co_return workloads;

    Counted counted;
    auto done = co_await count(session, apps, counted);
    if (!done && done.error().code == ErrorCode::not_found) {  // a service went between the two reads
        counted = {};
        done = co_await count(session, apps, counted);
    }
    if (!done) co_return std::unexpected(done.error());
    if (!nodes_known(session, counted)) {
        if (const auto read = co_await read_nodes(session); !read) co_return std::unexpected(read.error());
    }

    for (const auto& app : apps) workloads[app];
    for (const auto& [id, app] : counted.apps) {
        workloads[app] = workload_in(counted, id, session.remembered.node_names);
    }
    co_return workloads;
}

}  // namespace holdfast::swarm
