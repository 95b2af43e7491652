#include "build/ignore.hpp"

#include <gtest/gtest.h>

namespace holdfast::build {
namespace {

struct Case {
    std::string rules;
    std::string path;
    bool excluded;
};

class Ignore : public testing::TestWithParam<Case> {};

TEST_P(Ignore, DecidesAsDockerDoes) {
    const auto& [text, path, excluded] = GetParam();
    const auto rules = IgnoreRules::parse(text);
    ASSERT_TRUE(rules) << rules.error().message;
    std::uint64_t steps = 0;
    EXPECT_EQ(rules->excludes(path, steps), excluded) << path << " under\n" << text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Ignore,
    testing::Values(Case{"", "a", false}, Case{"a", "a", true}, Case{"a", "b/a", false}, Case{"a", "a/b/c", true},
                    Case{"a", "ab", false}, Case{"/a", "a", true}, Case{"./a/", "a/x", true}, Case{"  a  ", "a", true},
                    Case{"# a", "# a", false}, Case{"\n\na\r\n", "a", true}, Case{"\xEF\xBB\xBFnode", "node", true},
                    Case{"*.md", "README.md", true}, Case{"*.md", "docs/README.md", false},
                    Case{"*/temp*", "somedir/temporary.txt", true}, Case{"*/temp*", "a/b/temp", false},
                    Case{"temp?", "tempa", true}, Case{"temp?", "temp", false}, Case{"temp?", "temp/", false},
                    Case{"**/*.go", "main.go", true}, Case{"**/*.go", "a/b/main.go", true},
                    Case{"**/node_modules", "a/node_modules/b/c.js", true}, Case{"a/**/b", "a/b", true},
                    Case{"a/**/b", "a/x/y/b", true}, Case{"a/**/b", "a/xb", false}, Case{"a/**", "a/b", true},
                    Case{"**", "a", true}, Case{"**foo", "x/foo", true}, Case{"a**", "a/b/c", true},
                    Case{"[a-c]x", "bx", true}, Case{"[^a-c]x", "bx", false}, Case{"[^a-c]x", "dx", true},
                    Case{"\\*", "*", true}, Case{"\\*", "a", false}, Case{"a.c", "abc", false},
                    Case{"*.md\n!README.md", "README.md", false}, Case{"*.md\n!README.md", "OTHER.md", true},
                    Case{"*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true},
                    Case{"!README.md\n*.md", "README.md", true}, Case{"a\n!a/keep", "a/keep", false},
                    Case{"*\n!src", "src/x/y", false}, Case{"*\n!src", "other", true}, Case{".", "a", false}));

TEST(IgnoreRules, NamesTheLineOfAMalformedPattern) {
    const auto bad = IgnoreRules::parse("a\n[b\n");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().where, ".dockerignore:2");
    EXPECT_FALSE(IgnoreRules::parse("!\n"));
    EXPECT_FALSE(IgnoreRules::parse("a\\"));
}

TEST(IgnoreRules, RefusesMoreRulesThanItsLimit) {
    std::string text;
    for (int i = 0; i < 501; ++i) text += "a\n";
    const auto rules = IgnoreRules::parse(text);
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().code, ErrorCode::limit);
}

TEST(IgnoreRules, TakesNoLongerThanPatternTimesPathForPatternsMadeToBacktrack) {
    std::string pattern;
    for (int i = 0; i < 40; ++i) pattern += "*a";
    const auto rules = IgnoreRules::parse(pattern + "b");
    ASSERT_TRUE(rules);
    const std::string path(1000, 'a');
    std::uint64_t steps = 0;
    EXPECT_FALSE(rules->excludes(path, steps));
    EXPECT_LE(steps, path.size() * (pattern.size() + 2));
}

TEST(WithoutIgnored, KeepsTheDockerfileWhateverTheRulesSay) {
    const auto rules = IgnoreRules::parse("*");
    ASSERT_TRUE(rules);
    const auto left = without_ignored({{"Dockerfile", "1"}, {"a", "2"}}, *rules, "Dockerfile");
    ASSERT_TRUE(left);
    EXPECT_EQ(*left, (std::vector<SourceFile>{{"Dockerfile", "1"}}));
}

}  // namespace
}  // namespace holdfast::build
