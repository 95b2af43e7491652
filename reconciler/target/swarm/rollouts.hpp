#pragma once

#include <set>

#include "target/swarm/session.hpp"
#include "target/swarm/workload.hpp"

namespace holdfast::swarm {

/// How these apps' workloads stand: two or three reads, however many apps there are.
net::Task<Result<std::map<AppKey, target::Workload>>> read_workloads(Session& session, std::set<AppKey> apps);

/// The name of an app's service: its environment is the stack.
[[nodiscard]] inline std::string service_name(const AppKey& app) {
    return app.environment + "_" + app.name;
}

}  // namespace holdfast::swarm
