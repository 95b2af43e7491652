#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/swarm/observe.hpp"

namespace holdfast::swarm {
namespace {

json::value service(std::string_view instance) {
    return {{"ID", "s1"},
            {"Version", {{"Index", 42}}},
            {"Spec",
             {{"Name", "shop_web"},
              {"Labels",
               {{"dev.holdfast.instance", instance},
                {"dev.holdfast.environment", "shop"},
                {"dev.holdfast.app", "shop/web"},
                {"dev.holdfast.file", "apps/web.yaml"}}},
              {"TaskTemplate", {{"ContainerSpec", {{"Image", "web:1"}}}, {"Networks", {{{"Target", "n1"}}}}}},
              {"Mode", {{"Replicated", {{"Replicas", 2}}}}}}}};
}

TEST(ObservedObject, CarriesWhatThePlanNeeds) {
    const auto observed = observed_object("service", service("main"), {{"n1", "shop_default"}}, "main");
    ASSERT_TRUE(observed);
    EXPECT_EQ(observed->first, (plan::ResourceKey{"service", "shop_web"}));
    EXPECT_EQ(observed->second.id, "s1");
    EXPECT_EQ(observed->second.version, 42U);
    EXPECT_EQ(observed->second.app, (AppKey{"shop", "web"}));
    EXPECT_EQ(observed->second.environment, "shop");
    EXPECT_EQ(observed->second.file, "apps/web.yaml");
    EXPECT_THAT(observed->second.spec, testing::HasSubstr("shop_default"));
    EXPECT_THAT(observed->second.spec, testing::Not(testing::HasSubstr("\"n1\"")));
}

TEST(ObservedObject, OfAnotherInstanceIsNotSeen) {
    EXPECT_FALSE(observed_object("service", service("other"), {}, "main"));
    EXPECT_FALSE(observed_object("service", json::object{{"ID", "s1"}}, {}, "main"));
    EXPECT_FALSE(
        observed_object("network", json::object{{"Id", "n1"}, {"Name", "host"}, {"Labels", nullptr}}, {}, "main"));
}

TEST(ObservedObject, OfANetworkHasNoVersion) {
    const json::value network{{"Id", "n1"},
                              {"Name", "shop_default"},
                              {"Driver", "overlay"},
                              {"Scope", "swarm"},
                              {"Labels", {{"dev.holdfast.instance", "main"}, {"dev.holdfast.environment", "shop"}}}};
    const auto observed = observed_object("network", network, {}, "main");
    ASSERT_TRUE(observed);
    EXPECT_EQ(observed->second.id, "n1");
    EXPECT_EQ(observed->second.version, 0U);
    EXPECT_FALSE(observed->second.app);
    EXPECT_EQ(observed->second.environment, "shop");
}

}  // namespace
}  // namespace holdfast::swarm
