#include "build/context.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_tree.hpp"

namespace holdfast::build {
namespace {

using testing::HasSubstr;

Result<std::string> tar_of(const MemoryTree& tree, std::size_t* largest = nullptr) {
    auto shared = std::make_shared<MemoryTree>(tree);
    auto recipe = recipe_of({}, *shared);
    if (!recipe) return std::unexpected(recipe.error());
    ContextTar tar(std::make_shared<const Recipe>(std::move(*recipe)), shared);
    std::string all;
    while (true) {
        const auto piece = tar.next();
        if (!piece) return piece;
        if (piece->empty()) return all;
        if (largest != nullptr) *largest = std::max(*largest, piece->size());
        all += *piece;
    }
}

struct Read {
    std::string content;
    std::string link;
    unsigned mode = 0;
    std::int64_t owner = 0, group = 0, time = 0;
};

std::map<std::string, Read> entries_of(const std::string& tar) {
    std::map<std::string, Read> entries;
    const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(), &archive_read_free);
    archive_read_support_format_tar(reader.get());
    EXPECT_EQ(archive_read_open_memory(reader.get(), tar.data(), tar.size()), ARCHIVE_OK);
    archive_entry* entry = nullptr;
    while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
        auto& read = entries[archive_entry_pathname(entry)];
        read.mode = archive_entry_mode(entry);
        read.owner = archive_entry_uid(entry);
        read.group = archive_entry_gid(entry);
        read.time = archive_entry_mtime(entry);
        if (const char* link = archive_entry_symlink(entry)) read.link = link;
        read.content.resize(static_cast<std::size_t>(archive_entry_size(entry)));
        archive_read_data(reader.get(), read.content.data(), read.content.size());
    }
    return entries;
}

TEST(ContextTar, HoldsTheFilesWithTheirModesAndNobodysName) {
    MemoryTree tree{{"Dockerfile", "FROM a"}, {"src/a.txt", "text"}, {"empty", ""}};
    tree.add("run", "#!", executable_mode);
    const auto tar = tar_of(tree);
    ASSERT_TRUE(tar) << tar.error().message;
    const auto entries = entries_of(*tar);
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries.at("src/a.txt").content, "text");
    EXPECT_EQ(entries.at("empty").content, "");
    EXPECT_EQ(entries.at("src/a.txt").mode, 0100644U);
    EXPECT_EQ(entries.at("run").mode, 0100755U);
    EXPECT_EQ(entries.at("run").owner + entries.at("run").group + entries.at("run").time, 0);
}

TEST(ContextTar, IsTheSameBytesEachTime) {
    const MemoryTree tree{{"Dockerfile", "FROM a"}, {"a", "text"}};
    EXPECT_EQ(tar_of(tree), tar_of(tree));
}

TEST(ContextTar, KeepsAGeneratedDockerfileApartFromTheSource) {
    const auto tar = tar_of({{"index.html", "<p>"}, {"css/a.css", ""}});
    ASSERT_TRUE(tar);
    const auto entries = entries_of(*tar);
    EXPECT_EQ(entries.size(), 3U);
    EXPECT_THAT(entries.at(".holdfast.Dockerfile").content, HasSubstr("COPY source/ /site/"));
    EXPECT_EQ(entries.at("source/index.html").content, "<p>");
    EXPECT_EQ(entries.count("source/css/a.css"), 1U);
}

TEST(ContextTar, TakesNamesOfAnyLengthAndAnyBytes) {
    const auto longest = std::string(200, 'd') + "/" + std::string(200, 'f');
    const auto tar = tar_of({{"Dockerfile", "FROM a"}, {longest, "1"}, {"na\xC3\xAFve", "2"}, {"\xFF", "3"}});
    ASSERT_TRUE(tar) << tar.error().message;
    const auto entries = entries_of(*tar);
    EXPECT_EQ(entries.at(longest).content, "1");
    EXPECT_EQ(entries.at("na\xC3\xAFve").content, "2");
    EXPECT_EQ(entries.at("\xFF").content, "3");
}

TEST(ContextTar, GivesALargeFileInPieces) {
    MemoryTree tree{{"Dockerfile", "FROM a"}};
    tree.add("big", std::string(5'000'001, 'x'));
    std::size_t largest = 0;
    const auto tar = tar_of(tree, &largest);
    ASSERT_TRUE(tar);
    EXPECT_LT(largest, std::size_t{600} << 10U);
    EXPECT_EQ(entries_of(*tar).at("big").content.size(), 5'000'001U);
}

TEST(ContextTar, StoresASymlinkThatStaysInsideAsOne) {
    MemoryTree tree{{"Dockerfile", "FROM a"}, {"a/b", ""}};
    tree.add("a/link", "../a/./b", symlink_mode);
    tree.add("top", "a", symlink_mode);
    const auto tar = tar_of(tree);
    ASSERT_TRUE(tar) << tar.error().message;
    EXPECT_EQ(entries_of(*tar).at("a/link").link, "../a/./b");
    EXPECT_EQ(entries_of(*tar).at("top").link, "a");
}

TEST(ContextTar, RefusesASymlinkThatCouldLeadOut) {
    for (const auto* link : {"/etc/passwd", "../x", "a/../../x", "..", "a/..", ""}) {
        MemoryTree tree{{"Dockerfile", "FROM a"}};
        tree.add("link", link, symlink_mode);
        const auto tar = tar_of(tree);
        ASSERT_FALSE(tar) << link;
        EXPECT_THAT(tar.error().message, HasSubstr("link is a symlink to"));
    }
}

}  // namespace
}  // namespace holdfast::build
