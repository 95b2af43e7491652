#include "core/ids.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

const std::string forty(40, 'a');
const std::string sixty_four(64, '0');

TEST(CommitId, IsFortyLowerCaseHexDigitsAndNothingElse) {
    ASSERT_TRUE(CommitId::parse(forty));
    EXPECT_EQ(CommitId::parse(forty)->str(), forty);
    EXPECT_EQ(CommitId::parse("0123456789abcdef0123456789abcdef01234567")->short_form(), "01234567");
    const std::string refused[] = {"",
                                   forty.substr(1),
                                   forty + "a",
                                   std::string(40, 'A'),
                                   "main",
                                   "-" + forty.substr(1),
                                   forty.substr(1) + "\n",
                                   forty.substr(1) + "g",
                                   "--upload-pack=touch /tmp/x; 00000000000000"};
    for (const auto& text : refused) {
        const auto id = CommitId::parse(text);
        ASSERT_FALSE(id) << text;
        EXPECT_EQ(id.error().code, ErrorCode::invalid);
    }
    EXPECT_TRUE(CommitId().empty());
}

TEST(Digest, IsSha256AndSixtyFourHexDigits) {
    ASSERT_TRUE(Digest::parse("sha256:" + sixty_four));
    EXPECT_EQ(Digest::parse("sha256:" + sixty_four)->str(), "sha256:" + sixty_four);
    for (const std::string& text : {sixty_four, "sha256:" + sixty_four.substr(1), "sha256:" + sixty_four + "0",
                                    "sha512:" + sixty_four, "SHA256:" + sixty_four, "sha256:" + std::string(64, 'F')})
        EXPECT_FALSE(Digest::parse(text)) << text;
}

TEST(AppKey, ABareNameMeansTheEnvironmentDefault) {
    EXPECT_EQ(AppKey::parse("blog").value(), (AppKey{"default", "blog"}));
    EXPECT_EQ(AppKey::parse("shop/cart").value(), (AppKey{"shop", "cart"}));
    EXPECT_EQ((AppKey{"shop", "cart"}).str(), "shop/cart");
    for (const auto* text : {"", "/", "shop/", "/cart", "a/b/c", "../etc", "Shop/cart"})
        EXPECT_FALSE(AppKey::parse(text)) << text;
}

TEST(NameProblem, SaysWhichRuleIsBroken) {
    struct Case {
        std::string name, problem;
    };
    const Case cases[] = {
        {"a", ""},
        {"api-2", ""},
        {std::string(20, 'a'), ""},
        {"", "a name can't be empty"},
        {std::string(21, 'a'), "a name has at most 20 characters"},
        {"Blog", "a name has lower-case letters, digits and hyphens only"},
        {"my_blog", "a name has lower-case letters, digits and hyphens only"},
        {"caf\xc3\xa9", "a name has lower-case letters, digits and hyphens only"},
        {std::string("a\0b", 3), "a name has lower-case letters, digits and hyphens only"},
        {"2nd", "a name starts with a letter"},
        {"-a", "a name starts with a letter"},
        {"a-", "a name ends with a letter or digit"},
        {"a--b", "a name has no two hyphens in a row"},
    };
    for (const auto& [name, problem] : cases) EXPECT_EQ(name_problem(name), problem) << name;
}

}  // namespace
}  // namespace holdfast
