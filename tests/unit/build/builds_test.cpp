#include "build/builds.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fake_engine.hpp"
#include "memory_tree.hpp"

namespace holdfast::build {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class BuildsTest : public testing::Test {
  protected:
    BuildsTest() {
        std::string name = (fs::temp_directory_path() / "holdfast-builds-XXXXXX").string();
        options.folder = ::mkdtemp(name.data());
        options.endpoint = engine.endpoint();
        builds.emplace(runtime, options);
    }
    ~BuildsTest() override { fs::remove_all(options.folder); }

    static BuildRequest request(const std::string& app = "default/blog", const std::string& content = "<p>",
                                char commit = 'c') {
        return {.app = AppKey::parse(app).value(),
                .registry = "localhost:5000",
                .commit = CommitId::parse(std::string(40, commit)).value(),
                .tree = std::make_shared<MemoryTree>(MemoryTree{{"index.html", content}})};
    }

    /// Asks, and writes the end down in `ends`.
    void ask(BuildRequest wanted) {
        const auto at = ends.size();
        ends.emplace_back();
        builds->request(
            std::move(wanted), [this](const Progress& progress) { stages.push_back(progress.stage); },
            [this, at](Result<BuildOutcome> outcome) {
                ends[at] = std::move(outcome);
                changed.notify();
            });
    }

    /// Runs the loop until `condition` holds; the caller asserts it.
    void run_until(const std::function<bool()>& condition) {
        runtime.complete([](const std::function<bool()>& holds) -> net::Task<void> {
            for (int i = 0; i < 2000 && !holds(); ++i) co_await net::sleep_for(std::chrono::milliseconds{5});
        }(condition));
    }

    Result<BuildOutcome> outcome(BuildRequest wanted) {
        ask(std::move(wanted));
        run_until([&] { return ends.back().has_value(); });
        return ends.back().value_or(fail(ErrorCode::timeout, "no end"));
    }

    net::Runtime runtime;
    FakeEngine engine{runtime};
    net::Wake changed{runtime.executor()};
    Builds::Options options;
    std::optional<Builds> builds;
    std::vector<std::optional<Result<BuildOutcome>>> ends;
    std::vector<Progress::Stage> stages;
};

TEST_F(BuildsTest, BuildsPushesBothTagsAndGivesTheDigest) {
    auto wanted = request();
    wanted.limits = {.nano_cpus = 500'000'000, .memory_bytes = 1000};
    const auto built = outcome(wanted);
    ASSERT_TRUE(built) << built.error().message;
    EXPECT_TRUE(built->built);
    EXPECT_EQ(built->image, "localhost:5000/default/blog@" + FakeEngine::digest('a').str());
    EXPECT_EQ(built->port, 3000);
    EXPECT_THAT(stages, ElementsAre(Progress::Stage::queued, Progress::Stage::building, Progress::Stage::pushing));
    EXPECT_THAT(engine.asked("/push"),
                ElementsAre("/v1.41/images/localhost:5000/default/blog/push?tag=" + std::string(40, 'c'),
                            HasSubstr("push?tag=key-" + built->key.substr(0, 32))));
    const auto asked = engine.asked("/build?");
    ASSERT_THAT(asked, SizeIs(1));
    EXPECT_THAT(net::query_value(asked[0], "labels"), HasSubstr(built->key));
    EXPECT_EQ(net::query_value(asked[0], "dockerfile"), ".holdfast.Dockerfile");
    EXPECT_EQ(net::query_value(asked[0], "memory"), "1000");
    EXPECT_EQ(net::query_value(asked[0], "cpuquota"), "50000");
    EXPECT_THAT(engine.contexts[0], HasSubstr("source/index.html"));
    EXPECT_THAT(builds->log(built->log_id).value(), AllOf(HasSubstr("there is index.html"), HasSubstr("made\n")));
}

TEST_F(BuildsTest, TakesTheBuilderThatTheEngineNames) {
    const auto version = [&] {
        EXPECT_TRUE(outcome(request("default/blog", std::to_string(ends.size()))));
        return net::query_value(engine.asked("/build?").back(), "version");
    };
    EXPECT_EQ(version(), "2") << "it names none, and has BuildKit";
    engine.ping = {{"Api-Version", "1.39"}};
    EXPECT_EQ(version(), "") << "too old";
    engine.ping = {{"Api-Version", "1.99"}, {"Builder-Version", "1"}};
    EXPECT_EQ(version(), "");
    EXPECT_THAT(engine.asked("/build?").back(), HasSubstr("/v1.47/"));
    engine.ping = {{"Api-Version", "1.44"}, {"Builder-Version", "2"}};
    EXPECT_EQ(version(), "2");
}

TEST_F(BuildsTest, SendsCredentialsInHeadersAndNowhereElse) {
    options.credentials = RegistryCredentials{"localhost:5000", "ci", Secret("hunter2")};
    builds.emplace(runtime, options);
    const auto built = outcome(request());
    ASSERT_TRUE(built);
    EXPECT_EQ(net::query_value(engine.asked("/build?")[0], "version"), "") << "BuildKit wouldn't get them";
    EXPECT_THAT(engine.asked("hunter2"), SizeIs(0));
    EXPECT_THAT(builds->log(built->log_id).value(), Not(HasSubstr("hunter2")));
}

TEST_F(BuildsTest, GivesTheCredentialsToTheirRegistryAndToNoOther) {
    options.credentials = RegistryCredentials{"localhost:5000", "ci", Secret("hunter2")};
    builds.emplace(runtime, options);
    ASSERT_TRUE(outcome(request()));
    EXPECT_THAT(engine.logins, AllOf(SizeIs(3), Each(HasSubstr("hunter2"))));
    engine.logins.clear();
    auto elsewhere = request("default/other");
    elsewhere.registry = "localhost:5000.example.org";
    ASSERT_TRUE(outcome(elsewhere));
    EXPECT_THAT(engine.logins, AllOf(SizeIs(3), Each("{}")));
}

TEST_F(BuildsTest, BuildsNothingThatTheRegistryHasAndAsksItOnce) {
    engine.look_up = {.status = 200, .body = R"({"Descriptor":{"digest":")" + FakeEngine::digest('b').str() + "\"}}"};
    const auto found = outcome(request());
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->built);
    EXPECT_EQ(found->digest, FakeEngine::digest('b'));
    EXPECT_TRUE(outcome(request("default/blog", "<p>", 'd')));
    builds.emplace(runtime, options);  // a restart
    EXPECT_TRUE(outcome(request()));
    EXPECT_THAT(engine.asked("/distribution/"), SizeIs(1));
    EXPECT_THAT(engine.asked("/build?"), SizeIs(0));
    EXPECT_THAT(stages, SizeIs(0));

    builds->forget(AppKey::parse("default/blog").value(), "localhost:5000");
    EXPECT_TRUE(outcome(request()));
    EXPECT_THAT(engine.asked("/distribution/"), SizeIs(2));
}

TEST_F(BuildsTest, DoesNotTryAFailedBuildAgainUntilItsInputChanges) {
    engine.build_output = "{\"errorDetail\":{\"message\":\"exit code: 1\"}}\n";
    const auto first = outcome(request());
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, ErrorCode::failed);
    EXPECT_THAT(first.error().message, AllOf(HasSubstr("exit code: 1"), HasSubstr("log default.blog.")));
    EXPECT_EQ(outcome(request("default/blog", "<p>", 'd')).error(), first.error())
        << "another commit, the same content";
    EXPECT_THAT(engine.asked("/build?"), SizeIs(1));

    EXPECT_FALSE(outcome(request("default/blog", "changed")));
    EXPECT_THAT(engine.asked("/build?"), SizeIs(2));
    builds->forget(AppKey::parse("default/blog").value(), "localhost:5000");
    EXPECT_FALSE(outcome(request("default/blog", "changed")));
    EXPECT_THAT(engine.asked("/build?"), SizeIs(3));
}

TEST_F(BuildsTest, TriesAgainAfterAPushThatFailed) {
    engine.push_output = "{\"errorDetail\":{\"message\":\"denied\"}}\n";
    const auto first = outcome(request());
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, ErrorCode::unavailable);
    engine.push_output = "{\"aux\":{\"Digest\":\"" + FakeEngine::digest('a').str() + "\"}}\n";
    EXPECT_TRUE(outcome(request()));
}

TEST_F(BuildsTest, DoesNotBuildWhileTheRegistryCannotBeAsked) {
    engine.look_up = {.status = 500, .body = R"({"message":"dial tcp: connection refused"})"};
    const auto end = outcome(request());
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, ErrorCode::unavailable);
    EXPECT_THAT(engine.asked("/build?"), SizeIs(0));
}

TEST_F(BuildsTest, SaysThatTheEngineEndedWithoutAnImage) {
    engine.build_output = "{\"stream\":\"Step 1\"}\n";
    EXPECT_EQ(outcome(request()).error().code, ErrorCode::unavailable);
}

TEST_F(BuildsTest, LetsANewerRequestTakeThePlaceOfAnOlder) {
    engine.hold_builds = true;
    ask(request("default/blog", "old"));
    run_until([&] { return engine.building == 1; });
    ask(request("default/blog", "new", 'd'));
    ASSERT_TRUE(ends[0]);
    EXPECT_EQ(ends[0]->error().code, ErrorCode::cancelled);
    engine.hold_builds = false;
    run_until([&] { return ends[1].has_value(); });
    ASSERT_TRUE(ends[1]);
    EXPECT_TRUE(ends[1]->has_value()) << ends[1]->error().message;
}

TEST_F(BuildsTest, GoesOnWithABuildThatIsAskedForAgain) {
    engine.hold_builds = true;
    ask(request());
    run_until([&] { return engine.building == 1; });
    ask(request());
    ASSERT_TRUE(ends[0]);
    EXPECT_EQ(ends[0]->error().code, ErrorCode::cancelled);
    engine.released.notify();
    run_until([&] { return ends[1].has_value(); });
    ASSERT_TRUE(ends[1]);
    EXPECT_TRUE(ends[1]->has_value());
    EXPECT_THAT(engine.asked("/build?"), SizeIs(1));
}

TEST_F(BuildsTest, BuildsNoMoreAtATimeThanItMay) {
    builds->set_concurrency(2);
    for (int i = 0; i < 6; ++i) ask(request("default/app-" + std::to_string(i), std::to_string(i)));
    run_until([&] { return std::ranges::all_of(ends, [](const auto& end) { return end.has_value(); }); });
    EXPECT_LE(engine.most_building, 2);
    EXPECT_THAT(engine.asked("/build?"), SizeIs(6));
}

TEST_F(BuildsTest, GivesTheTurnOfACancelledBuildToTheNext) {
    engine.hold_builds = true;
    ask(request("default/a", "a"));
    run_until([&] { return engine.building == 1; });
    ask(request("default/b", "b"));
    ask(request("default/c", "c"));
    run_until([&] { return std::ranges::count(stages, Progress::Stage::queued) == 3; });
    engine.hold_builds = false;
    builds->cancel({"default", "b"});  // it waits for its turn
    builds->cancel({"default", "a"});  // it builds
    run_until([&] { return ends[2].has_value(); });
    ASSERT_TRUE(ends[2]);
    EXPECT_TRUE(ends[2]->has_value());
    EXPECT_EQ(ends[0]->error().code, ErrorCode::cancelled);
    EXPECT_EQ(ends[1]->error().code, ErrorCode::cancelled);
    EXPECT_THAT(engine.asked("/build?"), SizeIs(2));
}

TEST_F(BuildsTest, CallsNobodyOnceItIsGone) {
    engine.hold_builds = true;
    ask(request());
    run_until([&] { return engine.building == 1; });
    builds.reset();
    engine.released.notify();
    run_until([&] { return engine.building == 0; });
    EXPECT_FALSE(ends[0]);
}

TEST_F(BuildsTest, MayBeCancelledByWhoIsTold) {
    const AppKey app{"default", "blog"};
    std::optional<Result<BuildOutcome>> end;
    builds->request(
        request(), [&, app](const Progress&) { builds->cancel(app); },
        [&](Result<BuildOutcome> outcome) { end = std::move(outcome); });
    run_until([&] { return end.has_value(); });
    ASSERT_TRUE(end);
    EXPECT_EQ(end->error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace holdfast::build
