#include "app/failures.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include "temporary_folder.hpp"

namespace holdfast::app {
namespace {

using namespace std::chrono_literals;

const AppKey blog{"default", "blog"};
const Time noon = parse_rfc3339("2026-11-21T12:00:00Z").value();

TEST(Failures, BlockTheSameInputAndNoOther) {
    const TemporaryFolder folder;
    FailureMemory memory(folder.path / "failures.json");
    memory.failed(blog, "bad", "rolled back", noon);
    ASSERT_TRUE(memory.blocks(blog, "bad", noon));
    EXPECT_EQ(memory.blocks(blog, "bad", noon)->reason, "rolled back");
    EXPECT_FALSE(memory.blocks(blog, "other", noon));
    EXPECT_FALSE(memory.blocks({"shop", "blog"}, "bad", noon));
}

TEST(Failures, BackOffDoublesUpToAnHour) {
    const TemporaryFolder folder;
    FailureMemory memory(folder.path / "failures.json");
    for (const auto expected : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
        memory.failed(blog, "bad", "", noon);
        EXPECT_TRUE(memory.blocks(blog, "bad", noon + expected - 1s));
        EXPECT_FALSE(memory.blocks(blog, "bad", noon + expected));
        EXPECT_EQ(memory.next_try(noon), noon + expected);
    }
}

TEST(Failures, AClockThatWentBackBlocksNothingForLong) {
    const TemporaryFolder folder;
    FailureMemory memory(folder.path / "failures.json");
    memory.failed(blog, "bad", "", noon);
    EXPECT_FALSE(memory.blocks(blog, "bad", noon - 24h));
}

TEST(Failures, OfAppsThatAreGoneAreForgotten) {
    const TemporaryFolder folder;
    FailureMemory memory(folder.path / "failures.json");
    memory.failed(blog, "bad", "", noon);
    memory.keep([](const AppKey& key) { return key == blog; });
    EXPECT_TRUE(memory.blocks(blog, "bad", noon));
    memory.keep([](const AppKey&) { return false; });
    EXPECT_FALSE(memory.blocks(blog, "bad", noon));
    EXPECT_FALSE(FailureMemory(folder.path / "failures.json").blocks(blog, "bad", noon));
}

TEST(Failures, AnotherInputBeginsAnew) {
    const TemporaryFolder folder;
    FailureMemory memory(folder.path / "failures.json");
    memory.failed(blog, "bad", "", noon);
    memory.failed(blog, "bad", "", noon);
    memory.failed(blog, "worse", "", noon);
    EXPECT_FALSE(memory.blocks(blog, "worse", noon + 1min));
}

TEST(Failures, SurviveARestartUntilForgotten) {
    const TemporaryFolder folder;
    const auto file = folder.path / "failures.json";
    FailureMemory(file).failed(blog, "bad", "why", noon);
    FailureMemory memory(file);
    ASSERT_TRUE(memory.blocks(blog, "bad", noon));
    EXPECT_EQ(memory.blocks(blog, "bad", noon)->reason, "why");
    memory.forget(blog);
    EXPECT_FALSE(FailureMemory(file).blocks(blog, "bad", noon));
}

TEST(Failures, ABrokenFileIsOnlyForgetting) {
    const TemporaryFolder folder;
    const auto file = folder.path / "failures.json";
    std::ofstream(file) << "{\"default/blog\": 7, half";
    EXPECT_FALSE(FailureMemory(file).blocks(blog, "bad", noon));
}

}  // namespace
}  // namespace holdfast::app
