#include "plan/explain.hpp"

#include <gtest/gtest.h>

#include "states.hpp"

namespace holdfast::plan {
namespace {

Plan sample() {
    Desired desired;
    Observed observed;
    want(desired, "blog", "a:2");
    want(desired, "new", "a:1");
    have(observed, "blog", "a:1");
    have(observed, "gone", "a:1");
    have(observed, "held", "a:1");
    return diff(desired, observed, rules(), {.held = {{app_key("held"), "suspended"}}});
}

TEST(Explain, TextReadsLikeATerraformPlan) {
    EXPECT_EQ(to_text(sample(), false),
              "~ default/blog: update service default_blog: Image a:1 → a:2\n"
              "    /Image: \"a:1\" → \"a:2\"\n"
              "+ default/new: create service default_new: it is new\n"
              "- default/gone: remove service default_gone: no longer in git\n"
              "! default/held: leave service default_held: suspended\n"
              "Plan: 1 to add, 1 to change, 1 to remove.\n");
}

TEST(Explain, TextOfNothingSaysSo) {
    EXPECT_EQ(to_text({}, false), "Nothing to change.\n");
}

TEST(Explain, JsonHoldsEveryField) {
    const auto value = to_json(sample());
    EXPECT_EQ(value.at("totals").at("change").as_uint64(), 1U);
    EXPECT_EQ(value.at("actions").at(0).at("verb").as_string(), "update");
    EXPECT_EQ(value.at("actions").at(0).at("changes").at(0).at("path").as_string(), "/Image");
    EXPECT_EQ(value.at("skipped").at(0).at("reason").as_string(), "suspended");
}

TEST(Explain, MarkdownCannotBeBrokenOutOf) {
    Plan plan;
    plan.actions.push_back({.key = {"service", "x"}, .reason = "a | b ` c\n| d", .changes = {{"/p", "`", "|"}}});
    const auto text = to_markdown(plan);
    EXPECT_NE(text.find("a \\| b \\` c\\\\n\\| d"), std::string::npos) << text;
    EXPECT_NE(text.find("| `/p` | `'` | `\\|` |"), std::string::npos) << text;
}

TEST(Explain, MarkdownShowsMarkupOfACommitsSubjectAsText) {
    Plan plan;
    plan.actions.push_back({.verb = Verb::update,
                            .key = {"service", "x"},
                            .reason = "source \"[click](https://x) <img src=x> **now**\"",
                            .changes = {{"/Env/A", "\"\"", R"("\|[click](x)`")"}}});
    const auto text = to_markdown(plan);
    EXPECT_NE(text.find(R"("\[click\](https://x) &lt;img src=x> \*\*now\*\*")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(`"\ \|[click](x)'"`)"), std::string::npos) << text;
}

}  // namespace
}  // namespace holdfast::plan
