#include "core/text.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::string_literals;

constexpr auto replacement = "\xef\xbf\xbd";

TEST(Nearest, FindsTheWordThatWasMeant) {
    const std::vector<std::string> fields{"image", "replicas", "port", "env", "health"};
    struct Case {
        std::string word, meant;
    };
    const Case cases[] = {{"replica", "replicas"},
                          {"replcias", "replicas"},
                          {"imgae", "image"},
                          {"prot", "port"},
                          {"colour", ""},
                          {"xyz", ""},
                          {"", ""}};
    for (const auto& [word, meant] : cases) EXPECT_EQ(nearest(word, fields), meant) << word;
    EXPECT_EQ(nearest("image", {}), "");
    EXPECT_EQ(nearest(std::string(100'000, 'a'), fields), "");
}

TEST(Printable, LeavesTextAloneAndEscapesWhatATerminalWouldObey) {
    struct Case {
        std::string raw, shown;
    };
    const Case cases[] = {
        {"plain text", "plain text"},
        {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"two\nlines\tand\rmore", "two\\nlines\\tand\\x0dmore"},
        {"\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"},
        {"a\0b"s, "a\\x00b"},
        {"\x7f", "\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\x9b31m"},           // C1's one-byte escape
        {"\xc2\x85", "\\x85"},  // C1's next line
        {"\xc2\xa0", "\xc2\xa0"},
    };
    for (const auto& [raw, shown] : cases) EXPECT_EQ(printable(raw), shown);
}

TEST(Printable, ReplacesEachBrokenByteOfUtf8) {
    const auto n = [](int count) {
        std::string out;
        for (int i = 0; i < count; ++i) out += replacement;
        return out;
    };
    struct Case {
        std::string raw, shown;
    };
    const Case cases[] = {
        {"\x80", n(1)},      // a continuation on its own
        {"\xff\xfe", n(2)},  // never a byte of UTF-8
        {"\xc3", n(1)},      // cut short
        {"\xe2\x82", n(2)},
        {"\xf0\x9f\x98", n(3)},
        {"\xc0\xaf", n(2)},  // overlong slash
        {"\xe0\x80\xaf", n(3)},
        {"\xf0\x80\x80\xaf", n(4)},
        {"\xed\xa0\x80", n(3)},      // a surrogate
        {"\xf4\x90\x80\x80", n(4)},  // over U+10FFFF
        {"\xf5\x80\x80\x80", n(4)},
        {"\xc3(", n(1) + "("},
        {"\xe2\x1b\x9b", n(1) + "\\x1b" + n(1)},
    };
    for (const auto& [raw, shown] : cases) {
        EXPECT_EQ(printable(raw), shown);
        if (raw.find('\x1b') == std::string::npos) EXPECT_EQ(valid_utf8(raw), shown);
    }
}

TEST(Printable, CutsWhatIsTooLong) {
    EXPECT_EQ(printable("abcdef", 6), "abcdef");
    EXPECT_EQ(printable("abcdefg", 6), "abcdef…");
    // Never in the midst of a character.
    EXPECT_EQ(printable("aaaaa\xe2\x82\xac\xe2\x82\xac", 6), "aaaaa\xe2\x82\xac…");
    EXPECT_LT(printable(std::string(1'000'000, '\x1b')).size(), 2100U);
}

TEST(ValidUtf8, KeepsControlCharacters) {
    EXPECT_EQ(valid_utf8("a\n\x1b\xff"), "a\n\x1b"s + replacement);
}

TEST(Trimmed, TakesWhiteSpaceOffBothEnds) {
    EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
    EXPECT_EQ(trimmed(" \n "), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(WithoutCredentials, HidesThemAndNothingElse) {
    struct Case {
        std::string url, shown;
    };
    const Case cases[] = {
        {"https://example.org/a.git", "https://example.org/a.git"},
        {"https://user:pass@example.org/a.git", "https://***@example.org/a.git"},
        {"https://token@example.org/a.git", "https://***@example.org/a.git"},
        {"https://u:p@ss@example.org/a@b", "https://***@example.org/a@b"},
        {"https://user:pass@example.org", "https://***@example.org"},
        {"https://example.org/a@b", "https://example.org/a@b"},
        {"ssh://git@example.org/a.git", "ssh://git@example.org/a.git"},
        {"ssh://git:pass@example.org/a.git", "ssh://***@example.org/a.git"},
        {"git@example.org:a.git", "git@example.org:a.git"},
        {"/srv/config.git", "/srv/config.git"},
        {"", ""},
    };
    for (const auto& [url, shown] : cases) EXPECT_EQ(without_credentials(url), shown) << url;
}

TEST(Counted, KnowsThePlural) {
    EXPECT_EQ(counted(0, "app"), "0 apps");
    EXPECT_EQ(counted(1, "app"), "1 app");
    EXPECT_EQ(counted(2, "app"), "2 apps");
}

}  // namespace
}  // namespace holdfast
