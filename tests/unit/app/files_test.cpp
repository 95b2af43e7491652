#include "app/files.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "app/state_folder.hpp"
#include "temporary_folder.hpp"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

TEST(Files, WhatIsWrittenIsRead) {
    const TemporaryFolder folder;
    ASSERT_TRUE(write_file(folder.path / "a", "text"));
    EXPECT_EQ(read_file(folder.path / "a", 100), "text");
    EXPECT_EQ(fs::status(folder.path / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(Files, LimitsLinksAndFoldersAreRefused) {
    const TemporaryFolder folder;
    ASSERT_TRUE(write_file(folder.path / "a", "0123456789"));
    fs::create_symlink(folder.path / "a", folder.path / "link");
    EXPECT_EQ(read_file(folder.path / "a", 9).error().code, ErrorCode::limit);
    EXPECT_FALSE(read_file(folder.path / "link", 100));
    EXPECT_EQ(read_file(folder.path, 100).error().code, ErrorCode::invalid);
    EXPECT_EQ(read_file(folder.path / "missing", 100).error().code, ErrorCode::not_found);
}

TEST(Files, ASecretThatOthersMayReadIsRefused) {
    const TemporaryFolder folder;
    const auto file = folder.path / "secret";
    std::ofstream(file) << "sesame \n";
    fs::permissions(file, fs::perms::owner_read | fs::perms::others_read);
    const auto refused = read_secret(file);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::denied);
    fs::permissions(file, fs::perms::owner_read);
    ASSERT_TRUE(read_secret(file));
    EXPECT_EQ(read_secret(file)->reveal(), "sesame");
    EXPECT_TRUE(read_secret("")->empty());
}

TEST(StateFolder, OfSomebodyElseIsRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
    const TemporaryFolder folder;
    EXPECT_TRUE(StateFolder::open(folder.path));
    ASSERT_EQ(::chown(folder.path.c_str(), 65534, 65534), 0);
    const auto refused = StateFolder::open(folder.path);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::denied);
}

}  // namespace
}  // namespace holdfast::app
