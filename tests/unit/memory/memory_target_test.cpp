#include "target/memory/memory_target.hpp"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

const plan::ResourceKey web{"service", "shop_web"};
const AppKey app{"shop", "web"};

std::string service(std::string_view image) {
    json::value spec{{"Name", "shop_web"}, {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}}}};
    swarm::own(spec, {.instance = "main", .environment = "shop", .app = "shop/web", .file = "apps/web.yaml"});
    return canonical(spec);
}

plan::Action create(std::string_view image) {
    return {.verb = plan::Verb::create, .key = web, .app = app, .spec = service(image)};
}

class MemoryTargetTest : public testing::Test {
  protected:
    net::Runtime runtime;
    MemoryTarget target{runtime.executor(), "main"};

    plan::Observed observe() { return *runtime.complete(target.observe()); }
};

TEST_F(MemoryTargetTest, ShowsWhatWasApplied) {
    const auto applied = runtime.complete(target.apply(create("web:1")));
    ASSERT_TRUE(applied);
    const auto observed = observe();
    ASSERT_TRUE(observed.resources.contains(web));
    const auto& resource = observed.resources.at(web);
    EXPECT_EQ(resource.spec, service("web:1"));
    EXPECT_EQ(resource.id, applied->id);
    EXPECT_EQ(resource.version, applied->version);
    EXPECT_EQ(resource.app, app);
    EXPECT_EQ(resource.environment, "shop");
    EXPECT_EQ(resource.file, "apps/web.yaml");
}

TEST_F(MemoryTargetTest, ShowsOneObjectByItsKey) {
    ASSERT_TRUE(runtime.complete(target.apply(create("web:1"))));
    EXPECT_EQ(runtime.complete(target.observe({web}))->resources.size(), 1U);
    EXPECT_TRUE(runtime.complete(target.observe({{"service", "other"}}))->resources.empty());
}

TEST_F(MemoryTargetTest, NeitherShowsNorTouchesWhatIsNotOurs) {
    target.create_by_hand(web, {{"Name", "shop_web"}});
    EXPECT_TRUE(observe().resources.empty());
    const auto refused = runtime.complete(target.apply(create("web:1")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(refused.error().retry, Retry::never);
    EXPECT_EQ(refused.error().message, "service shop_web exists and is not ours: remove it or rename the app");
}

TEST_F(MemoryTargetTest, ReplacesAndRemoves) {
    const auto first = runtime.complete(target.apply(create("web:1")));
    auto action = create("web:2");
    action.verb = plan::Verb::replace;
    const auto second = runtime.complete(target.apply(action));
    ASSERT_TRUE(second);
    EXPECT_NE(second->id, first->id);
    action.verb = plan::Verb::remove;
    ASSERT_TRUE(runtime.complete(target.apply(action)));
    EXPECT_TRUE(observe().resources.empty());
}

TEST_F(MemoryTargetTest, TellsTheWatcherWhatSomebodyChanged) {
    ASSERT_TRUE(runtime.complete(target.apply(create("web:1"))));
    target::Change seen;
    net::Wake heard(runtime.executor());
    const auto job = runtime.start(target.watch([&](target::Change change) {
        seen = std::move(change);
        heard.notify();
    }));
    ASSERT_TRUE(runtime.complete(heard.wait(std::chrono::seconds{10})));

    ASSERT_TRUE(
        target.change_by_hand(web, [](json::value& spec) { spec.as_object()["Labels"].as_object()["x"] = "y"; }));
    ASSERT_TRUE(runtime.complete(heard.wait(std::chrono::seconds{10})));
    EXPECT_EQ(seen.keys, std::set{web});
    EXPECT_EQ(seen.workloads, std::set{app});
    EXPECT_FALSE(seen.everything);

    target.restart();
    ASSERT_TRUE(runtime.complete(heard.wait(std::chrono::seconds{10})));
    EXPECT_TRUE(seen.everything);
}

TEST_F(MemoryTargetTest, StopsWatchingWhenCancelled) {
    auto job = runtime.start(target.watch([](const target::Change&) {}));
    runtime.complete(net::sleep_for(std::chrono::milliseconds{1}));
    job.cancel();
    while (!job.done()) runtime.complete(net::sleep_for(std::chrono::milliseconds{1}));
    EXPECT_TRUE(job.done());
}

TEST_F(MemoryTargetTest, CountsReadsAndWrites) {
    ASSERT_TRUE(runtime.complete(target.apply(create("web:1"))));
    observe();
    const auto workloads = runtime.complete(target.workloads({app, {"shop", "none"}}));
    ASSERT_TRUE(workloads);
    EXPECT_EQ(workloads->at(app).running, 1U);
    EXPECT_FALSE(workloads->at({"shop", "none"}).exists);
    EXPECT_EQ(target.calls().reads, 2U);
    EXPECT_EQ(target.calls().writes, 1U);
}

}  // namespace
}  // namespace holdfast::memory
