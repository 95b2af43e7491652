// What belongs to others is never touched, and whoever waits for it is told.
#include "holdfast.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;

const plan::ResourceKey network{"network", "default_default"};

json::value named(const plan::ResourceKey& key) {
    return {{"Name", key.name}};
}

TEST_F(ReconcilerTest, NeverTouchesWhatIsNotItsOwn) {
    const plan::ResourceKey other{"service", "default_other"};
    holdfast->target.create_by_hand(other, named(other));
    const auto version = holdfast->version(other);
    deploy(two_apps());
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->version(other), version);
    EXPECT_FALSE(holdfast->reconciler.board()->apps.contains({"default", "other"}));
}

TEST_F(ReconcilerTest, AnAppWhoseNameIsTakenFailsAndSaysSo) {
    const auto taken = Holdfast::service("blog");
    holdfast->target.create_by_hand(taken, named(taken));
    const auto version = holdfast->version(taken);
    deploy(two_apps());
    EXPECT_EQ(holdfast->version(taken), version);
    EXPECT_EQ(holdfast->phase("blog"), "failed");
    EXPECT_THAT(holdfast->app("blog").reason, HasSubstr("service default_blog exists and is not ours"));
    EXPECT_EQ(holdfast->phase("shop"), "live");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "degraded");
    const auto writes = holdfast->writes();
    for (int i = 0; i < 3; ++i) holdfast->pass();
    EXPECT_EQ(holdfast->writes(), writes);
}

TEST_F(ReconcilerTest, AnEnvironmentWhoseNetworkIsTakenFailsAndSaysSo) {
    holdfast->target.create_by_hand(network, named(network));
    const auto version = holdfast->version(network);
    deploy(two_apps());
    EXPECT_EQ(holdfast->version(network), version);
    for (const std::string name : {"blog", "shop"}) {
        EXPECT_EQ(holdfast->image(name), "");
        EXPECT_EQ(holdfast->phase(name), "failed");
        EXPECT_THAT(holdfast->app(name).reason, HasSubstr("network default_default exists and is not ours"));
    }
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "failed");
    // It is tried again, but seldom.
    EXPECT_EQ(holdfast->writes(), 1U);
    for (int i = 0; i < 3; ++i) holdfast->pass();
    EXPECT_EQ(holdfast->writes(), 1U);
    EXPECT_LE(holdfast->reconciler.look_again_in(), std::chrono::minutes{1});
}

TEST_F(ReconcilerTest, AnAppThatGoesBackToWhatRunsIsLiveAgain) {
    const auto with_config = app("blog", "blog:1", "configs: {/etc/motd: {content: hello}}\n");
    deploy(two_apps());
    deploy({{"apps/blog.yaml", with_config}});
    plan::ResourceKey config;
    for (const auto& [key, object] : holdfast->target.engine().objects())
        if (key.kind == "config") config = key;
    ASSERT_NE(config.name, "");
    deploy({{"apps/blog.yaml", app("blog", "blog:1")}});
    ASSERT_EQ(holdfast->target.engine().find(config), nullptr);

    holdfast->target.create_by_hand(config, named(config));
    deploy({{"apps/blog.yaml", with_config}});
    EXPECT_EQ(holdfast->phase("blog"), "failed");
    EXPECT_THAT(holdfast->app("blog").reason, HasSubstr("exists and is not ours"));
    deploy({{"apps/blog.yaml", app("blog", "blog:1")}});
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "converged");
}

TEST_F(ReconcilerTest, AnObjectThatTheEngineRefusesToReplaceIsNoEngineThatIsGone) {
    deploy(two_apps());
    // A network in use can't be replaced.
    holdfast->target.change_by_hand(network, [](json::value& spec) { spec.at("Driver") = "bridge"; });
    holdfast->converge();
    EXPECT_EQ(holdfast->reconciler.board()->problem, "");
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    // Another environment doesn't suffer for it.
    deploy({{"environments/staging.yaml", "apiVersion: holdfast.dev/v1\nkind: Environment\nname: staging\n"},
            {"apps/staging/blog.yaml", app("blog", "blog:2", "environment: staging\n")}});
    const auto& apps = holdfast->reconciler.board()->apps;
    EXPECT_EQ(apps.at({"staging", "blog"})->phase, status::Phase::live);
}

TEST_F(ReconcilerTest, AnotherInstanceLeavesWhatThisOneMadeAlone) {
    deploy(two_apps());
    settings.instance = "other";
    settings.state_dir = folder / "other";
    restart();
    EXPECT_EQ(holdfast->reconciler.board()->apps.size(), 0U);
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("blog"), "failed");
    EXPECT_THAT(holdfast->app("blog").reason, HasSubstr("exists and is not ours"));
}

}  // namespace
}  // namespace holdfast::app
