#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "build/key_cache.hpp"
#include "build/log_store.hpp"

namespace holdfast::build {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;

class Folder : public testing::Test {
  protected:
    Folder() {
        std::string name = (fs::temp_directory_path() / "holdfast-build-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() override { fs::remove_all(path_); }

    fs::path path_;
};

using LogStoreTest = Folder;
using KeyCacheTest = Folder;

Digest digest(char c) {
    return Digest::parse("sha256:" + std::string(64, c)).value();
}

TEST_F(LogStoreTest, CanBeReadWhileItIsWritten) {
    const LogStore store(path_ / "builds", 5);
    auto log = store.open("default.blog.1a2b");
    ASSERT_TRUE(log) << log.error().message;
    log->append("one\n");
    EXPECT_EQ(store.read("default.blog.1a2b"), "one\n");
    log->append("two\n");
    EXPECT_EQ(store.read("default.blog.1a2b"), "one\ntwo\n");
}

TEST_F(LogStoreTest, LeavesOutColoursAndControlCharacters) {
    const LogStore store(path_, 5);
    auto log = store.open("a");
    log->append("\x1b[1;31mred\x1b[0m\tx\r10%\r\n\a\x1b]\n");
    log->append(
        "\xc2\x9b"
        "2J\x7f"
        "caf\xc3\xa9 \xc2\xa9\n");
    EXPECT_EQ(store.read("a"), "red\tx\n10%\n]\n2Jcaf\xc3\xa9 \xc2\xa9\n");
}

TEST_F(LogStoreTest, EndsAtItsLimit) {
    const LogStore store(path_, 5);
    auto log = store.open("a");
    for (int i = 0; i < 6; ++i) log->append(std::string(std::size_t{1} << 20U, 'x'));
    const auto text = store.read("a");
    ASSERT_TRUE(text);
    EXPECT_LT(text->size(), (std::size_t{4} << 20U) + 100);
    EXPECT_THAT(text->substr(text->size() - 50), EndsWith("it has reached 4 MiB]\n"));
}

TEST_F(LogStoreTest, KeepsTheNewest) {
    const LogStore store(path_, 2);
    for (const auto* id : {"a", "b", "c"}) {
        store.open(id)->append(id);
        const auto hour = std::chrono::hours(id[0] - 'z');
        fs::last_write_time(path_ / (std::string(id) + ".log"), fs::file_time_type::clock::now() + hour);
    }
    EXPECT_FALSE(store.read("a"));
    EXPECT_EQ(store.read("b"), "b");
    EXPECT_EQ(store.read("c"), "c");
}

TEST_F(LogStoreTest, StartsAnewWithoutDisturbingWhoWritesTheOldOne) {
    const LogStore store(path_, 5);
    auto old = store.open("a");
    auto log = store.open("a");
    old->append("late\n");
    log->append("new\n");
    EXPECT_EQ(store.read("a"), "new\n");
}

TEST_F(LogStoreTest, ReadsNothingButLogs) {
    const LogStore store(path_ / "builds", 5);
    std::ofstream(path_ / "secret.log") << "x";
    for (const auto* id : {"../secret", "/etc/passwd", "", ".", "..", "A", "a b", "none"})
        EXPECT_EQ(store.read(id).error().code, ErrorCode::not_found) << id;
    fs::create_directories(path_ / "builds");
    fs::create_symlink(path_ / "secret.log", path_ / "builds" / "link.log");
    EXPECT_FALSE(store.read("link"));
}

TEST_F(KeyCacheTest, RemembersOverARestart) {
    KeyCache(path_ / "state" / "keys.json").set("r/default/a:key-1", digest('1'));
    const KeyCache again(path_ / "state" / "keys.json");
    EXPECT_EQ(again.find("r/default/a:key-1"), digest('1'));
    EXPECT_EQ(again.find("r/default/a:key-2"), std::nullopt);
}

TEST_F(KeyCacheTest, TakesADamagedFileForNone) {
    for (const auto* text : {"", "{", "[[1,2]]", "[[\"a\",\"b\"]]", "{\"a\":1}", "[[\"a\"]]"}) {
        std::ofstream(path_ / "keys.json") << text;
        EXPECT_EQ(KeyCache(path_ / "keys.json").find("a"), std::nullopt) << text;
    }
}

TEST_F(KeyCacheTest, ForgetsOneRepository) {
    KeyCache cache(path_ / "keys.json");
    cache.set("r/default/a:key-1", digest('1'));
    cache.set("r/default/ab:key-1", digest('2'));
    cache.forget("r/default/a");
    EXPECT_EQ(KeyCache(path_ / "keys.json").find("r/default/a:key-1"), std::nullopt);
    EXPECT_EQ(KeyCache(path_ / "keys.json").find("r/default/ab:key-1"), digest('2'));
}

}  // namespace
}  // namespace holdfast::build
