#include "plan/fields.hpp"

#include <gtest/gtest.h>

#include "states.hpp"

namespace holdfast::plan {
namespace {

TEST(Fields, ComparesAssignmentsByName) {
    const auto changes = field_changes(R"({"Env":["A=1","B=2"]})", R"({"Env":["B=3","A=1","C=x=y"]})", rules());
    const std::vector<FieldChange> expected{{"/Env/B", R"("2")", R"("3")"}, {"/Env/C", "", R"("x=y")"}};
    EXPECT_EQ(changes, expected);
}

TEST(Fields, MasksSecretValuesWithoutCase) {
    const auto changes = field_changes(R"({"Env":["db_password=a"]})", R"({"Env":["db_password=b"]})", rules());
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].before, "***");
    EXPECT_EQ(changes[0].after, "***");
}

TEST(Fields, MasksASecretThatAppearsOrGoes) {
    const auto changes = field_changes(R"({})", R"({"Env":["PASSWORD=a"]})", rules());
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0], (FieldChange{"/Env/PASSWORD", "", "***"}));
}

TEST(Fields, MasksSecretValuesBesideANameWithoutValue) {
    const auto changes = field_changes(R"({"Env":["PASSWORD=a","PLAIN"]})", R"({"Env":["PASSWORD=b"]})", rules());
    const std::vector<FieldChange> expected{{"/Env/PASSWORD", "***", "***"}, {"/Env/PLAIN", "null", ""}};
    EXPECT_EQ(changes, expected);
}

TEST(Fields, KeepsTheOrderOfListsThatOnlyLookLikeAssignments) {
    const auto changes = field_changes(R"({"Args":["A=1","B=2"]})", R"({"Args":["B=2","A=1"]})", rules());
    EXPECT_EQ(changes.size(), 2U);
}

TEST(Fields, ComparesListsOfEqualLengthItemByItem) {
    const auto changes = field_changes(R"({"Args":["a","b"]})", R"({"Args":["a","c"]})", rules());
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].path, "/Args/1");
}

TEST(Fields, ShowsListsOfOtherLengthWhole) {
    const auto changes = field_changes(R"({"Args":["a"]})", R"({"Args":["a","c"]})", rules());
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0], (FieldChange{"/Args", R"(["a"])", R"(["a","c"])"}));
}

TEST(Fields, OpensAnObjectThatAppears) {
    const auto changes = field_changes(R"({})", R"({"Mode":{"Replicated":{"Replicas":2}}})", rules());
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0], (FieldChange{"/Mode/Replicated/Replicas", "", "2"}));
}

TEST(Fields, PatternsMatchMemberByMember) {
    EXPECT_TRUE(pointer_matches("/Env/MY_TOKEN", "/Env/*token*"));
    EXPECT_TRUE(pointer_matches("/Env/TOKEN/deeper", "/Env/*token*"));
    EXPECT_TRUE(pointer_matches("/anything", ""));
    EXPECT_FALSE(pointer_matches("/Env", "/Env/*"));
    EXPECT_FALSE(pointer_matches("/Labels/TOKEN", "/Env/*token*"));
}

TEST(Fields, SummaryLeavesOutWhatOnlyFollows) {
    auto with_derived = rules();
    with_derived.derived_pointers = {"/Labels/image"};
    const std::vector<FieldChange> changes{{"/Image", "1", "2"}, {"/Labels/image", "1", "2"}};
    EXPECT_EQ(summary(changes, with_derived), "Image 1 → 2");
    EXPECT_EQ(summary({changes[1]}, with_derived), "image 1 → 2");
}

TEST(Fields, SummaryShortensDigestsAndCountsTheRest) {
    const std::string digest(64, 'a');
    const std::vector<FieldChange> changes{
        {"/Image", "\"r/x@sha256:" + digest + "\"", "\"r/x@sha256:b" + digest.substr(1) + "\""},
        {"/B", "1", "2"},
        {"/C", "1", "2"},
        {"/D", "1", "2"},
        {"/E", "", "2"}};
    EXPECT_EQ(summary(changes, rules()), "Image aaaaaaaaaaaa… → baaaaaaaaaaa…, B 1 → 2, C 1 → 2 and 2 more");
}

TEST(Fields, MaskAddressesWithAPasswordWhateverTheirName) {
    const auto after = [](std::string_view value) {
        return field_changes(R"({"Args":["x"]})", canonical({{"Args", {value}}}), rules()).at(0).after;
    };
    EXPECT_EQ(after("--db=postgres://app:hunter2@db:5432/app"), "***");
    EXPECT_EQ(after("https://example.org/a and redis://:hunter2@cache"), "***");
    EXPECT_EQ(after("https://example.org:8080/@scope"), "\"https://example.org:8080/@scope\"");
    EXPECT_EQ(after("ssh://git@example.org/x"), "\"ssh://git@example.org/x\"");
}

}  // namespace
}  // namespace holdfast::plan
