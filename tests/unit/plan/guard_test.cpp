#include "plan/guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "states.hpp"

namespace holdfast::plan {
namespace {

/// `existing` apps, of which the first `kept` are still wanted.
struct Case {
    Desired desired;
    Observed observed;
    Plan plan;

    Case(int existing, int kept) {
        for (int i = 0; i < existing; ++i) {
            const auto name = "app" + std::to_string(i);
            have(observed, name, "a:1");
            if (i < kept) want(desired, name, "a:1");
        }
        plan = diff(desired, observed, rules(), {});
    }
};

TEST(Guard, LetsAMinorityGo) {
    Case c(10, 5);
    EXPECT_FALSE(guard(c.plan, c.observed, c.desired, 5, 0.5, false));
    EXPECT_EQ(c.plan.actions.size(), 5U);
}

TEST(Guard, StopsAMajorityAndSaysHowToConfirm) {
    Case c(10, 4);
    const auto reason = guard(c.plan, c.observed, c.desired, 4, 0.5, false);
    ASSERT_TRUE(reason);
    EXPECT_THAT(*reason, ::testing::HasSubstr("would remove 6 of 10 apps"));
    EXPECT_THAT(*reason, ::testing::HasSubstr("Holdfast-Prune: confirm"));
    EXPECT_TRUE(c.plan.actions.empty());
    EXPECT_EQ(c.plan.skipped.size(), 6U);
}

TEST(Guard, StopsNothingAfterAConfirmation) {
    Case c(10, 0);
    EXPECT_FALSE(guard(c.plan, c.observed, c.desired, 0, 0.5, true));
    EXPECT_EQ(c.plan.actions.size(), 10U);
}

TEST(Guard, StopsAnEmptyDesiredSetOfAnySize) {
    Case c(1, 0);
    EXPECT_TRUE(guard(c.plan, c.observed, c.desired, 0, 0.5, false));
}

TEST(Guard, LetsTwoOfThreeGo) {
    Case c(3, 1);
    EXPECT_FALSE(guard(c.plan, c.observed, c.desired, 1, 0.5, false));
}

TEST(Guard, DoesNotCountOutdatedParts) {
    Case c(4, 4);
    for (int i = 0; i < 9; ++i)
        c.observed.resources[{"config", "old" + std::to_string(i)}] = {.id = "c", .app = app_key("app0")};
    c.plan = diff(c.desired, c.observed, rules(), {});
    EXPECT_FALSE(guard(c.plan, c.observed, c.desired, 4, 0.5, false));
    EXPECT_EQ(c.plan.actions.size(), 9U);
}

}  // namespace
}  // namespace holdfast::plan
