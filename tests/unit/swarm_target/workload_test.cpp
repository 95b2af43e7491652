#include "target/swarm/workload.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

using Update = target::Workload::Update;

/// A service of the engine's API whose current image is `image`.
json::value service(const char* image, unsigned replicas, const char* update = nullptr) {
    json::object object{
        {"ID", "s1"},
        {"Spec",
         {{"Name", "shop_web"},
          {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}, {"ForceUpdate", 0}, {"Runtime", "container"}}},
          {"Mode", {{"Replicated", {{"Replicas", replicas}}}}}}}};
    if (update != nullptr) object["UpdateStatus"] = {{"State", update}, {"Message", "the update's own words"}};
    return object;
}

struct Task {
    const char* image;
    const char* state = "running";
    const char* desired = "running";
    const char* error = "";
    unsigned version = 1;
    const char* node = "n1";
};

json::value json_of(const Task& task) {
    return {{"ServiceID", "s1"},
            {"NodeID", task.node},
            {"Version", {{"Index", task.version}}},
            {"DesiredState", task.desired},
            {"Status", {{"State", task.state}, {"Err", task.error}}},
            {"Spec", {{"ForceUpdate", 0}, {"ContainerSpec", {{"Image", task.image}}}}}};
}

target::Workload count(const json::value& of, const std::vector<Task>& tasks) {
    std::vector<TaskFacts> facts;
    for (const auto& task : tasks) facts.push_back(read_task(json_of(task)));
    return workload_of(read_service(of), facts, {{"n1", "alpha"}, {"n2", "beta"}});
}

TEST(Workload, CountsTasksThatRunWithTheCurrentSpec) {
    const auto workload = count(service("web:2", 2), {{"web:2"}, {"web:2", "running", "running", "", 2, "n2"}});
    EXPECT_EQ(workload.desired, 2U);
    EXPECT_EQ(workload.running, 2U);
    EXPECT_EQ(workload.nodes, (std::vector<std::string>{"alpha", "beta"}));
    EXPECT_EQ(workload.message, "");
    EXPECT_TRUE(workload.exists);
}

TEST(Workload, OfAnUpdateJustAcceptedIsNotFinishedByItsOldTasks) {
    const auto workload = count(service("web:2", 2), {{"web:1"}, {"web:1"}});
    EXPECT_EQ(workload.running, 0U);
}

TEST(Workload, IgnoresTasksThatAreMeantToStop) {
    EXPECT_EQ(count(service("web:1", 1), {{"web:1"}, {"web:1", "running", "shutdown"}}).running, 1U);
}

TEST(Workload, IgnoresTasksThatAreNotUpYet) {
    EXPECT_EQ(count(service("web:1", 2), {{"web:1", "starting"}, {"web:1", "preparing"}}).running, 0U);
}

TEST(Workload, OfNoReplicasIsCompleteAtOnce) {
    const auto workload = count(service("web:1", 0), {});
    EXPECT_EQ(workload.desired, 0U);
    EXPECT_EQ(workload.running, 0U);
}

TEST(Workload, OfAGlobalServiceWantsATaskForEachNodeThatHasOne) {
    auto global = service("web:1", 1);
    global.as_object()["Spec"].as_object()["Mode"] = {{"Global", json::object()}};
    const auto workload =
        count(global, {{"web:1"}, {"web:1", "starting", "running", "", 1, "n2"}, {"web:1", "shutdown", "shutdown"}});
    EXPECT_EQ(workload.desired, 2U);
    EXPECT_EQ(workload.running, 1U);
}

TEST(Workload, SaysTheNewestErrorOfTheCurrentSpec) {
    const auto workload = count(service("web:2", 1), {{"web:2", "rejected", "shutdown", "No such image: web:2", 7},
                                                      {"web:2", "rejected", "shutdown", "older", 5},
                                                      {"web:1", "failed", "shutdown", "of the last spec", 9},
                                                      {"web:2", "preparing", "ready", "", 10}});
    EXPECT_EQ(workload.message, "No such image: web:2");
}

TEST(Workload, IsSilentOnceAllRun) {
    EXPECT_EQ(count(service("web:1", 1), {{"web:1"}, {"web:1", "failed", "shutdown", "exit 1", 1}}).message, "");
}

TEST(Workload, OfARollbackSaysWhatTheFailedSpecDied) {
    const auto workload = count(service("web:1", 1, "rollback_completed"),
                                {{"web:1"}, {"web:2", "rejected", "shutdown", "No such image: web:2", 3}});
    EXPECT_EQ(workload.update, Update::rolled_back);
    EXPECT_EQ(workload.running, 1U);
    EXPECT_EQ(workload.message, "No such image: web:2");
}

TEST(Workload, SaysTheUpdatesWordsWhereNoTaskHasAny) {
    EXPECT_EQ(count(service("web:1", 1, "paused"), {}).message, "the update's own words");
}

TEST(Workload, KnowsTheStatesOfAnUpdate) {
    const std::vector<std::pair<const char*, Update>> table = {
        {"updating", Update::updating},      {"completed", Update::completed},
        {"paused", Update::paused},          {"rollback_started", Update::rolling_back},
        {"rollback_paused", Update::paused}, {"rollback_completed", Update::rolled_back},
        {"something newer", Update::none},   {nullptr, Update::none}};
    for (const auto& [state, update] : table) EXPECT_EQ(count(service("web:1", 0, state), {}).update, update);
}

TEST(Workload, OfAJobCountsWhatCompleted) {
    auto job = service("job:1", 1);
    job.as_object()["Spec"].as_object()["Mode"] = {{"ReplicatedJob", {{"MaxConcurrent", 1}, {"TotalCompletions", 3}}}};
    const auto workload = count(job, {{"job:1", "complete", "complete"}, {"job:1", "running", "complete"}});
    EXPECT_EQ(workload.desired, 3U);
    EXPECT_EQ(workload.running, 1U);
}

TEST(Workload, MakesHostileErrorsPrintable) {
    EXPECT_EQ(count(service("web:1", 1), {{"web:1", "failed", "shutdown", "bad\x1b[2J\n", 2}}).message,
              "bad\\x1b[2J\\n");
}

TEST(Workload, OfNonsenseIsNothing) {
    const auto workload = workload_of(read_service(json::value()), {}, {});
    EXPECT_EQ(workload.running, 0U);
    EXPECT_EQ(read_task(json::value(3)).state, "");
}

}  // namespace
}  // namespace holdfast::swarm
