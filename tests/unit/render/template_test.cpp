#include "render/template.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::render {
namespace {

using ::testing::HasSubstr;

std::string rendered(std::string_view text, const json::value& values) {
    const auto result = render_template("test", text, values);
    return result ? *result : "error: " + to_string(result.error());
}

struct Case {
    std::string name;
    std::string text;
    json::value values;
    std::string expected;
};

class Template : public ::testing::TestWithParam<Case> {};

TEST_P(Template, GivesWhatTheTableSays) {
    EXPECT_EQ(rendered(GetParam().text, GetParam().values), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Template,
    ::testing::Values(
        Case{"Text", "as it is", {{"x", 1}}, "as it is"}, Case{"AName", "a {{x}} b", {{"x", "text"}}, "a text b"},
        Case{"ANumber", "{{x}}", {{"x", 8080}}, "8080"},
        Case{"Quotes", R"("{{x}}")", {{"x", "say \"hi\" \\ \n"}}, R"("say \"hi\" \\ \n")"},
        Case{"NoHtmlEscapes", "{{x}}", {{"x", "<a&b>'"}}, "<a&b>'"},
        Case{"UnescapedWhereAskedFor", "{{{x}}}", {{"x", "\"raw\""}}, "\"raw\""},
        Case{"AMemberOfAnObject", "{{a.b.c}}", {{"a", {{"b", {{"c", "deep"}}}}}}, "deep"},
        Case{"AList", "{{#l}}<{{n}}>{{/l}}", {{"l", {{{"n", 1}}, {{"n", 2}}}}}, "<1><2>"},
        Case{"AListOfTexts", "{{#l}}<{{.}}>{{/l}}", {{"l", {"a", "b"}}}, "<a><b>"},
        Case{"AnOuterNameWithinASection", "{{#l}}{{n}}{{o}} {{/l}}", {{"o", "!"}, {"l", {{{"n", 1}}}}}, "1! "},
        Case{"NothingForFalse", "{{#x}}no{{/x}}{{^x}}yes{{/x}}", {{"x", false}}, "yes"},
        Case{"NothingForNull", "{{#x}}no{{/x}}", {{"x", nullptr}}, ""},
        Case{"ATextThatIsASection", "{{#x}}is {{x}}{{/x}}", {{"x", "there"}}, "is there"},
        Case{"NoTemplateInAValue", "{{x}}", {{"x", "{{y}}"}, {"y", "no"}}, "{{y}}"}),
    [](const auto& test) { return test.param.name; });

TEST(Render, NamesWhatItDoesNotKnow) {
    EXPECT_EQ(rendered("{{a}} {{b}} {{#c}}{{/c}}", {{"a", 1}}), "error: test: unknown names: b, c");
    EXPECT_EQ(rendered("{{a.b}}", {{"a", "text"}}), "error: test: unknown names: a.b");
    EXPECT_EQ(rendered("{{^gone}}x{{/gone}}", json::object{}), "error: test: unknown names: gone");
}

TEST(Render, RefusesPartialsEvenWhereAValueHasThatName) {
    EXPECT_EQ(rendered("{{> x}}", {{"x", "{{secret}}"}, {"secret", "s"}}),
              "error: test: partials are not supported: x");
}

TEST(Render, RefusesATemplateThatIsNotWellFormed) {
    EXPECT_THAT(rendered("{{#a}}never closed", {{"a", true}}), HasSubstr("error: test: "));
    EXPECT_THAT(rendered("{{#a}}never closed", {{"a", true}}),
                HasSubstr("error: test: "));  // the second time from the cache
}

TEST(Render, KeepsManyTemplatesApart) {
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(rendered(fmt::format("{{{{x}}}}{}", i), {{"x", i}}), fmt::format("{0}{0}", i));
}

TEST(Render, BoundsWhatAHostileTemplateCosts) {
    const auto repeated = [](std::string_view text, int times) {
        std::string out;
        for (int i = 0; i < times; ++i) out += text;
        return out;
    };
    const json::value values{{"l", json::array(100, json::object{{"n", 1}})}};
    const auto nested = [&](int times, std::string_view inside) {
        return repeated("{{#l}}", times) + std::string(inside) + repeated("{{/l}}", times);
    };
    EXPECT_THAT(rendered(nested(2, "{{n}}"), values), ::testing::SizeIs(10'000));
    EXPECT_THAT(rendered(nested(2000, ""), values), HasSubstr("at most 500 sections"));
    EXPECT_THAT(rendered(nested(5, ""), values), HasSubstr("filled in more than a million times"));
    EXPECT_THAT(rendered(nested(2, std::string(2000, 'x')), values), HasSubstr("more than 16 MiB"));
    EXPECT_THAT(rendered(std::string(100'000, 'x'), values), HasSubstr("at most 64 KiB"));
    EXPECT_EQ(rendered(repeated("{{#s}}", 250) + "{{n}}" + repeated("{{/s}}", 250), {{"s", true}, {"n", 1}}), "1");
}

}  // namespace
}  // namespace holdfast::render
