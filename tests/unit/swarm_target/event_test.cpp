#include "target/swarm/event.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

const plan::ResourceKey web{"service", "shop_web"};
const KnownObjects known{{web, AppKey{"shop", "web"}}, {{"network", "shop_default"}, std::nullopt}};

target::Change change(const char* type, const char* action, json::object attributes) {
    return change_of({{"Type", type}, {"Action", action}, {"Actor", {{"ID", "x"}, {"Attributes", attributes}}}}, known);
}

TEST(Event, OfOurServiceNamesTheServiceAndItsApp) {
    const auto seen = change("service", "update", {{"name", "shop_web"}, {"replicas.new", "3"}});
    EXPECT_EQ(seen.keys, std::set{web});
    EXPECT_EQ(seen.workloads, (std::set<AppKey>{{"shop", "web"}}));
    EXPECT_FALSE(seen.everything);
}

TEST(Event, OfARolloutsProgressConcernsOnlyTheWorkload) {
    for (const auto* state : {"updating", "completed", "paused"}) {
        const auto seen = change("service", "update", {{"name", "shop_web"}, {"updatestate.new", state}});
        EXPECT_TRUE(seen.keys.empty()) << state;
        EXPECT_EQ(seen.workloads.size(), 1U) << state;
    }
}

TEST(Event, OfARollbackConcernsTheSpecToo) {
    const auto seen = change("service", "update", {{"name", "shop_web"}, {"updatestate.new", "rollback_started"}});
    EXPECT_EQ(seen.keys, std::set{web});
}

TEST(Event, OfAServicesContainerConcernsItsWorkload) {
    const auto seen = change("container", "die", {{"com.docker.swarm.service.name", "shop_web"}, {"name", "x"}});
    EXPECT_TRUE(seen.keys.empty());
    EXPECT_EQ(seen.workloads, (std::set<AppKey>{{"shop", "web"}}));
}

TEST(Event, OfWhatIsSharedHasNoApp) {
    const auto seen = change("network", "remove", {{"name", "shop_default"}});
    EXPECT_EQ(seen.keys, (std::set<plan::ResourceKey>{{"network", "shop_default"}}));
    EXPECT_TRUE(seen.workloads.empty());
}

TEST(Event, OfOthersObjectsIsNothing) {
    for (const auto* type : {"service", "container", "network", "image"}) {
        const auto seen = change(type, "create", {{"name", "other"}, {"com.docker.swarm.service.name", "other"}});
        EXPECT_TRUE(seen.keys.empty() && seen.workloads.empty()) << type;
    }
}

TEST(Event, WithoutTheExpectedPartsIsNothing) {
    for (const json::value& event :
         {json::value(), json::value(1), json::value{{"Actor", 1}}, json::value(json::object())}) {
        const auto seen = change_of(event, known);
        EXPECT_TRUE(seen.keys.empty() && seen.workloads.empty());
    }
}

}  // namespace
}  // namespace holdfast::swarm
