#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "git/mirror.hpp"
#include "support.hpp"

namespace holdfast::git {
namespace {

namespace fs = std::filesystem;
using test::git;
using test::main_branch;
using test::note_of;
using test::notes_ref;
using test::Origin;
using test::TempFolder;
using testing::HasSubstr;

class PublishTest : public testing::Test {
  protected:
    [[nodiscard]] Mirror mirror(const std::string& name) const {
        return {folder_ / name, origin_.url(), Transport(options_in(folder_)), 0};
    }

    /// Adds a line to a note and publishes it; two writers' lines are both kept.
    net::Task<Result<void>> append(Mirror& mirror, CommitId commit, std::string line) {
        co_return co_await mirror.publish_note(
            notes_ref, commit, [line](const auto& text) { return text.value_or("") + line + "\n"; },
            [](const std::string& ours, const std::string& theirs) { return ours + theirs; });
    }

    void refuse_notes(bool refuse) {
        const auto hook = origin_.bare() / "hooks/update";
        test::write(hook, "#!/bin/sh\ncase $1 in refs/notes/*) echo no notes here >&2; exit 1;; esac\n");
        fs::permissions(hook, refuse ? fs::perms::owner_all : fs::perms::owner_read);
    }

    net::Runtime runtime_;
    TempFolder folder_;
    Origin origin_{folder_.path()};
};

TEST_F(PublishTest, ReachesTheRemote) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror("one");
    ASSERT_TRUE(runtime_.complete(copy.fetch(main_branch)));
    const auto published = runtime_.complete(append(copy, id, "converged"));
    ASSERT_TRUE(published) << published.error().message;
    EXPECT_EQ(origin_.note(id), "converged");
}

TEST_F(PublishTest, KeepsTheNotesOfAnotherMachine) {
    const auto first = origin_.publish({{"a", "1"}});
    const auto second = origin_.publish({{"a", "2"}});
    origin_.add_note(first, "by hand");
    auto copy = mirror("one");
    ASSERT_TRUE(runtime_.complete(append(copy, second, "ours")));
    EXPECT_EQ(origin_.note(first), "by hand");
    EXPECT_EQ(origin_.note(second), "ours");
    origin_.add_note(first, "by hand again");
    ASSERT_TRUE(runtime_.complete(append(copy, second, "more")));
    EXPECT_EQ(origin_.note(first), "by hand again");
    EXPECT_EQ(origin_.note(second), "ours\nmore");
}

TEST_F(PublishTest, ByTwoWritersAtOnceLosesNothing) {
    const auto shared = origin_.publish({{"a", "1"}});
    const auto own = std::vector{origin_.publish({{"a", "2"}}), origin_.publish({{"a", "3"}})};
    auto mirrors = std::vector<Mirror>();
    for (const char* name : {"one", "two"}) mirrors.push_back(mirror(name));
    std::vector<std::string> errors;
    runtime_.complete(net::for_each_parallel(2, 2, [&](std::size_t i) -> net::Task<void> {
        for (int round = 0; round < 3; ++round)
            for (const CommitId& commit : {shared, own[i]}) {
                const std::string line = std::to_string(i) + std::to_string(round);
                // What the daemon does too: tried again until it is through.
                for (int t = 0; t < 5; ++t) {
                    const auto done = co_await append(mirrors[i], commit, t == 0 ? line : "");
                    if (done) break;
                    if (done.error().code != ErrorCode::conflict) errors.push_back(done.error().message);
                }
            }
    }));
    EXPECT_THAT(errors, testing::IsEmpty());
    for (const char* line : {"00", "01", "02", "10", "11", "12"}) EXPECT_THAT(origin_.note(shared), HasSubstr(line));
    for (std::size_t i = 0; i < 2; ++i)
        for (int round = 0; round < 3; ++round)
            EXPECT_THAT(origin_.note(own[i]), HasSubstr(std::to_string(i) + std::to_string(round)));
}

TEST_F(PublishTest, KeepsANoteThatTheRemoteRefusesForTheNextPush) {
    const auto first = origin_.publish({{"a", "1"}});
    const auto second = origin_.publish({{"a", "2"}});
    refuse_notes(true);
    {
        auto copy = mirror("one");
        const auto refused = runtime_.complete(append(copy, first, "kept"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::denied);
        EXPECT_THAT(refused.error().message, HasSubstr("no notes here"));
        EXPECT_EQ(note_of(copy.open(), first), "kept\n");
    }
    refuse_notes(false);
    auto restarted = mirror("one");
    ASSERT_TRUE(runtime_.complete(append(restarted, second, "next")));
    EXPECT_EQ(origin_.note(first), "kept");
    EXPECT_EQ(origin_.note(second), "next");
}

TEST_F(PublishTest, KeepsANoteWhileTheRemoteIsAway) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror("one");
    ASSERT_TRUE(runtime_.complete(copy.fetch(main_branch)));
    fs::rename(origin_.bare(), folder_ / "away");
    EXPECT_EQ(runtime_.complete(append(copy, id, "kept")).error().code, ErrorCode::not_found);
    fs::rename(folder_ / "away", origin_.bare());
    ASSERT_TRUE(runtime_.complete(append(copy, id, "more")));
    EXPECT_EQ(origin_.note(id), "kept\nmore");
}

TEST_F(PublishTest, FetchesTheNotesOfTheRemote) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror("one");
    EXPECT_TRUE(runtime_.complete(copy.fetch_notes(notes_ref)));
    origin_.add_note(id, "theirs");
    EXPECT_TRUE(runtime_.complete(copy.fetch_notes(notes_ref)));
    EXPECT_EQ(note_of(copy.open(), id), "theirs\n");
}

TEST_F(PublishTest, LeavesADisputedNoteToTheNextWriting) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror("one");
    refuse_notes(true);
    ASSERT_FALSE(runtime_.complete(append(copy, id, "ours")));
    refuse_notes(false);
    origin_.add_note(id, "theirs");
    EXPECT_TRUE(runtime_.complete(copy.fetch_notes(notes_ref)));
    ASSERT_TRUE(runtime_.complete(append(copy, id, "more")));
    EXPECT_EQ(origin_.note(id), "ours\nmore\ntheirs");
}

TEST_F(PublishTest, WritesUnderNotesAlone) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror("one");
    for (const char* ref : {"refs/heads/main", "refs/notes/*", "refs/notes/a:refs/heads/main", "holdfast"}) {
        const auto published = runtime_.complete(copy.publish_note(ref, id, [](const auto&) { return ""; }, {}));
        ASSERT_FALSE(published);
        EXPECT_EQ(published.error().code, ErrorCode::invalid);
    }
}

}  // namespace
}  // namespace holdfast::git
