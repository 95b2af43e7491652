#include "engine_fixture.hpp"

#include <cstdlib>

#include "target/swarm/spec/normalise.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

std::string OnRealEngine::variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set: tests/integration/test_swarm_target.py does");
    return value;
}

net::Endpoint OnRealEngine::endpoint() {
    return net::Endpoint::parse(variable("HOLDFAST_TEST_ENGINE")).value();
}

OnRealEngine::OnRealEngine() {
    static unsigned number = 0;
    stack = fmt::format("t{}", ++number);
    target = make_swarm_target(runtime.executor(), endpoint(), {.instance = stack});
}

OnRealEngine::~OnRealEngine() {
    const auto left = runtime.complete(target->observe());
    if (!left) return;
    for (const std::string kind : {"service", "config", "secret", "network"}) {
        for (const auto& [name, object] : left->resources) {
            if (name.kind != kind) continue;
            const plan::Action action{.verb = plan::Verb::remove, .key = name, .observed_id = object.id};
            EXPECT_TRUE(apply(action)) << name.str();
        }
    }
}

plan::ResourceKey OnRealEngine::key(std::string kind, const std::string& name) const {
    return {std::move(kind), stack + "_" + name};
}

json::value OnRealEngine::service(const std::string& name, unsigned replicas) const {
    return {{"Name", stack + "_" + name},
            {"Labels", json::object{{app_label, stack + "/" + name}}},
            {"TaskTemplate",
             {{"ContainerSpec", {{"Image", image}, {"Args", {"sleep", "1000"}}, {"StopGracePeriod", 100'000'000}}},
              {"RestartPolicy", {{"Condition", "any"}, {"Delay", 100'000'000}}}}},
            {"UpdateConfig",
             {{"Parallelism", 1}, {"FailureAction", "rollback"}, {"Order", "start-first"}, {"Monitor", 500'000'000}}},
            {"EndpointSpec", json::object{{"Mode", "dnsrr"}}},
            {"Mode", json::object{{"Replicated", json::object{{"Replicas", replicas}}}}}};
}

std::string OnRealEngine::owned(json::value spec) const {
    own(spec, {.instance = stack, .environment = stack});
    return canonical(spec);
}

plan::Action OnRealEngine::create(plan::ResourceKey of, const json::value& spec) const {
    plan::Action action{.verb = plan::Verb::create, .key = std::move(of), .spec = owned(spec)};
    if (action.key.kind == "service") action.app = AppKey{stack, action.key.name.substr(stack.size() + 1)};
    return action;
}

plan::Action OnRealEngine::change(plan::Verb verb, plan::ResourceKey of, const json::value& spec) {
    auto action = create(std::move(of), spec);
    action.verb = verb;
    const auto observed = observe();
    const auto found = observed.resources.find(action.key);
    if (found == observed.resources.end()) return action;
    action.observed_id = found->second.id;
    action.observed_version = found->second.version;
    return action;
}

plan::Observed OnRealEngine::observe() {
    auto observed = runtime.complete(target->observe());
    EXPECT_TRUE(observed) << to_string(observed.error());
    return std::move(observed).value_or(plan::Observed());
}

target::Workload OnRealEngine::workload(const std::string& name) {
    const AppKey app{stack, name};
    const auto workloads = runtime.complete(target->workloads({app}));
    EXPECT_TRUE(workloads) << to_string(workloads.error());
    return workloads ? workloads->at(app) : target::Workload();
}

bool OnRealEngine::until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (!done()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        runtime.complete(net::sleep_for(std::chrono::milliseconds{50}));
    }
    return true;
}

}  // namespace holdfast::swarm
