#include "git/mirror.hpp"

#include <fcntl.h>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "support.hpp"

namespace holdfast::git {
namespace {

namespace fs = std::filesystem;
using test::git;
using test::main_branch;
using test::notes_ref;
using test::Origin;
using test::TempFolder;

class MirrorTest : public testing::Test {
  protected:
    [[nodiscard]] Mirror mirror(unsigned depth = 0) const {
        return {folder_ / "state/mirror.git", origin_.url(), Transport(options_in(folder_)), depth};
    }
    Result<CommitId> fetch(Mirror& mirror, const std::string& ref = main_branch) {
        return runtime_.complete(mirror.fetch(ref));
    }

    /// The files that hold the mirror's objects.
    [[nodiscard]] std::vector<fs::path> object_files(const Mirror& mirror) const {
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(mirror.path() / "objects"))
            if (entry.is_regular_file() && entry.path().extension() != ".idx") files.push_back(entry.path());
        return files;
    }

    /// Puts every object into a file of its own.
    void unpack(const Mirror& mirror) {
        fs::rename(mirror.path() / "objects/pack", folder_ / "packs");
        for (const auto& entry : fs::directory_iterator(folder_ / "packs")) {
            if (entry.path().extension() != ".pack") continue;
            std::ifstream pack(entry.path(), std::ios::binary);
            git(mirror.path(), {"unpack-objects", "-q"}, std::string(std::istreambuf_iterator<char>(pack), {}));
        }
    }

    net::Runtime runtime_;
    TempFolder folder_;
    Origin origin_{folder_.path()};
};

TEST_F(MirrorTest, FollowsABranch) {
    auto copy = mirror();
    EXPECT_EQ(copy.fetched(main_branch).error().code, ErrorCode::not_found);
    const auto first = origin_.publish({{"a", "1"}});
    EXPECT_EQ(runtime_.complete(copy.remote(main_branch)), first);
    EXPECT_EQ(fetch(copy), first);
    const auto second = origin_.publish({{"a", "2"}});
    EXPECT_EQ(copy.fetched(main_branch), first);
    EXPECT_EQ(fetch(copy), second);
    EXPECT_EQ(copy.fetched(main_branch), second);
    EXPECT_EQ(copy.open()->tree(second, "", 10)->size(), 1U);
}

TEST_F(MirrorTest, FollowsARewrittenBranch) {
    auto copy = mirror();
    const auto first = origin_.publish({{"a", "1"}});
    EXPECT_EQ(fetch(copy), first);
    const auto other = origin_.rewrite({{"a", "2"}});
    EXPECT_EQ(fetch(copy), other);
}

TEST_F(MirrorTest, KeepsOnlyTheNewestCommitOfASource) {
    auto copy = mirror(1);
    origin_.publish({{"a", "1"}});
    origin_.publish({{"a", "2"}});
    const auto third = origin_.publish({{"a", "3"}});
    EXPECT_EQ(fetch(copy), third);
    EXPECT_EQ(git(copy.path(), {"rev-list", "--all", "--count"}), "1");
    const auto fourth = origin_.publish({{"a", "4"}});
    EXPECT_EQ(fetch(copy), fourth);
    const auto rewritten = origin_.rewrite({{"a", "5"}});
    EXPECT_EQ(fetch(copy), rewritten);
    EXPECT_TRUE(copy.open()->tree(rewritten, "", 10));
}

TEST_F(MirrorTest, FollowsTagsAndTheDefaultBranch) {
    const auto id = origin_.publish({{"a", "1"}});
    git(origin_.bare(), {"tag", "--annotate", "--message", "one", "v1", "main"});
    auto copy = mirror(1);
    EXPECT_EQ(fetch(copy, "refs/tags/v1"), id);
    EXPECT_EQ(fetch(copy, "HEAD"), id);
    EXPECT_EQ(runtime_.complete(copy.remote("refs/tags/v1")), id);
}

TEST_F(MirrorTest, FetchesACommitByItsIdOnce) {
    const auto first = origin_.publish({{"a", "1"}});
    origin_.publish({{"a", "2"}});
    auto copy = mirror(1);
    EXPECT_EQ(fetch(copy, first.str()), first);
    EXPECT_TRUE(copy.open()->tree(first, "", 10));
    fs::remove_all(origin_.bare());
    EXPECT_EQ(fetch(copy, first.str()), first);
    EXPECT_EQ(runtime_.complete(copy.remote(first.str())), first);
}

TEST_F(MirrorTest, TellsACommitThatTheRemoteDoesNotHave) {
    origin_.publish({{"a", "1"}});
    auto copy = mirror(1);
    const auto missing = fetch(copy, std::string(40, '1'));
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

TEST_F(MirrorTest, SwitchesBetweenABranchAndOneBelowIt) {
    const auto id = origin_.publish({{"a", "1"}});
    auto copy = mirror();
    git(origin_.bare(), {"branch", "a", "main"});
    EXPECT_EQ(fetch(copy, "refs/heads/a"), id);
    git(origin_.bare(), {"branch", "-D", "a"});
    git(origin_.bare(), {"branch", "a/b", "main"});
    EXPECT_EQ(fetch(copy, "refs/heads/a/b"), id);
}

TEST_F(MirrorTest, KeepsWhatItHasWhenTheRemoteOrTheBranchVanishes) {
    auto copy = mirror();
    const auto id = origin_.publish({{"a", "1"}});
    EXPECT_EQ(fetch(copy), id);
    git(origin_.bare(), {"update-ref", "-d", main_branch});
    EXPECT_EQ(fetch(copy).error().code, ErrorCode::not_found);
    EXPECT_EQ(runtime_.complete(copy.remote(main_branch)).error().code, ErrorCode::not_found);
    fs::remove_all(origin_.bare());
    EXPECT_EQ(fetch(copy).error().code, ErrorCode::not_found);
    EXPECT_EQ(copy.fetched(main_branch), id);
}

TEST_F(MirrorTest, IsMadeAgainWhereItsFolderWasDeleted) {
    auto copy = mirror();
    const auto id = origin_.publish({{"a", "1"}});
    EXPECT_EQ(fetch(copy), id);
    fs::remove_all(copy.path());
    EXPECT_EQ(fetch(copy), id);
}

TEST_F(MirrorTest, HealsWhateverIsDamaged) {
    const auto id = origin_.publish({{"a", std::string(5000, 'x')}, {"b/c", "2"}});
    const auto damage = std::to_array<std::function<void(const Mirror&)>>({
        [&](const Mirror& m) {
            for (const auto& file : object_files(m)) fs::resize_file(file, 0);
        },
        [&](const Mirror& m) {
            for (const auto& file : object_files(m)) fs::resize_file(file, fs::file_size(file) / 2);
        },
        [&](const Mirror& m) {
            for (const auto& file : object_files(m)) fs::remove(file);
        },
        [](const Mirror& m) { std::ofstream(m.path() / "HEAD", std::ios::trunc) << "rubbish"; },
        [](const Mirror& m) { std::ofstream(m.path() / "config", std::ios::trunc) << "[rubbish"; },
        [](const Mirror& m) { std::ofstream(m.path() / "packed-refs", std::ios::trunc) << "rubbish\n"; },
        [](const Mirror& m) {
            std::ofstream(m.path() / "refs/holdfast/heads%2Fmain", std::ios::trunc) << std::string(40, '1') << '\n';
        },
        [](const Mirror& m) { std::ofstream(m.path() / "refs/holdfast/heads%2Fmain", std::ios::trunc); },
        [](const Mirror& m) { fs::remove_all(m.path() / "refs"); },
    });
    for (std::size_t i = 0; i < damage.size(); ++i) {
        SCOPED_TRACE(i);
        auto copy = mirror();
        EXPECT_EQ(fetch(copy), id);
        git(copy.path(), {"gc", "--quiet"});
        damage[i](copy);
        const auto healed = fetch(copy);
        ASSERT_TRUE(healed) << healed.error().message;
        EXPECT_EQ(*healed, id);
        const auto repository = copy.open();
        ASSERT_TRUE(repository);
        const auto entries = repository->tree(id, "", 10);
        ASSERT_TRUE(entries) << entries.error().message;
        for (const auto& entry : *entries) EXPECT_TRUE(repository->blob(entry.blob, 10'000));
        ASSERT_TRUE(copy.discard());
    }
}

TEST_F(MirrorTest, ADamagedBlobIsMendedByDiscarding) {
    const auto id = origin_.publish({{"a", "text"}});
    auto copy = mirror();
    EXPECT_EQ(fetch(copy), id);
    const auto blob = copy.open()->tree(id, "", 10)->front().blob;
    unpack(copy);
    const auto file = copy.path() / "objects" / blob.substr(0, 2) / blob.substr(2);
    fs::permissions(file, fs::perms::owner_all);
    test::write(file, "rubbish");
    EXPECT_EQ(copy.open()->blob(blob, 100).error().code, ErrorCode::failed);
    ASSERT_TRUE(copy.discard());
    EXPECT_EQ(copy.fetched(main_branch).error().code, ErrorCode::not_found);
    EXPECT_EQ(fetch(copy), id);
    EXPECT_EQ(copy.open()->blob(blob, 100), "text");
}

TEST_F(MirrorTest, ClearsUpAfterKilledProcesses) {
    origin_.publish({{"a", "1"}});
    {
        auto copy = mirror(1);
        ASSERT_TRUE(fetch(copy));
    }
    const auto path = folder_ / "state/mirror.git";
    for (const char* leftover : {"shallow.lock", "packed-refs.lock", "refs/holdfast/heads%2Fmain.lock",
                                 "refs/notes/holdfast.lock", "objects/pack/tmp_pack_abc"})
        test::write(path / leftover, "");
    const auto id = origin_.publish({{"a", "2"}});
    auto copy = mirror(1);
    EXPECT_EQ(fetch(copy), id);
    EXPECT_TRUE(runtime_.complete(copy.publish_note(notes_ref, id, [](const auto&) { return "x"; }, {})));
    EXPECT_FALSE(fs::exists(path / "objects/pack/tmp_pack_abc"));
}

TEST_F(MirrorTest, LeavesTheLocksOfAnotherProcessAlone) {
    const auto id = origin_.publish({{"a", "1"}});
    auto first = mirror();
    ASSERT_EQ(fetch(first), id);
    test::write(first.path() / "packed-refs.lock", "");
    auto second = mirror();
    EXPECT_EQ(fetch(second), id);
    EXPECT_TRUE(fs::exists(first.path() / "packed-refs.lock"));
    EXPECT_EQ(second.discard().error().code, ErrorCode::conflict);
}

TEST_F(MirrorTest, PacksWhatManyFetchesLeave) {
    auto copy = mirror();
    origin_.publish({{"a", "1"}});
    ASSERT_TRUE(fetch(copy));
    for (int i = 0; i < 51; ++i) {
        const auto blob = git(copy.path(), {"hash-object", "-w", "--stdin"}, std::to_string(i));
        git(copy.path(), {"pack-objects", "--quiet", "objects/pack/pack"}, blob + "\n");
    }
    const auto packs = [&] {
        return std::ranges::count_if(fs::directory_iterator(copy.path() / "objects/pack"),
                                     [](const auto& entry) { return entry.path().extension() == ".pack"; });
    };
    ASSERT_EQ(packs(), 52);
    ASSERT_TRUE(runtime_.complete(copy.remote(main_branch)));
    EXPECT_LT(packs(), 5);
    EXPECT_TRUE(fetch(copy));
}

}  // namespace
}  // namespace holdfast::git
