#include "build/recipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_tree.hpp"

namespace holdfast::build {
namespace {

using manifest::Builder;
using manifest::Source;
using testing::HasSubstr;
using testing::Not;

Recipe made(const Source& source, MemoryTree tree, const manifest::Named<std::string>& base_images = {}) {
    auto recipe = recipe_of(source, tree, base_images);
    EXPECT_TRUE(recipe) << recipe.error().message;
    return recipe ? std::move(*recipe) : Recipe{};
}

std::string refusal(const Source& source, MemoryTree tree) {
    const auto recipe = recipe_of(source, tree);
    return recipe ? "made a " + recipe->why : to_string(recipe.error());
}

struct Case {
    std::string name;
    MemoryTree tree;
    Builder builder;
    std::string start;  ///< the last line of the Dockerfile
};

class Detection : public testing::TestWithParam<Case> {};

TEST_P(Detection, GoesByTheFiles) {
    const auto& c = GetParam();
    const auto recipe = made({}, c.tree);
    EXPECT_EQ(recipe.builder, c.builder) << recipe.why;
    EXPECT_THAT(recipe.text, HasSubstr(c.start));
    EXPECT_EQ(recipe.port, 3000);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Detection,
    testing::Values(
        Case{"Dockerfile", {{"Dockerfile", "FROM a"}, {"package.json", "{}"}}, Builder::dockerfile, "FROM a"},
        Case{"Next", {{"package.json", R"({"dependencies": {"next": "15"}})"}}, Builder::nextjs, "exec next start"},
        Case{"NodeStart",
             {{"package.json", R"({"scripts": {"start": "node a.js"}})"}},
             Builder::node,
             R"("node a.js"])"},
        Case{"NodePrestart",
             {{"package.json", R"({"scripts": {"start": "node a.js", "prestart": "x"}})"}},
             Builder::node,
             "exec npm start"},
        Case{"NodeMain",
             {{"package.json", R"({"main": "./it's.js"})"}, {"it's.js", ""}},
             Builder::node,
             R"(exec node './it'\\''s.js')"},
        Case{"NodeServer",
             {{"package.json", R"({"main": "gone.js"})"}, {"server.js", ""}},
             Builder::node,
             "exec node server.js"},
        Case{"BuiltSite",
             {{"package.json", R"({"scripts": {"build": "vite build"}})"}, {"index.html", ""}},
             Builder::static_site,
             "AS build"},
        Case{"PythonRequirements",
             {{"requirements.txt", "flask"}, {"main.py", ""}},
             Builder::python,
             "exec python3 main.py"},
        Case{"PythonApp", {{"app.py", ""}, {"index.html", ""}}, Builder::python, "exec python3 app.py"},
        Case{"Static", {{"index.html", ""}}, Builder::static_site, "COPY source/ /site/"},
        Case{"StaticPublic", {{"public/index.html", ""}}, Builder::static_site, "COPY source/public/ /site/"},
        Case{"StaticDist", {{"dist/index.html", ""}}, Builder::static_site, "COPY source/dist/ /site/"}),
    [](const auto& info) { return info.param.name; });

TEST(Recipe, SaysWhatWasLookedForWhereNothingIsThere) {
    EXPECT_THAT(refusal({}, {{"README.md", ""}}), AllOf(HasSubstr("package.json"), HasSubstr("dist/index.html")));
}

TEST(Recipe, SaysWhatANodeAppLacksToStart) {
    EXPECT_THAT(refusal({}, {{"package.json", "{}"}}), HasSubstr("source.start"));
    EXPECT_THAT(refusal({}, {{"package.json", "{"}}), HasSubstr("package.json: "));
    EXPECT_THAT(refusal({}, {{"requirements.txt", ""}}), HasSubstr("app.py"));
}

TEST(Recipe, RefusesABuilderThatTheFilesDontGoWith) {
    EXPECT_THAT(refusal({.builder = Builder::nextjs}, {{"index.html", ""}}), HasSubstr("needs a package.json"));
    EXPECT_THAT(refusal({.builder = Builder::static_site}, {{"app.py", ""}}), HasSubstr("index.html"));
    EXPECT_THAT(refusal({.builder = Builder::dockerfile}, {{"index.html", ""}}),
                HasSubstr("Dockerfile is no regular file"));
    EXPECT_THAT(refusal({.dockerfile = "../x"}, {{"index.html", ""}}), HasSubstr("below source.path"));
}

TEST(Recipe, TakesTheBuilderThatTheManifestNames) {
    const auto recipe = made({.builder = Builder::static_site}, {{"index.html", ""}, {"Dockerfile", "FROM a"}});
    EXPECT_EQ(recipe.builder, Builder::static_site);
    EXPECT_TRUE(recipe.generated());
}

TEST(Recipe, FindsTheDockerfileThatTheManifestNamesAndItsOwnIgnoreFile) {
    const auto recipe = made({.dockerfile = "./docker/web.Dockerfile", .target = "web"},
                             MemoryTree{{"docker/web.Dockerfile", "FROM a AS web\nEXPOSE 8080\nFROM b"},
                                        {"docker/web.Dockerfile.dockerignore", "secret"},
                                        {".dockerignore", "kept"},
                                        {"kept", ""},
                                        {"secret", ""}});
    EXPECT_EQ(recipe.dockerfile, "docker/web.Dockerfile");
    EXPECT_EQ(recipe.port, 8080);
    EXPECT_NE(find_file(recipe.files, "kept"), nullptr);
    EXPECT_EQ(find_file(recipe.files, "secret"), nullptr);
}

TEST(Recipe, RefusesADockerfileThatIsASymlink) {
    MemoryTree tree;
    tree.add("Dockerfile", "/etc/passwd", symlink_mode);
    EXPECT_THAT(refusal({.builder = Builder::dockerfile}, tree), HasSubstr("no regular file"));
}

TEST(Recipe, RefusesASubmoduleUnlessItIsIgnored) {
    MemoryTree tree{{"Dockerfile", "FROM a"}};
    tree.add("vendor/x", "", submodule_mode);
    EXPECT_THAT(refusal({}, tree), HasSubstr("vendor/x is a submodule"));
    tree.add(".dockerignore", "vendor");
    EXPECT_EQ(made({}, tree).files.size(), 2U);
}

TEST(Recipe, LaysTheManifestsBeforeTheSourcesForItsOwnInstallCommandOnly) {
    const MemoryTree tree{{"package.json", R"({"dependencies": {"a": "1"}, "scripts": {"start": "s"}})"},
                          {"package-lock.json", "{}"}};
    const auto own = made({}, tree).text;
    EXPECT_THAT(own, HasSubstr("COPY source/package.json source/package-lock.json ./\n"
                               R"(RUN ["/bin/sh", "-c", "npm ci --no-audit --no-fund --omit=dev"])"));
    const auto given = made({.install = "make \"deps\"\n&& true"}, tree).text;
    EXPECT_THAT(given, HasSubstr("COPY source/ ./\nRUN [\"/bin/sh\", \"-c\", \"make \\\"deps\\\"\\n&& true\"]"));
}

TEST(Recipe, NeedsNoPackageManagerWhereThereIsNothingToInstall) {
    EXPECT_THAT(made({}, {{"package.json", R"({"scripts": {"start": "s"}})"}}).text, Not(HasSubstr("npm")));
    EXPECT_THAT(made({}, {{"requirements.txt", "# none\n"}, {"app.py", ""}}).text, Not(HasSubstr("pip")));
}

TEST(Recipe, KeepsCommandsOnTheirLine) {
    const auto text = made({.start = "a\nUSER 0"}, {{"index.html", ""}}).text;
    EXPECT_THAT(text, HasSubstr(R"("a\nUSER 0"])"));
    EXPECT_THAT(text, Not(HasSubstr("\nUSER 0\n")));
}

TEST(Recipe, GivesAGeneratedDockerfileTheBaseImageThatItUses) {
    const manifest::Named<std::string> base{{"NODE_IMAGE", "r/node"}, {"STATIC_IMAGE", "r/busybox"}};
    EXPECT_EQ(made({}, {{"index.html", ""}}, base).args, (manifest::Named<std::string>{{"STATIC_IMAGE", "r/busybox"}}));
    EXPECT_EQ(made({.args = {{"STATIC_IMAGE", "mine"}}}, {{"index.html", ""}}, base).args.at("STATIC_IMAGE"), "mine");
    EXPECT_TRUE(made({}, {{"Dockerfile", "ARG STATIC_IMAGE=x\nFROM a"}}, base).args.empty());
}

TEST(Recipe, DeclaresTheArgumentsOfTheManifestAndRefusesWhatIsNoName) {
    EXPECT_THAT(made({.args = {{"API", "x"}}}, {{"app.py", ""}}).text, HasSubstr("\nARG API\n"));
    EXPECT_THAT(refusal({.args = {{"A\nRUN x", "y"}}}, {{"app.py", ""}}), HasSubstr("no name for a build argument"));
}

}  // namespace
}  // namespace holdfast::build
