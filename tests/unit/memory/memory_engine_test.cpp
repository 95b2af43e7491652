#include "target/memory/memory_engine.hpp"

#include <gtest/gtest.h>

namespace holdfast::memory {
namespace {

using Update = target::Workload::Update;

const plan::ResourceKey web{"service", "shop_web"};
const plan::ResourceKey network{"network", "shop_default"};

std::string service(std::string_view image, unsigned replicas = 2) {
    return canonical(
        {{"Name", "shop_web"},
         {"Mode", {{"Replicated", {{"Replicas", replicas}}}}},
         {"TaskTemplate", {{"ContainerSpec", {{"Image", image}}}, {"Networks", {{{"Target", "shop_default"}}}}}}});
}

TEST(MemoryEngine, RunsAServiceAtOnce) {
    MemoryEngine engine;
    ASSERT_TRUE(engine.create(web, service("web:1", 3)));
    const auto workload = engine.workload(web);
    EXPECT_TRUE(workload.exists);
    EXPECT_EQ(workload.desired, 3U);
    EXPECT_EQ(workload.running, 3U);
    EXPECT_EQ(workload.update, Update::none);
}

TEST(MemoryEngine, RefusesATakenName) {
    MemoryEngine engine;
    ASSERT_TRUE(engine.create(web, service("web:1")));
    const auto again = engine.create(web, service("web:2"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
}

TEST(MemoryEngine, UpdatesOnlyFromTheCurrentVersion) {
    MemoryEngine engine;
    const auto created = engine.create(web, service("web:1"));
    const auto updated = engine.update(web, service("web:2"), created->version);
    ASSERT_TRUE(updated);
    EXPECT_GT(updated->version, created->version);
    EXPECT_EQ(engine.workload(web).update, Update::completed);

    const auto stale = engine.update(web, service("web:3"), created->version);
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().retry, Retry::on_conflict);
    EXPECT_EQ(engine.find(web)->spec, service("web:2"));
}

TEST(MemoryEngine, TakesABrokenImageBack) {
    MemoryEngine engine;
    engine.break_image("web:2");
    const auto created = engine.create(web, service("web:1"));
    const auto updated = engine.update(web, service("web:2"), created->version);
    ASSERT_TRUE(updated);
    EXPECT_EQ(engine.find(web)->spec, service("web:1"));
    EXPECT_EQ(engine.find(web)->version, updated->version);
    const auto workload = engine.workload(web);
    EXPECT_EQ(workload.update, Update::rolled_back);
    EXPECT_EQ(workload.running, 2U);
    EXPECT_EQ(workload.message, "No such image: web:2");
}

TEST(MemoryEngine, NeverRunsANewServiceOfABrokenImage) {
    MemoryEngine engine;
    engine.break_image("web:1");
    ASSERT_TRUE(engine.create(web, service("web:1")));
    const auto workload = engine.workload(web);
    EXPECT_EQ(workload.running, 0U);
    EXPECT_EQ(workload.message, "No such image: web:1");
    EXPECT_EQ(workload.update, Update::none);
}

TEST(MemoryEngine, KeepsANetworkThatIsInUse) {
    MemoryEngine engine;
    ASSERT_TRUE(engine.create(network, "{}"));
    ASSERT_TRUE(engine.create(web, service("web:1")));
    const auto refused = engine.remove(network);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "network shop_default is in use by service shop_web");
    EXPECT_EQ(refused.error().retry, Retry::later);

    ASSERT_TRUE(engine.remove(web));
    EXPECT_TRUE(engine.remove(network));
    EXPECT_TRUE(engine.objects().empty());
}

TEST(MemoryEngine, RemovesWhatIsGoneWithoutComplaint) {
    EXPECT_TRUE(MemoryEngine().remove(web));
}

}  // namespace
}  // namespace holdfast::memory
