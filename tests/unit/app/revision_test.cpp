#include "app/revision.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/files.hpp"
#include "temporary_folder.hpp"

namespace holdfast::app {
namespace {

namespace fs = std::filesystem;

class RevisionTest : public testing::Test {
  protected:
    RevisionTest() {
        fs::create_directories(folder.path / "templates" / "swarm");
        write("holdfast.yaml", "apiVersion: holdfast.dev/v1\nkind: Platform\nname: test\n");
    }
    void write(const std::string& path, const std::string& text) const {
        ASSERT_TRUE(write_file(folder.path / path, text));
    }
    [[nodiscard]] manifest::Snapshot read() const { return RevisionReader({}).read_folder(folder.path).value(); }

    const TemporaryFolder folder;
};

TEST_F(RevisionTest, OnlyTheTemplateThatIsUsedIsRead) {
    write("templates/swarm/app.compose.mustache", "{}");
    write("templates/other", "x");
    EXPECT_THAT(read().templates, testing::ElementsAre(testing::Pair("swarm/app.compose.mustache", "{}")));
}

TEST_F(RevisionTest, ATemplateThatCannotBeReadIsNotReplacedByTheShippedOne) {
    EXPECT_TRUE(read().usable) << "none is fine";
    fs::create_symlink("/etc/passwd", folder.path / "templates/swarm/app.compose.mustache");
    const auto snapshot = read();
    EXPECT_FALSE(snapshot.usable);
    EXPECT_FALSE(snapshot.valid());
    EXPECT_TRUE(snapshot.templates.empty());
}

}  // namespace
}  // namespace holdfast::app
