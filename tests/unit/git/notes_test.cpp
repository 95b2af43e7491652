#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

#include "git/repository.hpp"
#include "support.hpp"

namespace holdfast::git {
namespace {

using test::git;
using test::note_of;
using test::notes_ref;
using test::Origin;
using test::TempFolder;
using testing::ElementsAre;
using testing::Pair;

constexpr const char* their_ref = "refs/holdfast/theirs";

std::string joined(const std::string& ours, const std::string& theirs) {
    return ours + "+" + theirs;
}

class NotesTest : public testing::Test {
  protected:
    [[nodiscard]] Repository open() const { return std::move(*Repository::open(origin_.bare())); }

    [[nodiscard]] static Result<void> set(const Repository& repository, const CommitId& commit, const std::string& text,
                                          const char* ref = notes_ref) {
        return repository.edit_note(ref, commit, "Holdfast", "h@localhost", [&](const auto&) { return text; });
    }

    Result<void> merge() const { return open().merge_notes(notes_ref, their_ref, "Holdfast", "h@localhost", joined); }

    /// Many commits at once, which git's own program would take a process each for.
    std::vector<CommitId> commits(int count) {
        std::string stream;
        for (int i = 0; i < count; ++i)
            stream += "commit refs/heads/many\nmark :" + std::to_string(i + 1) + "\ncommitter A <a@b> " +
                      std::to_string(1'700'000'000 + i) + " +0000\ndata 1\nx\n";
        git(origin_.bare(), {"fast-import", "--quiet"}, stream);
        std::vector<CommitId> ids;
        const std::string list = git(origin_.bare(), {"rev-list", "--reverse", "many"});
        for (std::size_t at = 0; at < list.size(); at += 41) ids.push_back(*CommitId::parse(list.substr(at, 40)));
        return ids;
    }

    /// Notes on all of them as git's own program writes them: spread over folders where they are many.
    void write_with_git(const std::vector<CommitId>& on, const std::string& ref, const std::string& text) {
        std::string stream = "commit " + ref + "\ncommitter A <a@b> 1700000000 +0000\ndata 1\nx\n";
        for (const auto& id : on)
            stream += "N inline " + id.str() + "\ndata " + std::to_string(text.size()) + "\n" + text + "\n";
        git(origin_.bare(), {"fast-import", "--quiet"}, stream);
    }

    TempFolder folder_;
    Origin origin_{folder_.path()};
};

TEST_F(NotesTest, AreWrittenForGitToRead) {
    const auto id = origin_.publish({{"a", "1"}});
    ASSERT_TRUE(set(open(), id, "result: converged\n"));
    EXPECT_EQ(origin_.note(id), "result: converged");
    EXPECT_EQ(note_of(open(), id), "result: converged\n");
}

TEST_F(NotesTest, AreEditedFromWhatIsThere) {
    const auto id = origin_.publish({{"a", "1"}});
    origin_.add_note(id, "by hand");
    const auto edited = open().edit_note(notes_ref, id, "Holdfast", "h@localhost",
                                         [](const auto& text) { return text.value_or("none") + "and us\n"; });
    ASSERT_TRUE(edited) << edited.error().message;
    EXPECT_EQ(origin_.note(id), "by hand\nand us");
}

TEST_F(NotesTest, WritingTheSameTextAgainWritesNothing) {
    const auto id = origin_.publish({{"a", "1"}});
    ASSERT_TRUE(set(open(), id, "x\n"));
    const auto before = open().resolve(notes_ref);
    ASSERT_TRUE(set(open(), id, "x\n"));
    EXPECT_EQ(open().resolve(notes_ref), before);
}

TEST_F(NotesTest, AreMissingWithoutAnError) {
    const auto id = origin_.publish({{"a", "1"}});
    EXPECT_EQ(note_of(open(), id), "none");
    EXPECT_TRUE(open().notes(notes_ref)->empty());
    EXPECT_TRUE(merge());
}

TEST_F(NotesTest, AreListedNewestCommitFirst) {
    const auto ids = commits(3);
    const CommitId unknown = *CommitId::parse(std::string(40, 'f'));
    for (const auto& id : {ids[1], unknown, ids[2], ids[0]}) ASSERT_TRUE(set(open(), id, id.short_form()));
    const auto notes = open().notes(notes_ref);
    ASSERT_TRUE(notes);
    EXPECT_THAT(*notes, ElementsAre(Pair(ids[2], ids[2].short_form()), Pair(ids[1], ids[1].short_form()),
                                    Pair(ids[0], ids[0].short_form()), Pair(unknown, unknown.short_form())));
}

TEST_F(NotesTest, OfManyWritersAreAllKept) {
    constexpr int writers = 4, each = 8;
    const auto ids = commits(writers * each + 1);
    std::vector<std::thread> threads;
    for (int writer = 0; writer < writers; ++writer)
        threads.emplace_back([&, writer] {
            const auto repository = open();
            for (int i = 0; i < each; ++i) {
                EXPECT_TRUE(set(repository, ids[static_cast<std::size_t>(writer * each + i)], "own"));
                EXPECT_TRUE(repository.edit_note(notes_ref, ids.back(), "Holdfast", "h@localhost",
                                                 [](const auto& text) { return text.value_or("") + "x"; }));
            }
        });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(open().notes(notes_ref)->size(), ids.size());
    EXPECT_EQ(note_of(open(), ids.back()), std::string(writers * each, 'x'));
}

TEST_F(NotesTest, SpreadOverFoldersByGitAreReadAndAddedTo) {
    auto ids = commits(1000);
    const CommitId last = ids.back();
    ids.pop_back();
    write_with_git(ids, notes_ref, "of git");
    ASSERT_NE(git(origin_.bare(), {"ls-tree", notes_ref}).find("040000 tree"), std::string::npos);
    ASSERT_TRUE(set(open(), last, "ours"));
    ASSERT_TRUE(set(open(), ids[7], "ours too"));
    EXPECT_EQ(open().notes(notes_ref)->size(), 1000U);
    EXPECT_EQ(note_of(open(), ids[500]), "of git");
    EXPECT_EQ(origin_.note(last), "ours");
    EXPECT_EQ(origin_.note(ids[7]), "ours too");
    EXPECT_EQ(git(origin_.bare(), {"notes", "--ref", notes_ref, "list"}).size(), 1000U * 82 - 1);
}

TEST_F(NotesTest, MergeByFastForwardWhereOneSideIsOlder) {
    const auto ids = commits(2);
    ASSERT_TRUE(set(open(), ids[0], "a"));
    git(origin_.bare(), {"update-ref", their_ref, notes_ref});
    ASSERT_TRUE(set(open(), ids[1], "b", their_ref));
    ASSERT_TRUE(merge());
    EXPECT_EQ(open().resolve(notes_ref), open().resolve(their_ref));
    ASSERT_TRUE(set(open(), ids[1], "c"));
    const auto ours = open().resolve(notes_ref);
    ASSERT_TRUE(merge());
    EXPECT_EQ(open().resolve(notes_ref), ours);
}

TEST_F(NotesTest, MergeKeepsWhatEitherSideChanged) {
    const auto ids = commits(4);
    for (const auto& id : ids) ASSERT_TRUE(set(open(), id, "base"));
    git(origin_.bare(), {"update-ref", their_ref, notes_ref});
    ASSERT_TRUE(set(open(), ids[0], "ours"));
    ASSERT_TRUE(set(open(), ids[1], "theirs", their_ref));
    ASSERT_TRUE(set(open(), ids[2], "ours"));
    ASSERT_TRUE(set(open(), ids[2], "theirs", their_ref));
    ASSERT_TRUE(merge());
    EXPECT_EQ(origin_.note(ids[0]), "ours");
    EXPECT_EQ(origin_.note(ids[1]), "theirs");
    EXPECT_EQ(origin_.note(ids[2]), "ours+theirs");
    EXPECT_EQ(origin_.note(ids[3]), "base");
    for (const char* ref : {their_ref, notes_ref})
        EXPECT_EQ(git(origin_.bare(), {"merge-base", ref, notes_ref}), git(origin_.bare(), {"rev-parse", ref}));
}

TEST_F(NotesTest, MergeOfHistoriesThatBeganApartKeepsBoth) {
    const auto ids = commits(1000);
    write_with_git(ids, their_ref, "theirs");
    ASSERT_TRUE(set(open(), ids[3], "ours"));
    ASSERT_TRUE(set(open(), *CommitId::parse(std::string(40, 'e')), "ours alone"));
    ASSERT_TRUE(merge());
    EXPECT_EQ(open().notes(notes_ref)->size(), 1001U);
    EXPECT_EQ(origin_.note(ids[3]), "ours+theirs");
    EXPECT_EQ(origin_.note(ids[4]), "theirs");
}

TEST_F(NotesTest, MergeWithoutAJoinLeavesDisputedNotesAlone) {
    const auto ids = commits(1);
    ASSERT_TRUE(set(open(), ids[0], "ours"));
    ASSERT_TRUE(set(open(), ids[0], "theirs", their_ref));
    const auto merged = open().merge_notes(notes_ref, their_ref, "Holdfast", "h@localhost", {});
    ASSERT_FALSE(merged);
    EXPECT_EQ(merged.error().code, ErrorCode::conflict);
    EXPECT_EQ(origin_.note(ids[0]), "ours");
}

TEST_F(NotesTest, OverTheLimitAreNotOurs) {
    const auto ids = commits(2);
    ASSERT_TRUE(set(open(), ids[0], std::string(2U << 20U, 'x')));
    ASSERT_TRUE(set(open(), ids[1], "ours"));
    EXPECT_EQ(open().note(notes_ref, ids[0]).error().code, ErrorCode::limit);
    EXPECT_THAT(*open().notes(notes_ref), ElementsAre(Pair(ids[1], "ours")));
}

}  // namespace
}  // namespace holdfast::git
