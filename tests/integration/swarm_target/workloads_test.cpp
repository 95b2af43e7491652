#include <gmock/gmock.h>

#include "engine_fixture.hpp"

namespace holdfast::swarm {
namespace {

using testing::HasSubstr;
using Update = target::Workload::Update;

class Workloads : public OnRealEngine {
  protected:
    plan::ResourceKey web = key("service", "web");
};

TEST_F(Workloads, AreFollowedUntilAllTasksRun) {
    EXPECT_FALSE(workload("web").exists);
    ASSERT_TRUE(apply(create(web, service("web", 2))));
    EXPECT_EQ(workload("web").desired, 2U);
    ASSERT_TRUE(until([&] { return workload("web").running == 2; }));
    EXPECT_EQ(workload("web").nodes.size(), 1U);
    EXPECT_EQ(workload("web").message, "");
}

TEST_F(Workloads, OfNoReplicasAreCompleteAtOnce) {
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    EXPECT_TRUE(workload("web").exists);
    EXPECT_EQ(workload("web").desired, 0U);
}

TEST_F(Workloads, OfAnAcceptedUpdateStartAtNothing) {
    ASSERT_TRUE(apply(create(web, service("web", 1))));
    ASSERT_TRUE(until([&] { return workload("web").running == 1; }));
    auto spec = service("web", 1);
    spec.as_object()["TaskTemplate"].as_object()["ContainerSpec"].as_object()["Env"] = json::array{"A=1"};
    ASSERT_TRUE(apply(change(plan::Verb::update, web, spec)));
    EXPECT_EQ(workload("web").running, 0U);
    EXPECT_TRUE(until([&] { return workload("web").running == 1 && workload("web").update == Update::completed; }));
}

TEST_F(Workloads, TellWhyAnUpdateWasTakenBack) {
    ASSERT_TRUE(apply(create(web, service("web", 1))));
    ASSERT_TRUE(until([&] { return workload("web").running == 1; }));
    auto broken = service("web", 1);
    broken.as_object()["TaskTemplate"].as_object()["ContainerSpec"].as_object()["Image"] = "nowhere.invalid/none:1";
    ASSERT_TRUE(apply(change(plan::Verb::update, web, broken)));
    ASSERT_TRUE(until([&] { return workload("web").update == Update::rolled_back; }));
    EXPECT_THAT(workload("web").message, HasSubstr("No such image"));
    EXPECT_TRUE(until([&] { return workload("web").running == 1; }));
    EXPECT_THAT(observe().resources.at(web).spec, HasSubstr(image));
}

TEST_F(Workloads, OfManyAppsTakeAFewReads) {
    std::set<AppKey> apps;
    for (unsigned i = 0; i < 20; ++i) {
        const auto name = fmt::format("a{}", i);
        ASSERT_TRUE(apply(create(key("service", name), service(name, i == 0 ? 1 : 0))));
        apps.insert({stack, name});
    }
    ASSERT_TRUE(until([&] { return workload("a0").running == 1; }));
    const auto before = target->calls().reads;
    const auto workloads = runtime.complete(target->workloads(apps));
    ASSERT_TRUE(workloads);
    EXPECT_LE(target->calls().reads - before, 3U);
    EXPECT_EQ(workloads->size(), 20U);
    EXPECT_EQ(workloads->at({stack, "a0"}).running, 1U);
    EXPECT_TRUE(workloads->at({stack, "a19"}).exists);
}

TEST_F(Workloads, HaveLogs) {
    auto spec = service("web", 1);
    spec.as_object()["TaskTemplate"].as_object()["ContainerSpec"].as_object()["Args"] =
        json::array{"sh", "-c", "echo one; echo two; echo three; sleep 1000"};
    ASSERT_TRUE(apply(create(web, spec)));
    ASSERT_TRUE(until([&] { return workload("web").running == 1; }));
    std::string text;
    ASSERT_TRUE(until([&] {
        text = runtime.complete(target->logs({stack, "web"}, 2)).value_or("");
        return text.ends_with("three\n");
    })) << text;
    EXPECT_THAT(text, HasSubstr(" two\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr(" one\n")));

    const auto missing = runtime.complete(target->logs({stack, "none"}, 2));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace holdfast::swarm
