#include "plan/diff.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "states.hpp"

namespace holdfast::plan {
namespace {

using ::testing::HasSubstr;

TEST(Diff, OfEqualStatesIsEmpty) {
    Desired desired;
    Observed observed;
    want(desired, "blog", "a:1");
    have(observed, "blog", "a:1");
    const auto plan = diff(desired, observed, rules(), {});
    EXPECT_TRUE(plan.actions.empty());
    EXPECT_TRUE(plan.skipped.empty());
}

TEST(Diff, UpdatesOnlyTheServiceWhoseImageChanged) {
    Desired desired;
    Observed observed;
    for (const auto* name : {"blog", "shop", "wiki"}) {
        want(desired, name, "a:1");
        have(observed, name, "a:1", 7);
    }
    want(desired, "shop", "a:2");
    const auto plan = diff(desired, observed, rules(), {});
    ASSERT_EQ(plan.actions.size(), 1U);
    const auto& action = plan.actions[0];
    EXPECT_EQ(action.verb, Verb::update);
    EXPECT_EQ(action.key.name, "default_shop");
    EXPECT_EQ(action.observed_id, "id-shop");
    EXPECT_EQ(action.observed_version, 7U);
    EXPECT_EQ(action.spec, spec_of("a:2"));
    EXPECT_EQ(action.reason, "Image a:1 → a:2");
    EXPECT_FALSE(action.drift);
}

TEST(Diff, CallsAChangeUnderAnEqualInputDrift) {
    Desired desired;
    Observed observed;
    want(desired, "blog", "a:1", "same");
    have(observed, "blog", "by-hand");
    const auto plan = diff(desired, observed, rules(), {.applied = {{app_key("blog"), "same"}}});
    ASSERT_EQ(plan.actions.size(), 1U);
    EXPECT_TRUE(plan.actions[0].drift);
    EXPECT_EQ(plan.actions[0].reason, "changed by hand, put back: Image by-hand → a:1");
}

TEST(Diff, RemovesLastAndBackwards) {
    Desired desired;
    Observed observed;
    want(desired, "new", "a:1");
    have(observed, "old", "a:1");
    observed.resources[{"network", "default_default"}] = {.id = "n"};
    const auto plan = diff(desired, observed, rules(), {});
    ASSERT_EQ(plan.actions.size(), 3U);
    EXPECT_EQ(plan.actions[0].verb, Verb::create);
    EXPECT_EQ(plan.actions[1].key.str(), "service default_old");
    EXPECT_EQ(plan.actions[2].key.str(), "network default_default");
}

TEST(Diff, LeavesHeldAppsAndSaysWhy) {
    Desired desired;
    Observed observed;
    want(desired, "blog", "a:2");
    have(observed, "blog", "a:1");
    have(observed, "gone", "a:1");
    const Circumstances held{.held = {{app_key("blog"), "suspended"}, {app_key("gone"), "invalid"}}};
    const auto plan = diff(desired, observed, rules(), held);
    EXPECT_TRUE(plan.actions.empty());
    ASSERT_EQ(plan.skipped.size(), 2U);
    EXPECT_EQ(plan.skipped[0].reason, "suspended");
    EXPECT_EQ(plan.skipped[1].reason, "invalid");
}

TEST(Diff, KeepsWhatCameFromAFileThatCannotBeRead) {
    Observed observed;
    have(observed, "blog", "a:1");
    observed.resources[{"network", "default_default"}] = {.id = "n"};
    const auto plan = diff({}, observed, rules(), {.broken_files = {"apps/blog.yaml"}});
    EXPECT_TRUE(plan.actions.empty());
    EXPECT_EQ(plan.skipped.size(), 2U);
}

TEST(Diff, KeepsEverythingWhereThePlatformIsWrong) {
    Observed observed;
    have(observed, "blog", "a:1");
    const auto plan = diff({}, observed, rules(), {.keep_everything = "the Platform is invalid"});
    EXPECT_TRUE(plan.actions.empty());
    ASSERT_EQ(plan.skipped.size(), 1U);
    EXPECT_EQ(plan.skipped[0].reason, "the Platform is invalid");
}

TEST(Diff, ReplacesWhatIsImmutable) {
    Desired desired;
    Observed observed;
    desired.shared[{"config", "c"}] = {{"config", "c"}, {}, "default", spec_of("b")};
    observed.resources[{"config", "c"}] = {.id = "i", .spec = spec_of("a")};
    const auto plan = diff(desired, observed, rules(), {});
    ASSERT_EQ(plan.actions.size(), 1U);
    EXPECT_EQ(plan.actions[0].verb, Verb::replace);
}

TEST(Diff, NeverRemovesVolumes) {
    Observed observed;
    observed.resources[{"volume", "data"}] = {.id = "v", .app = app_key("gone")};
    EXPECT_TRUE(diff({}, observed, rules(), {}).actions.empty());
}

TEST(Diff, NamesTheSourceCommit) {
    Desired desired;
    want(desired, "blog", "a:1");
    auto app = std::make_shared<DesiredApp>(*desired.apps.begin()->second);
    app->source = R"(main a1b2c3d4 "Fix header")";
    desired.apps[app->key] = app;
    const auto plan = diff(desired, {}, rules(), {});
    EXPECT_THAT(plan.actions.at(0).reason, HasSubstr(R"((source main a1b2c3d4 "Fix header"))"));
}

}  // namespace
}  // namespace holdfast::plan
