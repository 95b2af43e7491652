// The main path: revisions come in, and the target becomes equal to them.
#include "holdfast.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const plan::ResourceKey network{"network", "default_default"};

TEST_F(ReconcilerTest, CreatesWhatIsNewAndSaysThatItIsLive) {
    const auto commit = deploy(two_apps());
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->image("shop"), "shop:1");
    ASSERT_NE(holdfast->target.engine().find(network), nullptr);
    for (const std::string name : {"blog", "shop"}) {
        const auto& status = holdfast->app(name);
        EXPECT_EQ(status.phase, status::Phase::live);
        EXPECT_EQ(status.sync, status::Sync::synced);
        EXPECT_EQ(status.health, status::HealthState::healthy);
        EXPECT_EQ(status.reason, "it is new");
        EXPECT_EQ(status.replicas_running, 1U);
        EXPECT_EQ(status.applied_revision, commit.str());
    }
    const auto& board = *holdfast->reconciler.board();
    EXPECT_TRUE(board.ready);
    EXPECT_EQ(board.problem, "");
    EXPECT_EQ(board.revisions.front().result, "converged");
}

TEST_F(ReconcilerTest, ACommitThatTouchesOneAppWritesOneService) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    const auto shop = holdfast->version(Holdfast::service("shop"));
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
    EXPECT_EQ(holdfast->writes(), writes + 1);
    EXPECT_EQ(holdfast->version(Holdfast::service("shop")), shop);
    EXPECT_THAT(holdfast->app("blog").reason, HasSubstr("blog:1 → blog:2"));
}

TEST_F(ReconcilerTest, RemovesWhatIsNoLongerInGit) {
    deploy(two_apps());
    remove("apps/shop.yaml");
    deploy({});
    EXPECT_EQ(holdfast->target.engine().find(Holdfast::service("shop")), nullptr);
    EXPECT_EQ(holdfast->phase("shop"), "removed");
    EXPECT_EQ(holdfast->phase("blog"), "live");
    // It is told once, and not shown for ever.
    deploy({{"README.md", "More.\n"}});
    EXPECT_FALSE(holdfast->reconciler.board()->apps.contains({"default", "shop"}));
}

TEST_F(ReconcilerTest, RemovesTheOutdatedPartsOfAnAppOnceItIsLive) {
    const auto configs = [&] {
        return std::ranges::count(holdfast->target.engine().objects(), "config",
                                  [](const auto& entry) { return entry.first.kind; });
    };
    deploy({{"holdfast.yaml", platform()},
            {"apps/blog.yaml", app("blog", "blog:1", "configs: {/etc/motd: {content: hello}}\n")}});
    EXPECT_EQ(configs(), 1);
    deploy({{"apps/blog.yaml", app("blog", "blog:1", "configs: {/etc/motd: {content: goodbye}}\n")}});
    EXPECT_EQ(configs(), 1);
    EXPECT_EQ(holdfast->phase("blog"), "live");

    // What runs after a rollback needs the old ones.
    holdfast->target.break_image("blog:2");
    deploy({{"apps/blog.yaml", app("blog", "blog:2", "configs: {/etc/motd: {content: broken}}\n")}});
    EXPECT_EQ(configs(), 2);
    EXPECT_EQ(holdfast->phase("blog"), "rolled_back");
    deploy({{"apps/blog.yaml", app("blog", "blog:3")}});
    EXPECT_EQ(configs(), 0);
}

TEST_F(ReconcilerTest, RemovesAnEnvironmentWithItsNetwork) {
    deploy(two_apps());
    deploy({{"environments/staging.yaml", "apiVersion: holdfast.dev/v1\nkind: Environment\nname: staging\n"},
            {"apps/staging.yaml", app("blog", "blog:2", "environment: staging\n")}});
    const plan::ResourceKey staging{"network", "staging_default"};
    ASSERT_NE(holdfast->target.engine().find(staging), nullptr);
    remove("environments/staging.yaml");
    remove("apps/staging.yaml");
    deploy({});
    EXPECT_EQ(holdfast->target.engine().find(staging), nullptr);
    ASSERT_NE(holdfast->target.engine().find(network), nullptr);
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "converged");
}

TEST_F(ReconcilerTest, FollowsARewrittenBranchBack) {
    deploy(two_apps());
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    git::test::git(origin.work(), {"reset", "--quiet", "--hard", "HEAD~1"});
    git::test::git(origin.work(), {"push", "--quiet", "--force", "origin", "main"});
    holdfast->repository.look_now();
    holdfast->until([&] { return holdfast->repository.looks() == 3; });
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(ReconcilerTest, FetchesAnewWhatCannotBeReadAnyMore) {
    deploy(two_apps());
    push({{"apps/blog.yaml", app("blog", "blog:2")}});
    std::filesystem::remove_all(settings.state_dir / "config" / "objects");
    std::filesystem::create_directory(settings.state_dir / "config" / "objects");
    holdfast->pass();
    EXPECT_THAT(holdfast->reconciler.board()->problem, HasSubstr("can't be read"));
    const auto looks = holdfast->repository.looks();
    holdfast->until([&] { return holdfast->repository.looks() > looks; });
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
    EXPECT_EQ(holdfast->reconciler.board()->problem, "");
}

TEST_F(ReconcilerTest, StopsARevisionThatWouldRemoveMostOfItUntilConfirmed) {
    Files files{{"holdfast.yaml", platform()}};
    for (const std::string name : {"a", "b", "c", "d"}) files["apps/" + name + ".yaml"] = app(name, name + ":1");
    deploy(files);
    for (const std::string name : {"a", "b", "c"}) remove("apps/" + name + ".yaml");
    deploy({});
    for (const std::string name : {"a", "b", "c", "d"}) EXPECT_EQ(holdfast->image(name), name + ":1");
    EXPECT_THAT(holdfast->reconciler.board()->problem,
                StartsWith("prune guard: this revision would remove 3 of 4 apps"));
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "degraded");

    deploy({}, "Close three shops\n\nHoldfast-Prune: confirm");
    for (const std::string name : {"a", "b", "c"}) EXPECT_EQ(holdfast->image(name), "");
    EXPECT_EQ(holdfast->image("d"), "d:1");
    EXPECT_EQ(holdfast->reconciler.board()->problem, "");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "converged");
}

TEST_F(ReconcilerTest, LeavesASuspendedAppAsItIs) {
    deploy(two_apps());
    deploy({{"apps/blog.yaml", app("blog", "blog:2", "suspend: true\n")}});
    EXPECT_EQ(holdfast->phase("blog"), "suspended");
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:debug");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "converged");

    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
}

TEST_F(ReconcilerTest, KeepsAnInvalidAppRunningAndTheOthersGoOn) {
    deploy(two_apps());
    deploy({{"apps/blog.yaml", app("blog", "blog:2", "port: 70000\n")}, {"apps/shop.yaml", app("shop", "shop:2")}});
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("blog"), "invalid");
    EXPECT_THAT(holdfast->app("blog").reason, StartsWith("apps/blog.yaml:5:7: /port: 70000"));
    EXPECT_EQ(holdfast->image("shop"), "shop:2");
    EXPECT_EQ(holdfast->phase("shop"), "live");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "degraded");

    deploy({{"apps/blog.yaml", app("blog", "blog:2", "port: 7000\n")}});
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
}

TEST_F(ReconcilerTest, KeepsWhatCameFromAFileThatCannotBeRead) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    deploy({{"apps/blog.yaml", "kind: [App\n"}});
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->writes(), writes);
    EXPECT_EQ(holdfast->phase("blog"), "invalid");
    EXPECT_EQ(holdfast->phase("shop"), "live");
    ASSERT_FALSE(holdfast->reconciler.board()->diagnostics.empty());
    EXPECT_EQ(holdfast->reconciler.board()->diagnostics.front().at.file, "apps/blog.yaml");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "degraded");
}

TEST_F(ReconcilerTest, StaysWithTheLastGoodRevisionWhereThePlatformIsUnusable) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    remove("apps/shop.yaml");
    deploy({{"holdfast.yaml", "kind: Platform\n"}, {"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->writes(), writes);
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("shop"), "live");
    EXPECT_THAT(holdfast->reconciler.board()->problem, HasSubstr("can't be used: holdfast.yaml"));
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "failed");

    // Drift is repaired all the same, and the next good revision is taken.
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    deploy({{"holdfast.yaml", platform()}});
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
    EXPECT_EQ(holdfast->image("shop"), "");
    EXPECT_EQ(holdfast->reconciler.board()->problem, "");
}

TEST_F(ReconcilerTest, AFirstRevisionThatIsUnusableTouchesNothing) {
    deploy({{"apps/blog.yaml", app("blog", "blog:1")}});
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_THAT(holdfast->reconciler.board()->problem, HasSubstr("can't be used"));
    deploy({{"holdfast.yaml", platform()}});
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(ReconcilerTest, ARestartAtAnUnusableRevisionLeavesWhatRunsAsItIs) {
    deploy(two_apps());
    deploy({{"holdfast.yaml", "kind: Platform\n"}});
    restart();
    holdfast->converge();
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_EQ(holdfast->phase("blog"), "invalid");
    EXPECT_EQ(holdfast->app("blog").reason, "this revision can't be used");
    deploy({{"holdfast.yaml", platform()}});
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(ReconcilerTest, StartsAnAppOnceWhatItDependsOnIsLive) {
    holdfast->target.break_image("db:1");
    push({{"holdfast.yaml", platform()},
          {"apps/api.yaml", app("api", "api:1", "dependsOn: [db]\n")},
          {"apps/db.yaml", app("db", "db:1")}});
    for (int i = 0; i < 5; ++i) holdfast->pass();
    EXPECT_EQ(holdfast->image("db"), "db:1");
    EXPECT_EQ(holdfast->phase("db"), "rolling_out");
    EXPECT_EQ(holdfast->image("api"), "");
    EXPECT_EQ(holdfast->phase("api"), "waiting");
    EXPECT_EQ(holdfast->app("api").reason, "waits for default/db");
    EXPECT_FALSE(holdfast->reconciler.settled());

    deploy({{"apps/db.yaml", app("db", "db:2")}});
    EXPECT_EQ(holdfast->phase("db"), "live");
    EXPECT_EQ(holdfast->phase("api"), "live");
    EXPECT_EQ(holdfast->image("api"), "api:1");
}

TEST_F(ReconcilerTest, LeavesAnAppAloneWhoseDependencyIsChanged) {
    deploy({{"holdfast.yaml", platform()},
            {"apps/api.yaml", app("api", "api:1", "dependsOn: [db]\n")},
            {"apps/db.yaml", app("db", "db:1")}});
    const auto api = holdfast->version(Holdfast::service("api"));
    deploy({{"apps/db.yaml", app("db", "db:2")}});
    EXPECT_EQ(holdfast->version(Holdfast::service("api")), api);
    EXPECT_EQ(holdfast->phase("api"), "live");
}

TEST_F(ReconcilerTest, HoldsABrokenImageThatWasRolledBackUntilThereIsAnother) {
    deploy(two_apps());
    holdfast->target.break_image("blog:2");
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->phase("blog"), "rolled_back");
    EXPECT_EQ(holdfast->app("blog").reason, "the rollout failed and was rolled back: No such image: blog:2");
    EXPECT_EQ(holdfast->app("blog").sync, status::Sync::out_of_sync);
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "degraded");

    const auto writes = holdfast->writes();
    for (int i = 0; i < 3; ++i) holdfast->pass();
    holdfast->target.restart();
    holdfast->converge();
    EXPECT_EQ(holdfast->writes(), writes);
    EXPECT_EQ(holdfast->phase("blog"), "rolled_back");

    deploy({{"apps/blog.yaml", app("blog", "blog:3")}});
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->image("blog"), "blog:3");
    EXPECT_EQ(holdfast->reconciler.board()->revisions.front().result, "converged");
}

TEST_F(ReconcilerTest, ARestartDoesNotTryABrokenImageAgain) {
    deploy(two_apps());
    holdfast->target.break_image("blog:2");
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    restart();
    holdfast->converge();
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("blog"), "failed");
    EXPECT_THAT(holdfast->app("blog").reason, HasSubstr("No such image"));
}

TEST_F(ReconcilerTest, PutsBackWhatWasChangedByHand) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->writes(), writes + 1);
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_THAT(holdfast->app("blog").reason, StartsWith("changed by hand, put back: "));
    EXPECT_EQ(holdfast->app("blog").history.front().what, "drift");
    EXPECT_EQ(holdfast->reconciler.counters().at("holdfast_drift_repairs_total"), 1);
}

TEST_F(ReconcilerTest, MakesAgainWhatWasRemovedByHand) {
    deploy(two_apps());
    holdfast->target.remove_by_hand(Holdfast::service("blog"));
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->app("blog").reason, "changed by hand, put back: it is missing");
    EXPECT_EQ(holdfast->app("blog").history.front().what, "drift");
}

TEST_F(ReconcilerTest, IsSlowToPutBackWhatIsChangedOverAndOver) {
    deploy(two_apps());
    const auto writes = holdfast->writes();
    for (int i = 0; i < 10; ++i) {
        holdfast->set_image_by_hand("blog", "blog:debug");
        holdfast->converge();
    }
    EXPECT_EQ(holdfast->writes(), writes + 6);
    EXPECT_EQ(holdfast->image("blog"), "blog:debug");
    EXPECT_EQ(holdfast->app("blog").sync, status::Sync::out_of_sync);
    EXPECT_EQ(holdfast->app("blog").reason, "something else keeps changing it; repaired again later");
    // Later, but not never: a minute, not the resync, is what it sleeps for.
    EXPECT_LE(holdfast->reconciler.look_again_in(), std::chrono::minutes{1});
    EXPECT_EQ(holdfast->phase("shop"), "live");
    // What the repository says next isn't made to wait for that.
    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
}

TEST_F(ReconcilerTest, AfterAGapObservesEverythingAgain) {
    deploy(two_apps());
    const auto before = holdfast->target.calls();
    holdfast->target.restart();
    holdfast->converge();
    EXPECT_GT(holdfast->target.calls().reads, before.reads);
    EXPECT_EQ(holdfast->writes(), before.writes);
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(ReconcilerTest, APassWithNothingNewMakesNoEngineCallAndNoBoard) {
    deploy(two_apps());
    const auto before = holdfast->target.calls();
    const auto board = holdfast->reconciler.board();
    bool published = false;
    holdfast->reconciler.on_board = [&] { published = true; };
    for (int i = 0; i < 3; ++i) holdfast->pass();
    EXPECT_EQ(holdfast->target.calls().reads, before.reads);
    EXPECT_EQ(holdfast->target.calls().writes, before.writes);
    EXPECT_EQ(holdfast->reconciler.board()->generation, board->generation);
    EXPECT_FALSE(published);
}

TEST_F(ReconcilerTest, ARestartFindsWhatItMadeAndWritesNothing) {
    deploy(two_apps());
    restart();
    holdfast->converge();
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->app("blog").sync, status::Sync::synced);
    // Nor without its state folder, which is but a cache.
    std::filesystem::remove_all(settings.state_dir);
    restart();
    holdfast->converge();
    EXPECT_EQ(holdfast->writes(), 0U);
    EXPECT_EQ(holdfast->phase("shop"), "live");
}

TEST_F(ReconcilerTest, ARestartWithTheRemoteGoneGoesOnFromWhatWasFetched) {
    deploy(two_apps());
    std::filesystem::rename(origin.bare(), folder / "gone.git");
    restart();
    holdfast->set_image_by_hand("blog", "blog:debug");
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    EXPECT_THAT(holdfast->reconciler.board()->problem, StartsWith("config repository: "));
}

}  // namespace
}  // namespace holdfast::app
