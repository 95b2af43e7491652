#include "core/json.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace holdfast {
namespace {

json::value parsed(std::string_view text) {
    return parse_json(text).value();
}

TEST(Canonical, EqualValuesGiveEqualText) {
    struct Case {
        std::string_view a, b;
    };
    const Case equal[] = {
        {R"({"b": 1, "a": 2})", R"({"a":2,"b":1})"},
        {R"({"x": {"d": [1, {"z": 0, "y": 0}], "c": null}})", R"({"x":{"c":null,"d":[1,{"y":0,"z":0}]}})"},
        {R"("\u0041\/")", R"("A/")"},
        {"1.50", "1.5"},
        {"1e2", "1E+2"},
    };
    for (const auto& [a, b] : equal) EXPECT_EQ(canonical(parsed(a)), canonical(parsed(b))) << a;
    EXPECT_EQ(canonical(json::value(std::int64_t{5})), canonical(json::value(std::uint64_t{5})));

    const Case different[] = {{"[1,2]", "[2,1]"}, {"1", "1.0"}, {"1", "\"1\""},
                              {"null", "false"},  {"{}", "[]"}, {"{}", R"({"a":null})"}};
    for (const auto& [a, b] : different) EXPECT_NE(canonical(parsed(a)), canonical(parsed(b))) << a;
}

TEST(Canonical, IsSortedAndCompact) {
    EXPECT_EQ(canonical(parsed(R"( { "b" : [ true , null ] , "a\"" : "\n" , "B" : -1 } )")),
              R"({"B":-1,"a\"":"\n","b":[true,null]})");
    EXPECT_EQ(canonical(json::value(std::numeric_limits<std::uint64_t>::max())), "18446744073709551615");
}

TEST(ParseJson, SaysWhereItIsWrong) {
    struct Case {
        std::string_view text, where;
    };
    const Case cases[] = {
        {"", "1:1"},           {"{\n  \"a\": 1,\n  b\n}", "3:3"},
        {"[1, 2,, 3]", "1:7"}, {"1 2", "1:3"},
        {"{\"a\": ", "1:7"},   {"nul", "1:4"},
        {"\n\n}", "3:1"},
    };
    for (const auto& [text, where] : cases) {
        const auto value = parse_json(text);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, ErrorCode::invalid);
        EXPECT_EQ(value.error().where, where) << text << ": " << value.error().message;
    }
    EXPECT_EQ(parse_json("1 2").error().message, "not JSON: text after the value");
}

TEST(ParseJson, ItsDepthIsLimited) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(parse_json(nested(64)));
    EXPECT_FALSE(parse_json(nested(65)));
    EXPECT_FALSE(parse_json(nested(100'000)));
    EXPECT_TRUE(parse_json(nested(3), 3));
    EXPECT_FALSE(parse_json(nested(4), 3));
}

TEST(Pointers, AreWrittenAndFollowedAsRfc6901Says) {
    const auto value = parsed(R"({"a": {"b/c": [10, {"~": 20}]}, "": 30, "0": 40})");
    struct Case {
        std::string pointer, found;
    };
    const Case cases[] = {{"/a/b~1c/0", "10"}, {"/a/b~1c/1/~0", "20"}, {"/", "30"}, {"/0", "40"}};
    for (const auto& [pointer, found] : cases) {
        const auto* at = find_pointer(value, pointer);
        ASSERT_NE(at, nullptr) << pointer;
        EXPECT_EQ(json::serialize(*at), found);
    }
    EXPECT_EQ(find_pointer(value, ""), &value);
    for (const auto* pointer :
         {"/b", "/a/b", "/a/b~1c/2", "/a/b~1c/-", "/a/b~1c/+1", "/a/b~1c/x", "/a/b~1c/", "/a/b~1c/0/0"})
        EXPECT_EQ(find_pointer(value, pointer), nullptr) << pointer;
    EXPECT_EQ(pointer_child(pointer_child("", "a"), "b/c~d"), "/a/b~1c~0d");
    EXPECT_EQ(pointer_child("/a", std::size_t{3}), "/a/3");
}

TEST(Members, AreNullOrEmptyWhereTheyAreNot) {
    const auto value = parsed(R"({"text": "x", "number": 1})");
    ASSERT_NE(member(value, "number"), nullptr);
    EXPECT_EQ(member(value, "other"), nullptr);
    EXPECT_EQ(member(json::value(1), "text"), nullptr);
    EXPECT_EQ(text_member(value, "text"), "x");
    EXPECT_EQ(text_member(value, "number", "otherwise"), "otherwise");
    EXPECT_EQ(text_member(value, "other"), "");
}

TEST(MergePatch, GivesWhatRfc7386GivesInItsExamples) {
    struct Case {
        std::string_view base, patch, result;
    };
    const Case cases[] = {
        {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
        {R"({"a":"b"})", R"({"a":null})", R"({})"},
        {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
        {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
        {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
        {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
        {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
        {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
        {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
        {R"({"a":"foo"})", "null", "null"},
        {R"({"a":"foo"})", R"("bar")", R"("bar")"},
        {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
        {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
        {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
    };
    for (const auto& [base, patch, result] : cases) {
        auto value = parsed(base);
        merge_patch(value, parsed(patch));
        EXPECT_EQ(canonical(value), result) << base << " + " << patch;
    }
}

}  // namespace
}  // namespace holdfast
