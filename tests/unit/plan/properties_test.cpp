// Properties that hold for any two states: checked on a few hundred random ones.
#include <gtest/gtest.h>
#include <random>

#include "states.hpp"

namespace holdfast::plan {
namespace {

struct World {
    Desired desired;
    Observed observed;
};

World random_world(unsigned seed) {
    std::mt19937 random(seed);
    const auto pick = [&](unsigned n) { return random() % n; };
    World world;
    for (unsigned i = 0; i < 20; ++i) {
        const auto name = "app" + std::to_string(i);
        if (pick(3) != 0) want(world.desired, name, "a:" + std::to_string(pick(3)));
        if (pick(3) != 0) have(world.observed, name, "a:" + std::to_string(pick(3)), pick(100));
    }
    return world;
}

/// What a target does with a plan.
void apply(const Plan& plan, Observed& observed) {
    for (const auto& action : plan.actions) {
        if (action.verb == Verb::remove) {
            ASSERT_EQ(observed.resources.erase(action.key), 1U);
            continue;
        }
        auto& resource = observed.resources[action.key];
        ASSERT_EQ(resource.version, action.observed_version);
        resource.app = action.app;
        resource.spec = action.spec;
        ++resource.version;
    }
}

TEST(Properties, ApplyThenPlanIsEmpty) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        auto world = random_world(seed);
        apply(diff(world.desired, world.observed, rules(), {}), world.observed);
        EXPECT_TRUE(diff(world.desired, world.observed, rules(), {}).actions.empty()) << "seed " << seed;
    }
}

TEST(Properties, EveryActionIsAboutSomethingDesiredOrObserved) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        const auto world = random_world(seed);
        for (const auto& action : diff(world.desired, world.observed, rules(), {}).actions) {
            const bool observed = world.observed.resources.contains(action.key);
            EXPECT_TRUE(observed || action.verb == Verb::create);
            EXPECT_TRUE(action.verb == Verb::remove || world.desired.apps.contains(*action.app));
            EXPECT_FALSE(action.reason.empty());
        }
    }
}

TEST(Properties, OrderOfResourcesWithinAnAppDoesNotMatter) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        const auto world = random_world(seed);
        auto shuffled = world.desired;
        for (auto& [key, app] : shuffled.apps) {
            auto copy = std::make_shared<DesiredApp>(*app);
            copy->resources.push_back({{"config", key.name}, key, "default", "{}"});
            std::shuffle(copy->resources.begin(), copy->resources.end(), std::mt19937(seed));
            app = copy;
        }
        auto straight = shuffled;
        for (auto& [key, app] : straight.apps) {
            auto copy = std::make_shared<DesiredApp>(*app);
            std::ranges::sort(copy->resources, {}, &DesiredResource::key);
            app = copy;
        }
        EXPECT_EQ(diff(shuffled, world.observed, rules(), {}), diff(straight, world.observed, rules(), {}));
    }
}

}  // namespace
}  // namespace holdfast::plan
