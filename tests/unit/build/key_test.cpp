#include "build/key.hpp"

#include <gtest/gtest.h>

#include "memory_tree.hpp"

namespace holdfast::build {
namespace {

std::string key_of(MemoryTree tree, const manifest::Source& source = {},
                   const manifest::Named<std::string>& base_images = {}) {
    const auto recipe = recipe_of(source, tree, base_images);
    return recipe ? build_key(*recipe) : recipe.error().message;
}

const MemoryTree plain{{"Dockerfile", "FROM a"}, {"a", "1"}, {"b", "2"}};

TEST(BuildKey, IsTheSameForTheSameInput) {
    EXPECT_EQ(key_of(plain), key_of(plain));
    EXPECT_EQ(key_of(plain).size(), 64U);
}

TEST(BuildKey, DoesNotDependOnHowTheImageIsNamedOrTried) {
    EXPECT_EQ(key_of(plain), key_of(plain, {.repo = "r", .ref = "x", .timeout = std::chrono::hours{1}}));
}

TEST(BuildKey, ChangesWithEverythingThatTheImageFollowsFrom) {
    const auto changed = [](auto change) {
        auto tree = plain;
        change(tree);
        return key_of(tree);
    };
    const std::vector<std::string> keys{
        key_of(plain),
        changed([](auto& tree) { tree.add("a", "other"); }),
        changed([](auto& tree) { tree.add("a", "1", executable_mode); }),
        changed([](auto& tree) { tree.add("c", "1"); }),
        changed([](auto& tree) { tree.add("Dockerfile", "FROM b"); }),
        key_of(plain, {.target = "t"}),
        key_of(plain, {.args = {{"A", "1"}}}),
        key_of(plain, {.args = {{"A", "2"}}}),
        key_of({{"index.html", ""}}),
        key_of({{"index.html", ""}}, {}, {{"STATIC_IMAGE", "other"}}),
    };
    EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), keys.size());
}

TEST(BuildKey, CoversOnlyWhatIsWatched) {
    const MemoryTree tree{{"Dockerfile", "FROM a"}, {"docs/a.md", "1"}, {"src/a.js", "1"}, {"src/deep/b.js", "1"}};
    const manifest::Source watching{.watch = {"src/**"}};
    const auto with = [&](const std::string& path, const std::string& text) {
        auto changed = tree;
        changed.add(path, text);
        return key_of(changed, watching);
    };
    EXPECT_EQ(with("docs/a.md", "2"), key_of(tree, watching));
    EXPECT_NE(with("src/deep/b.js", "2"), key_of(tree, watching));
    EXPECT_NE(with("Dockerfile", "FROM b"), key_of(tree, watching)) << "the Dockerfile always counts";
}

TEST(BuildKey, IgnoresWhatTheContextLeavesOut) {
    auto tree = plain;
    tree.add(".dockerignore", "docs");
    auto other = tree;
    other.add("docs/new.md", "text");
    EXPECT_EQ(key_of(tree), key_of(other));
}

TEST(ImageTag, NamesAppCommitAndKey) {
    const AppKey app{"default", "blog"};
    const auto commit = CommitId::parse(std::string(40, 'a'));
    ASSERT_TRUE(commit);
    EXPECT_EQ(image_tag("localhost:5000", app, *commit), "localhost:5000/default/blog:" + std::string(40, 'a'));
    EXPECT_EQ(key_tag("r", app, std::string(64, 'b')), "r/default/blog:key-" + std::string(32, 'b'));
}

}  // namespace
}  // namespace holdfast::build
