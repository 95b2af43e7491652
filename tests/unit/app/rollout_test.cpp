#include "app/rollout.hpp"

#include <gtest/gtest.h>

namespace holdfast::app {
namespace {

using namespace std::chrono_literals;
using status::Phase;
using Update = target::Workload::Update;

const Instant start{1000s};

Rollout begun() {
    return {.started = start, .monitor = 5s, .deadline = 10min};
}

target::Workload workload(unsigned running, unsigned desired, Update update = Update::none, std::string message = "") {
    return {.desired = desired,
            .running = running,
            .update = update,
            .message = std::move(message),
            .nodes = {},
            .exists = true};
}

TEST(Rollout, OfAnUpdateIsLiveWhenTheEngineHasWatchedIt) {
    auto rollout = begun();
    EXPECT_EQ(judge(rollout, workload(2, 2, Update::updating), start + 1s).phase, Phase::rolling_out);
    EXPECT_EQ(judge(rollout, workload(2, 2, Update::completed), start + 2s).phase, Phase::live);
}

TEST(Rollout, OfACreationIsLiveAfterItsMonitorPeriod) {
    auto rollout = begun();
    const auto first = judge(rollout, workload(2, 2), start + 1s);
    EXPECT_EQ(first.phase, Phase::rolling_out);
    EXPECT_EQ(first.look_again, 5s);
    EXPECT_EQ(judge(rollout, workload(2, 2), start + 5s).phase, Phase::rolling_out);
    EXPECT_EQ(judge(rollout, workload(2, 2), start + 6s).phase, Phase::live);
}

TEST(Rollout, ATaskThatDiesStartsTheMonitorPeriodAnew) {
    auto rollout = begun();
    (void)judge(rollout, workload(2, 2), start + 1s);
    (void)judge(rollout, workload(1, 2), start + 4s);
    EXPECT_EQ(judge(rollout, workload(2, 2), start + 7s).phase, Phase::rolling_out);
    EXPECT_EQ(judge(rollout, workload(2, 2), start + 12s).phase, Phase::live);
}

TEST(Rollout, OfNoReplicasIsLiveAtOnce) {
    auto rollout = begun();
    EXPECT_EQ(judge(rollout, workload(0, 0), start).phase, Phase::live);
}

TEST(Rollout, SuccessIsNeverSaidOfARollback) {
    auto rollout = begun();
    EXPECT_EQ(judge(rollout, workload(2, 2, Update::rolling_back), start + 1s).phase, Phase::rolling_out);
    const auto judgement = judge(rollout, workload(2, 2, Update::rolled_back, "No such image"), start + 2s);
    EXPECT_EQ(judgement.phase, Phase::rolled_back);
    EXPECT_EQ(judgement.reason, "the rollout failed and was rolled back: No such image");
}

TEST(Rollout, APausedUpdateHasFailed) {
    auto rollout = begun();
    EXPECT_EQ(judge(rollout, workload(1, 2, Update::paused), start + 1s).phase, Phase::failed);
}

TEST(Rollout, TasksThatOnlyFailAreAFailureBeforeTheDeadline) {
    auto rollout = begun();
    const auto failing = workload(0, 2, Update::none, "exit 1");
    EXPECT_EQ(judge(rollout, failing, start + 10s).phase, Phase::rolling_out);
    EXPECT_EQ(judge(rollout, failing, start + 31s).phase, Phase::failed);
}

TEST(Rollout, SlowTasksHaveUntilTheDeadline) {
    auto rollout = begun();
    EXPECT_EQ(judge(rollout, workload(1, 2), start + 9min).phase, Phase::rolling_out);
    const auto judgement = judge(rollout, workload(1, 2), start + 10min);
    EXPECT_EQ(judgement.phase, Phase::failed);
    EXPECT_EQ(judgement.reason, "not live within its deadline: 1 of 2 replicas running");
}

TEST(Rollout, AtRestAnAppIsLiveOrDegraded) {
    EXPECT_EQ(judge_at_rest(workload(2, 2)).phase, Phase::live);
    EXPECT_EQ(judge_at_rest(workload(1, 2)).phase, Phase::degraded);
    EXPECT_EQ(judge_at_rest({}).phase, Phase::degraded);
}

}  // namespace
}  // namespace holdfast::app
