#include <gmock/gmock.h>

#include "manifest/units.hpp"
#include "manifest/words.hpp"
#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;

struct Amount {
    json::value written;
    std::uint64_t read;  ///< 0: refused
};

TEST(Units, ReadProcessors) {
    for (const auto& [written, read] : std::vector<Amount>{{"2", 2'000'000'000},
                                                           {"0.5", 500'000'000},
                                                           {"500m", 500'000'000},
                                                           {2, 2'000'000'000},
                                                           {0.25, 250'000'000},
                                                           {"0", 0},
                                                           {"-1", 0},
                                                           {"1e3", 0},
                                                           {"5x", 0},
                                                           {"", 0},
                                                           {"99999999999999", 0}})
        EXPECT_EQ(parse_cpu(written).value_or(0), read) << json::serialize(written);
}

TEST(Units, ReadMemory) {
    for (const auto& [written, read] : std::vector<Amount>{{"512Mi", 536'870'912},
                                                           {"1.5Gi", 1'610'612'736},
                                                           {"64M", 64'000'000},
                                                           {"1k", 1000},
                                                           {4096, 4096},
                                                           {"4096", 4096},
                                                           {"0", 0},
                                                           {"1GB", 0},
                                                           {"99999999Ti", 0}})
        EXPECT_EQ(parse_memory(written).value_or(0), read) << json::serialize(written);
}

TEST(Units, AreWrittenForPeople) {
    EXPECT_EQ(cpu_text(1'500'000'000), "1.5");
    EXPECT_EQ(cpu_text(0), "0");
    EXPECT_EQ(memory_text(0), "0");
    EXPECT_EQ(memory_text(1000), "1000");
    EXPECT_EQ(memory_text(536'870'912), "512Mi");
    EXPECT_EQ(memory_text(std::uint64_t{3} << 30U), "3Gi");
}

TEST(Words, AreSplitAsAShellWould) {
    const auto split = [](std::string_view line) {
        return split_words(line).value_or(std::vector<std::string>{"refused"});
    };
    EXPECT_THAT(split("a  b\tc"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split(R"(sh -c 'echo "x y"' "it's" a\ b)"), ElementsAre("sh", "-c", R"(echo "x y")", "it's", "a b"));
    EXPECT_THAT(split(R"("a\"b\n" '')"), ElementsAre(R"(a"b\n)", ""));
    EXPECT_THAT(split("a'b'c"), ElementsAre("abc"));
    EXPECT_THAT(split(""), ElementsAre());
    for (const auto* line : {"'a", "\"a", "a\\", "\"a\\\""}) EXPECT_THAT(split(line), ElementsAre("refused")) << line;
}

}  // namespace
}  // namespace holdfast::manifest
