#include "build/recipe.hpp"

#include <filesystem>

#include "build/dockerfile.hpp"
#include "build/generate.hpp"
#include "build/glob.hpp"
#include "build/ignore.hpp"
#include "core/text.hpp"

namespace holdfast::build {

namespace {

using Files = std::vector<SourceFile>;
using manifest::Builder;

constexpr std::size_t file_limit = 100'000;
constexpr std::size_t text_limit = std::size_t{1} << 20U;
constexpr std::uint16_t default_port = 3000;
constexpr std::uint64_t watch_steps_limit = 100'000'000;
constexpr std::string_view generated_name = ".holdfast.Dockerfile";

/// The path of the source's own Dockerfile, or empty where one is to be made.
Result<std::string> own_dockerfile(const manifest::Source& source, const Files& files) {
    if (source.builder != Builder::automatic && source.builder != Builder::dockerfile) return std::string();
    const bool named = !source.dockerfile.empty();
    auto path = std::filesystem::path(named ? source.dockerfile : "Dockerfile").lexically_normal().generic_string();
    if (find_file(files, path) != nullptr) return path;
    if (!named && source.builder == Builder::automatic) return std::string();
    return fail(
        ErrorCode::invalid,
        fmt::format("{} is no regular file of the source; it is looked for below source.path", printable(path)));
}

Result<IgnoreRules> ignore_rules(const Files& files, const std::string& dockerfile, SourceTree& tree) {
    const auto* file = dockerfile.empty() ? nullptr : find_file(files, dockerfile + ".dockerignore");
    if (file == nullptr) file = find_file(files, ".dockerignore");
    if (file == nullptr) return IgnoreRules{};
    const auto text = tree.read(file->blob, text_limit);
    if (!text) return fail(text.error(), ".dockerignore");
    return IgnoreRules::parse(*text);
}

Result<void> refuse_submodules(const Files& files) {
    const auto found = std::ranges::find(files, submodule_mode, &SourceFile::mode);
    if (found == files.end()) return {};
    return fail(ErrorCode::invalid,
                fmt::format("{} is a submodule, and those aren't fetched; leave it out by .dockerignore, or take its "
                            "files into the repository",
                            printable(found->path)));
}

Result<Files> context_files(Files files, const std::string& dockerfile, SourceTree& tree) {
    if (files.size() > file_limit)
        return fail(ErrorCode::limit,
                    fmt::format("a source has at most {} files; this one has {}", file_limit, files.size()));
    const auto rules = ignore_rules(files, dockerfile, tree);
    if (!rules) return std::unexpected(rules.error());
    auto left = without_ignored(std::move(files), *rules, dockerfile);
    if (!left) return left;
    if (auto refused = refuse_submodules(*left); !refused) return std::unexpected(refused.error());
    return left;
}

Result<void> take_own(Recipe& recipe, const manifest::Source& source, SourceTree& tree) {
    auto text = tree.read(find_file(recipe.files, recipe.dockerfile)->blob, text_limit);
    if (!text) return fail(text.error(), recipe.dockerfile);
    recipe.why = fmt::format("there is a {}", printable(recipe.dockerfile));
    recipe.text = std::move(*text);
    recipe.args = source.args;
    recipe.port = exposed_port(recipe.text, source.target, source.args).value_or(default_port);
    return {};
}

Result<void> take_generated(Recipe& recipe, const manifest::Source& source, SourceTree& tree,
                            const manifest::Named<std::string>& base_images) {
    auto generated = generate_dockerfile(source, recipe.files, tree);
    if (!generated) return std::unexpected(generated.error());
    recipe.builder = generated->builder;
    recipe.why = std::move(generated->why);
    recipe.text = std::move(generated->text);
    recipe.dockerfile = generated_name;
    recipe.prefix = generated_source_folder;
    recipe.port = generated_port;
    recipe.args = source.args;
    for (const auto& [name, image] : base_images)
        if (recipe.text.find(fmt::format("ARG {}=", name)) != std::string::npos) recipe.args.emplace(name, image);
    return {};
}

/// The files that one of the globs matches, or lies in a folder that one matches.
Result<Files> watched_files(const Files& files, const std::vector<std::string>& patterns) {
    std::vector<Glob> globs;
    for (const auto& pattern : patterns) {
        auto glob = Glob::parse(pattern);
        if (!glob) return fail(glob.error(), "source.watch");
        globs.push_back(std::move(*glob));
    }
    Files watched;
    std::uint64_t steps = 0;
    for (const auto& file : files) {
        if (std::ranges::any_of(globs, [&](const Glob& glob) { return glob.covers(file.path, steps); }))
            watched.push_back(file);
        if (steps > watch_steps_limit)
            return fail(ErrorCode::limit, "the globs of source.watch take too long to match");
    }
    return watched;
}

}  // namespace

Result<Recipe> recipe_of(const manifest::Source& source, SourceTree& tree,
                         const manifest::Named<std::string>& base_images) {
    auto files = tree.list();
    if (!files) return std::unexpected(files.error());
    auto dockerfile = own_dockerfile(source, *files);
    if (!dockerfile) return std::unexpected(dockerfile.error());

    Recipe recipe{.dockerfile = std::move(*dockerfile), .target = source.target};
    auto left = context_files(std::move(*files), recipe.dockerfile, tree);
    if (!left) return std::unexpected(left.error());
    recipe.files = std::move(*left);

    if (!source.watch.empty()) {
        auto watched = watched_files(recipe.files, source.watch);
        if (!watched) return std::unexpected(watched.error());
        recipe.watched = std::move(*watched);
    }

    const auto taken =
        recipe.dockerfile.empty() ? take_generated(recipe, source, tree, base_images) : take_own(recipe, source, tree);
    if (!taken) return std::unexpected(taken.error());
    return recipe;
}

}  // namespace holdfast::build
