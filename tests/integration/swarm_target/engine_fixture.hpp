#pragma once

#include <gtest/gtest.h>

#include "net/runtime.hpp"
#include "target/swarm/engine.hpp"
#include "target/swarm/swarm_target.hpp"

namespace holdfast::swarm {

/// A target on the real engine that HOLDFAST_TEST_ENGINE names, with an instance and a stack of its own for each test.
/// What a test makes is removed after it.
class OnRealEngine : public testing::Test {
  protected:
    OnRealEngine();
    ~OnRealEngine() override;

    [[nodiscard]] plan::ResourceKey key(std::string kind, const std::string& name) const;

    /// A service of our own that sleeps, in normal form.
    [[nodiscard]] json::value service(const std::string& name, unsigned replicas) const;
    [[nodiscard]] std::string owned(json::value spec) const;

    [[nodiscard]] plan::Action create(plan::ResourceKey key, const json::value& spec) const;
    /// What a plan does to an object that was observed.
    [[nodiscard]] plan::Action change(plan::Verb verb, plan::ResourceKey key, const json::value& spec);

    Result<target::Applied> apply(const plan::Action& action) { return runtime.complete(target->apply(action)); }
    plan::Observed observe();
    target::Workload workload(const std::string& name);

    /// Turns the loop until `done` holds; false after 30 seconds.
    bool until(const std::function<bool()>& done);

    [[nodiscard]] static std::string variable(const char* name);
    [[nodiscard]] static net::Endpoint endpoint();

    net::Runtime runtime;
    std::string stack;  ///< the instance's and the environment's name
    std::string image = variable("HOLDFAST_TEST_IMAGE");
    Engine hand{runtime.executor(), endpoint(), 1};  ///< somebody at the engine, who isn't us
    std::unique_ptr<target::Target> target;
};

}  // namespace holdfast::swarm
