#include "target/swarm/json_items.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

struct Read {
    std::vector<std::string> items;
    bool ok = true;
    bool complete = true;
    std::string problem;
};

Read read(std::string_view text, std::size_t piece) {
    Read result;
    JsonItems items([&](const json::value& item) { result.items.push_back(canonical(item)); });
    for (std::size_t at = 0; at < text.size() && result.ok; at += piece) {
        result.ok = items.feed(text.substr(at, piece));
    }
    result.complete = items.complete();
    result.problem = items.problem();
    return result;
}

TEST(JsonItems, AreTheSameHoweverTheTextIsCut) {
    constexpr std::string_view text = R"([ {"a":{"b":[1,{}]}} ,{"}":"{\"\\"},{}
    ])";
    const std::vector<std::string> expected{R"({"a":{"b":[1,{}]}})", R"({"}":"{\"\\"})", "{}"};
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        const auto result = read(text, piece);
        EXPECT_EQ(result.items, expected) << piece;
        EXPECT_TRUE(result.complete);
    }
}

TEST(JsonItems, ComeFromAStreamOfObjectsToo) {
    EXPECT_EQ(read("{\"n\":1}\n{\"n\":2}\n", 3).items, (std::vector<std::string>{"{\"n\":1}", "{\"n\":2}"}));
}

TEST(JsonItems, OfAnEmptyListAreNone) {
    EXPECT_TRUE(read("[]", 64).items.empty());
    EXPECT_TRUE(read("null", 64).items.empty());
}

TEST(JsonItems, NoticeAnAnswerThatBrokeOff) {
    EXPECT_FALSE(read(R"([{"a":1},{"b")", 64).complete);
}

TEST(JsonItems, RefuseWhatIsNotJson) {
    const auto result = read("[{a:1}]", 64);
    EXPECT_FALSE(result.ok);
    EXPECT_TRUE(result.problem.starts_with("the answer is not JSON")) << result.problem;
}

TEST(JsonItems, RefuseAnObjectWithoutEnd) {
    JsonItems items([](const json::value&) {});
    const std::string piece(std::size_t{1} << 20U, 'x');
    ASSERT_TRUE(items.feed(R"({"a":")"));
    std::size_t pieces = 0;
    while (items.feed(piece) && pieces < 100) ++pieces;
    EXPECT_LT(pieces, 17U);
    EXPECT_EQ(items.problem(), "one object of the answer is over 16 MiB");
}

}  // namespace
}  // namespace holdfast::swarm
