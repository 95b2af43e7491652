#include "git/transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace holdfast::git {
namespace {

using namespace std::chrono_literals;
using test::git;
using test::main_branch;
using test::notes_ref;
using test::Origin;
using test::TempFolder;
using testing::HasSubstr;

class TransportTest : public testing::Test {
  protected:
    Result<std::optional<CommitId>> look(const std::string& ref) {
        return runtime_.complete(transport_.ls_remote(origin_.url(), ref));
    }
    /// The id, nothing where there is no such ref, or what went wrong.
    std::string seen(const std::string& ref) {
        const auto commit = look(ref);
        return commit ? commit->value_or(CommitId()).str() : commit.error().message;
    }

    net::Runtime runtime_;
    TempFolder folder_;
    Origin origin_{folder_.path()};
    Transport transport_{options_in(folder_)};
};

TEST_F(TransportTest, SeesWhereARefStands) {
    const auto id = origin_.publish({{"a", "1"}});
    git(origin_.bare(), {"tag", "--annotate", "--message", "one", "v1", "main"});
    git(origin_.bare(), {"tag", "light", "main"});
    for (const char* ref : {main_branch, "HEAD", "refs/tags/v1", "refs/tags/light"})
        EXPECT_EQ(seen(ref), id.str()) << ref;
    EXPECT_EQ(seen("refs/heads/x"), "");
}

TEST_F(TransportTest, IsNotFooledByARefWhoseNameEndsAlike) {
    const auto first = origin_.publish({{"a", "1"}});
    git(origin_.bare(), {"update-ref", "refs/a/refs/heads/x", first.str()});
    EXPECT_EQ(seen("refs/heads/x"), "");
}

TEST_F(TransportTest, RefusesRefsThatAreMoreThanAName) {
    for (const char* ref : {"main", "--upload-pack=x", "refs/heads/*", "refs/heads/a:refs/heads/b", "refs/heads/a b",
                            "refs/heads/../x", ""}) {
        const auto listed = look(ref);
        ASSERT_FALSE(listed) << ref;
        EXPECT_EQ(listed.error().code, ErrorCode::invalid) << ref;
    }
}

TEST_F(TransportTest, TellsAVanishedRepository) {
    std::filesystem::remove_all(origin_.bare());
    const auto listed = look(main_branch);
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::not_found);
    EXPECT_EQ(listed.error().where, origin_.bare().string());
}

TEST_F(TransportTest, NeverReadsTheConfigurationOfItsHome) {
    origin_.publish({{"a", "1"}});
    test::write(folder_ / "home/.gitconfig", "[url \"/nowhere/\"]\n\tinsteadOf = " + folder_.path().string() + "/\n");
    EXPECT_TRUE(look(main_branch));
}

TEST_F(TransportTest, StopsAFetchThatWritesTooMuch) {
    std::string noise;
    for (unsigned seed = 1; noise.size() < 3'000'000; seed = seed * 1664525U + 1013904223U)
        noise += static_cast<char>(seed >> 24U);
    origin_.publish({{"big", noise}});
    auto options = options_in(folder_);
    options.file_limit = 1'000'000;
    const Transport transport(options);
    const auto mirror = folder_ / "m.git";
    ASSERT_TRUE(runtime_.complete(transport.init_bare(mirror)));
    const auto fetched = runtime_.complete(transport.fetch(mirror, origin_.url(), {"+refs/heads/main:refs/x"}, 0));
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::limit) << fetched.error().message;
}

TEST_F(TransportTest, StopsAFetchOfACommitThatWouldFillTheMemory) {
    origin_.publish({{"a", "1"}});
    const auto tree = git(origin_.work(), {"mktree"});
    const auto bomb = git(origin_.work(), {"commit-tree", tree, "-F", "-"}, std::string(std::size_t{100} << 20U, 'x'));
    git(origin_.work(), {"push", "--quiet", "origin", bomb + ":refs/heads/bomb"});
    auto options = options_in(folder_);
    options.memory_limit = std::size_t{80} << 20U;
    const Transport transport(options);
    const auto mirror = folder_ / "m.git";
    ASSERT_TRUE(runtime_.complete(transport.init_bare(mirror)));
    EXPECT_TRUE(runtime_.complete(transport.fetch(mirror, origin_.url(), {"+refs/heads/main:refs/x"}, 0)));
    const auto fetched = runtime_.complete(transport.fetch(mirror, origin_.url(), {"+refs/heads/bomb:refs/y"}, 0));
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::limit) << fetched.error().message;

    const auto repository = Repository::open(origin_.bare());
    ASSERT_TRUE(repository);
    EXPECT_EQ(repository->resolve("refs/heads/bomb").error().code, ErrorCode::limit);
    EXPECT_EQ(repository->commit(*CommitId::parse(bomb)).error().code, ErrorCode::limit);
}

TEST_F(TransportTest, TakesAFetchedBranchThatWasRemovedAwayAgain) {
    origin_.publish({{"a", "1"}});
    git(origin_.bare(), {"branch", "a/b", "main"});
    const auto mirror = folder_ / "m.git";
    ASSERT_TRUE(runtime_.complete(transport_.init_bare(mirror)));
    const auto fetch = [&] {
        return runtime_.complete(transport_.fetch(mirror, origin_.url(), {"+refs/heads/*:refs/x/*"}, 0));
    };
    ASSERT_TRUE(fetch());
    git(origin_.bare(), {"branch", "-D", "a/b"});
    git(origin_.bare(), {"branch", "a", "main"});
    ASSERT_TRUE(fetch());
    EXPECT_EQ(git(mirror, {"for-each-ref", "--format=%(refname)"}), "refs/x/a\nrefs/x/main");
}

TEST_F(TransportTest, RunsNoHookOfTheMirror) {
    origin_.publish({{"a", "1"}});
    const auto mirror = folder_ / "m.git";
    ASSERT_TRUE(runtime_.complete(transport_.init_bare(mirror)));
    const auto hook = mirror / "hooks/reference-transaction";
    test::write(hook, "#!/bin/sh\ntouch " + (folder_ / "ran").string() + "\n");
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
    ASSERT_TRUE(runtime_.complete(transport_.fetch(mirror, origin_.url(), {"+refs/heads/main:refs/x"}, 0)));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(TransportTest, PushTellsAConflictFromARefusal) {
    origin_.publish({{"a", "1"}});
    const auto mirror = folder_ / "m.git";
    ASSERT_TRUE(runtime_.complete(transport_.init_bare(mirror)));
    ASSERT_TRUE(runtime_.complete(transport_.fetch(mirror, origin_.url(), {"+refs/heads/main:refs/heads/main"}, 0)));
    origin_.publish({{"a", "2"}});
    git(mirror, {"update-ref", "refs/heads/main", git(mirror, {"commit-tree", "-m", "x", "main^{tree}"})});
    const auto push = [&] {
        return runtime_.complete(transport_.push(mirror, origin_.url(), "refs/heads/main:refs/heads/main"));
    };
    EXPECT_EQ(push().error().code, ErrorCode::conflict);
    ASSERT_TRUE(runtime_.complete(transport_.fetch(mirror, origin_.url(), {"+refs/heads/main:refs/heads/main"}, 0)));
    git(mirror,
        {"update-ref", "refs/heads/main", git(mirror, {"commit-tree", "-m", "x", "-p", "main", "main^{tree}"})});
    test::write(origin_.bare() / "hooks/pre-receive", "#!/bin/sh\necho closed on sundays >&2\nexit 1\n");
    std::filesystem::permissions(origin_.bare() / "hooks/pre-receive", std::filesystem::perms::owner_all);
    const auto refused = push();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("closed on sundays"));
}

}  // namespace
}  // namespace holdfast::git
