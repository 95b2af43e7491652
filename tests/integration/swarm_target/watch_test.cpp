#include <cstdlib>

#include "engine_fixture.hpp"
#include "target/swarm/fields.hpp"

namespace holdfast::swarm {
namespace {

class Watch : public OnRealEngine {
  protected:
    void start() {
        job_ = runtime.start(target->watch([this](const target::Change& change) {
            seen.keys.insert(change.keys.begin(), change.keys.end());
            seen.workloads.insert(change.workloads.begin(), change.workloads.end());
            seen.everything |= change.everything;
        }));
    }

    target::Change seen;

  private:
    net::Job job_;
};

TEST_F(Watch, TellsWhatSomebodyChanged) {
    const auto web = key("service", "web");
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    start();
    ASSERT_TRUE(until([&] { return seen.keys.contains(web); })) << "our own create, told from the buffer";
    EXPECT_FALSE(seen.everything);
    seen = {};

    const auto found = runtime.complete(hand.get("/services/" + web.name));
    auto spec = found->at("Spec");
    spec.as_object()["Mode"] = json::object{{"Replicated", json::object{{"Replicas", 1}}}};
    const auto version = number_at(*found, "/Version/Index");
    ASSERT_TRUE(runtime.complete(
        hand.post(fmt::format("/services/{}/update?version={}", web.name, version), json::serialize(spec))));
    EXPECT_TRUE(until([&] { return seen.keys.contains(web) && seen.workloads.contains({stack, "web"}); }));
    EXPECT_FALSE(seen.everything);
}

TEST_F(Watch, TellsOfTasksThatEnd) {
    ASSERT_TRUE(apply(create(key("service", "web"), service("web", 1))));
    start();
    ASSERT_TRUE(until([&] { return workload("web").running == 1; }));
    const auto containers = runtime.complete(
        hand.get("/containers/json?filters=" +
                 filters({{"label", json::array{"com.docker.swarm.service.name=" + stack + "_web"}}})));
    ASSERT_TRUE(containers);
    const auto id = text_at(*containers, "/0/Id");
    ASSERT_TRUE(until([&] { return seen.workloads.contains({stack, "web"}); }));
    seen = {};
    ASSERT_TRUE(runtime.complete(hand.post("/containers/" + id + "/kill", "")));
    EXPECT_TRUE(until([&] { return seen.workloads.contains({stack, "web"}); }));
}

TEST_F(Watch, SaysEverythingAfterTheEngineWasAway) {
    const auto web = key("service", "web");
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    start();
    ASSERT_TRUE(until([&] { return seen.keys.contains(web); }));
    EXPECT_FALSE(seen.everything);

    ASSERT_EQ(std::system(variable("HOLDFAST_TEST_RESTART").c_str()), 0);  // NOLINT: a command of our own test
    EXPECT_TRUE(until([&] { return seen.everything; }));
    EXPECT_TRUE(observe().resources.contains(web));
}

}  // namespace
}  // namespace holdfast::swarm
