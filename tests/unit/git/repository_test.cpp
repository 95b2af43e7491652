#include "git/repository.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace holdfast::git {
namespace {

using test::git;
using test::Origin;
using test::TempFolder;
using testing::ElementsAre;
using testing::HasSubstr;

class RepositoryTest : public testing::Test {
  protected:
    [[nodiscard]] Repository open() const { return std::move(*Repository::open(origin_.bare())); }

    std::vector<std::string> paths(const CommitId& commit, std::string_view folder = "") const {
        std::vector<std::string> found;
        const auto entries = open().tree(commit, folder, 1000);
        EXPECT_TRUE(entries) << entries.error().message;
        if (entries)
            for (const auto& entry : *entries) found.push_back(entry.path);
        return found;
    }

    /// A commit of a tree given as mktree reads it.
    CommitId commit_of(const std::string& tree) { return commit_of_tree(git(origin_.bare(), {"mktree"}, tree)); }
    CommitId commit_of_tree(const std::string& id) {
        return *CommitId::parse(git(origin_.bare(), {"commit-tree", "-m", "x", id}));
    }
    std::string blob(const std::string& content) {
        return git(origin_.bare(), {"hash-object", "-w", "--stdin"}, content);
    }

    TempFolder folder_;
    Origin origin_{folder_.path()};
};

TEST_F(RepositoryTest, ReadsACommit) {
    const auto id = origin_.publish({{"a", "1"}}, "Fix the header\n\nIt was crooked.");
    const auto commit = open().commit(id);
    ASSERT_TRUE(commit);
    EXPECT_EQ(commit->subject, "Fix the header");
    EXPECT_EQ(commit->message, "Fix the header\n\nIt was crooked.\n");
    EXPECT_EQ(commit->author, "Ada");
    EXPECT_GT(commit->time.time_since_epoch().count(), 1'600'000'000'000);
}

TEST_F(RepositoryTest, ResolvesBranchesTagsAndIds) {
    const auto id = origin_.publish({{"a", "1"}});
    git(origin_.bare(), {"tag", "--annotate", "--message", "one", "v1", "main"});
    const auto repository = open();
    const std::vector<std::string> names{"refs/heads/main",    "main", "HEAD", "refs/tags/v1", "v1", id.str(),
                                         id.str().substr(0, 8)};
    for (const auto& name : names) EXPECT_EQ(repository.resolve(name), id) << name;
    const std::vector<std::string> others{"refs/heads/x", "x",   std::string(40, '0'), "", "main~1", "@{u}",
                                          "-x",           "a..b"};
    for (const auto& name : others) {
        const auto resolved = repository.resolve(name);
        ASSERT_FALSE(resolved) << name;
        EXPECT_EQ(resolved.error().code, ErrorCode::not_found) << name;
    }
}

TEST_F(RepositoryTest, SeesWhatAnotherProcessWritesMeanwhile) {
    origin_.publish({{"a", "1"}});
    const auto repository = open();
    ASSERT_TRUE(repository.resolve("main"));
    const auto next = origin_.publish({{"a", "2"}});
    git(origin_.bare(), {"gc", "--quiet"});
    EXPECT_EQ(repository.resolve("main"), next);
    EXPECT_TRUE(repository.commit(next));
}

TEST_F(RepositoryTest, OpensACloneWithAWorkTree) {
    const auto id = origin_.publish({{"a", "1"}});
    const auto clone = Repository::open(origin_.work());
    ASSERT_TRUE(clone);
    EXPECT_EQ(clone->resolve("HEAD"), id);
}

TEST_F(RepositoryTest, TellsAMissingRepositoryFromADamagedOne) {
    EXPECT_EQ(Repository::open(folder_ / "nothing").error().code, ErrorCode::not_found);
    const auto id = origin_.publish({{"a", "1"}});
    std::filesystem::remove_all(origin_.bare() / "objects" / id.str().substr(0, 2));
    EXPECT_EQ(open().resolve("main").error().code, ErrorCode::failed);
}

TEST_F(RepositoryTest, ListsATreeInTheOrderOfItsPaths) {
    const auto id = origin_.publish({{"b/x", "1"}, {"b.c", "2"}, {"a", "3"}, {"b/d/e", "4"}, {"z", "5"}});
    EXPECT_THAT(paths(id), ElementsAre("a", "b.c", "b/d/e", "b/x", "z"));
    EXPECT_THAT(paths(id, "b"), ElementsAre("b/d/e", "b/x"));
    EXPECT_THAT(paths(id, "/b/d/"), ElementsAre("b/d/e"));
    for (const char* missing : {"c", "a", "b/d/e", "../b"}) {
        const auto listed = open().tree(id, missing, 10);
        ASSERT_FALSE(listed) << missing;
        EXPECT_EQ(listed.error().code, ErrorCode::not_found) << missing;
    }
}

TEST_F(RepositoryTest, ShowsTheModeOfEachEntry) {
    const auto b = blob("x");
    const auto id = commit_of("100644 blob " + b + "\tfile\n100755 blob " + b + "\trun\n120000 blob " + b +
                              "\tlink\n160000 commit " + std::string(40, '1') + "\tsub\n");
    const auto entries = open().tree(id, "", 10);
    ASSERT_TRUE(entries);
    std::map<std::string, std::uint32_t> modes;
    for (const auto& entry : *entries) modes[entry.path] = entry.mode;
    EXPECT_EQ(modes, (std::map<std::string, std::uint32_t>{
                         {"file", 0100644}, {"run", 0100755}, {"link", 0120000}, {"sub", 0160000}}));
}

TEST_F(RepositoryTest, RefusesPathsThatLeaveTheTree) {
    // mktree refuses such names, so the tree's bytes are written as they are.
    std::string bytes = "100644 ..";
    bytes += '\0';
    bytes += std::string(20, '\x11');
    const auto tree = git(origin_.bare(), {"hash-object", "-w", "-t", "tree", "--literally", "--stdin"}, bytes);
    const auto listed = open().tree(commit_of_tree(tree), "", 10);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::invalid);
}

TEST_F(RepositoryTest, StopsAtTheLimitOfFiles) {
    const auto id = origin_.publish({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    EXPECT_TRUE(open().tree(id, "", 3));
    const auto listed = open().tree(id, "", 2);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::limit);
    EXPECT_EQ(listed.error().message, "more than 2 files");
}

TEST_F(RepositoryTest, StopsAtFoldersNestedTooDeeply) {
    std::string tree = git(origin_.bare(), {"mktree"}, "100644 blob " + blob("x") + "\tf\n");
    for (int i = 0; i < 64; ++i) tree = git(origin_.bare(), {"mktree"}, "040000 tree " + tree + "\td\n");
    const auto listed = open().tree(commit_of_tree(tree), "", 1000);
    ASSERT_FALSE(listed);
    EXPECT_THAT(listed.error().message, HasSubstr("nested deeper than 64"));
}

TEST_F(RepositoryTest, StopsAtATreeThatUnfoldsToBillionsOfFolders) {
    std::string tree = git(origin_.bare(), {"mktree"}, "");
    for (int level = 0; level < 30; ++level) {
        std::string entries;
        for (char name = 'a'; name <= 'p'; ++name) entries += "040000 tree " + tree + "\t" + name + "\n";
        tree = git(origin_.bare(), {"mktree"}, entries);
    }
    const auto listed = open().tree(commit_of_tree(tree), "", 1000);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().message, "more than 1000 folders");
}

TEST_F(RepositoryTest, ReadsBlobsUpToALimit) {
    const std::string content("a\0b", 3);
    const auto id = blob(content);
    const auto repository = open();
    EXPECT_EQ(repository.blob(id, 3), content);
    EXPECT_EQ(repository.blob_size(id), std::uint64_t{3});
    EXPECT_EQ(repository.blob(id, 2).error().code, ErrorCode::limit);
    EXPECT_EQ(repository.blob(std::string(40, '1'), 9).error().code, ErrorCode::not_found);
    EXPECT_EQ(repository.blob("../x", 9).error().code, ErrorCode::invalid);
    const auto commit = origin_.publish({{"a", "1"}});
    EXPECT_EQ(open().blob(commit.str(), 10'000).error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace holdfast::git
