#include "web/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"

namespace holdfast::web {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountAppsByPhaseAndTellOfEach) {
    auto sick = live_app("api", "staging");
    sick->phase = status::Phase::degraded;
    sick->health = status::HealthState::degraded;
    sick->sync = status::Sync::out_of_sync;
    sick->replicas_running = 1;
    const auto text = metrics_text(*board_with({live_app("blog"), live_app("site"), sick}), {});
    EXPECT_THAT(text, HasSubstr("# TYPE holdfast_apps gauge\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_apps{phase=\"live\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_apps{phase=\"degraded\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_apps{phase=\"failed\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_app_synced{environment=\"default\",app=\"blog\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_app_synced{environment=\"staging\",app=\"api\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_app_healthy{environment=\"staging\",app=\"api\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_app_replicas_desired{environment=\"staging\",app=\"api\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_app_replicas_running{environment=\"staging\",app=\"api\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_ready 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_build_info{version=\""));
}

TEST(Metrics, EveryPhaseHasItsOwnLine) {
    for (int phase = 0; phase <= static_cast<int>(status::Phase::removed); ++phase) {
        auto app = live_app("blog");
        app->phase = static_cast<status::Phase>(phase);
        const auto line = fmt::format("holdfast_apps{{phase=\"{}\"}} 1\n", to_string(app->phase));
        EXPECT_THAT(metrics_text(*board_with({app}), {}), HasSubstr(line));
    }
}

TEST(Metrics, TakeCountersWithTheirLabels) {
    const Counters counters{{"holdfast_passes_total", 7},
                            {"holdfast_engine_calls_total{method=\"GET\",result=\"ok\"}", 12},
                            {"holdfast_engine_calls_total{method=\"POST\",result=\"ok\"}", 3},
                            {"holdfast_last_pass_seconds", 0.25}};
    const auto text = metrics_text(*board_with({}), counters);
    EXPECT_THAT(text, HasSubstr("# TYPE holdfast_passes_total counter\nholdfast_passes_total 7\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_engine_calls_total{method=\"GET\",result=\"ok\"} 12\n"
                                "holdfast_engine_calls_total{method=\"POST\",result=\"ok\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE holdfast_last_pass_seconds gauge\nholdfast_last_pass_seconds 0.25\n"));
}

TEST(Metrics, SurviveACounterWithBrokenLabels) {
    const Counters counters{
        {"a_total{", 1}, {"b_total{x=", 1}, {"c_total{x=\"", 1}, {"d_total{x=\"1", 1}, {"e_total{}", 1}};
    EXPECT_THAT(metrics_text(*board_with({}), counters), HasSubstr("e_total 1\n"));
}

}  // namespace
}  // namespace holdfast::web
