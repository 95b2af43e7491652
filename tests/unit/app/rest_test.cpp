// What must neither keep a revision from settling nor the loop from resting.
#include "holdfast.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;

class RestTest : public ReconcilerTest {
  protected:
    /// For a rollout that stays on its way.
    static std::string watched(const std::string& name, const std::string& image, const std::string& more = "") {
        return app(name, image, "update: {monitor: 1h}\n" + more);
    }
    [[nodiscard]] std::string result() const { return holdfast->reconciler.board()->revisions.front().result; }
};

TEST_F(RestTest, WaitsForAConfigRepositoryThatCannotBeReached) {
    holdfast->until([&] { return holdfast->repository.looks() > 0; });
    holdfast->pass();
    EXPECT_GT(holdfast->reconciler.look_again_in(), std::chrono::minutes{1});
}

TEST_F(RestTest, AnAppThatIsRemovedWhileItRollsOutIsRemoved) {
    push({{"holdfast.yaml", platform()},
          {"apps/a.yaml", app("a", "a:1")},
          {"apps/blog.yaml", watched("blog", "blog:1")}});
    holdfast->pass();
    ASSERT_EQ(holdfast->phase("blog"), "rolling_out");
    remove("apps/blog.yaml");
    deploy({});
    EXPECT_EQ(holdfast->phase("blog"), "removed");
    EXPECT_EQ(result(), "converged");
}

TEST_F(RestTest, AnAppThatBecomesInvalidWhileItRollsOutIsInvalid) {
    push({{"holdfast.yaml", platform()}, {"apps/blog.yaml", watched("blog", "blog:1")}});
    holdfast->pass();
    ASSERT_EQ(holdfast->phase("blog"), "rolling_out");
    deploy({{"apps/blog.yaml", watched("blog", "blog:1", "port: 70000\n")}});
    EXPECT_EQ(holdfast->phase("blog"), "invalid");
    EXPECT_EQ(result(), "failed");
}

TEST_F(RestTest, AnAppThatWaitsForAFailedOneIsToldAsWaiting) {
    deploy(two_apps());
    holdfast->target.break_image("blog:2");
    deploy({{"apps/blog.yaml", app("blog", "blog:2")},
            {"apps/shop.yaml", app("shop", "shop:2", "dependsOn: [blog]\n")},
            {"apps/till.yaml", app("till", "till:1", "dependsOn: [shop]\n")}});
    EXPECT_EQ(holdfast->phase("blog"), "rolled_back");
    EXPECT_EQ(holdfast->phase("shop"), "waiting");
    EXPECT_EQ(holdfast->phase("till"), "waiting");
    EXPECT_EQ(holdfast->image("shop"), "shop:1");
    EXPECT_EQ(result(), "failed");

    deploy({{"apps/blog.yaml", app("blog", "blog:3")}});
    EXPECT_EQ(holdfast->image("till"), "till:1");
    EXPECT_EQ(result(), "converged");
}

TEST_F(RestTest, AnObstacleThatSomebodyElseClearsIsNoneAnyMore) {
    const plan::ResourceKey network{"network", "default_default"};
    deploy(two_apps());
    holdfast->target.change_by_hand(network, [](json::value& spec) { spec.at("Driver") = "bridge"; });
    holdfast->converge();
    holdfast->target.change_by_hand(network, [](json::value& spec) { spec.at("Driver") = "overlay"; });
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
    EXPECT_EQ(result(), "converged");
}

TEST_F(RestTest, ARemovalThatTheEngineRefusesIsTriedAgainAfterAPause) {
    deploy(two_apps());
    deploy({{"environments/staging.yaml", "apiVersion: holdfast.dev/v1\nkind: Environment\nname: staging\n"},
            {"apps/staging.yaml", app("blog", "blog:2", "environment: staging\n")}});
    // Somebody's own service hangs on the network.
    holdfast->target.create_by_hand(
        {"service", "guest"},
        {{"Name", "guest"}, {"TaskTemplate", {{"Networks", json::array{{{"Target", "staging_default"}}}}}}});
    remove("environments/staging.yaml");
    remove("apps/staging.yaml");
    push({});
    for (int i = 0; i < 3; ++i) holdfast->pass();
    ASSERT_NE(holdfast->target.engine().find({"network", "staging_default"}), nullptr);
    const auto writes = holdfast->writes();
    holdfast->pass();
    EXPECT_EQ(holdfast->writes(), writes);
    EXPECT_GT(holdfast->reconciler.look_again_in(), std::chrono::milliseconds{100});
}

TEST_F(RestTest, WhatLeftGitGoesOnceNothingRollsOutAnyMore) {
    deploy(two_apps());
    remove("apps/shop.yaml");
    push({{"apps/store.yaml", watched("store", "shop:1")}});
    for (int i = 0; i < 3; ++i) holdfast->pass();
    EXPECT_EQ(holdfast->phase("store"), "rolling_out");
    EXPECT_EQ(holdfast->image("shop"), "shop:1");
    deploy({{"apps/store.yaml", app("store", "shop:1")}});
    EXPECT_EQ(holdfast->image("shop"), "");
    EXPECT_EQ(result(), "converged");
}

}  // namespace
}  // namespace holdfast::app
