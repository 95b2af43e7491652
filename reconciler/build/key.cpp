#include "build/key.hpp"

#include "core/hash.hpp"

namespace holdfast::build {

namespace {

/// Changes when the same recipe comes to stand for another image.
constexpr std::string_view key_version = "holdfast build 2";
constexpr std::size_t tag_digits = 32;

}  // namespace

std::string build_key(const Recipe& recipe) {
    Sha256 hash;
    hash.field(key_version);
    hash.field(recipe.dockerfile);
    hash.field(recipe.text);
    hash.field(recipe.prefix);
    hash.field(recipe.target);
    hash.field(std::to_string(recipe.args.size()));
    for (const auto& [name, value] : recipe.args) {
        hash.field(name);
        hash.field(value);
    }
    for (const auto& file : recipe.watched ? *recipe.watched : recipe.files) {
        hash.field(file.path);
        hash.field(file.blob);
        hash.field(std::to_string(file.mode));
    }
    return hash.finish();
}

std::string image_repository(std::string_view registry, const AppKey& app) {
    return fmt::format("{}/{}", registry, app.str());
}

std::string image_tag(std::string_view registry, const AppKey& app, const CommitId& commit) {
    return fmt::format("{}:{}", image_repository(registry, app), commit.str());
}

std::string key_tag(std::string_view registry, const AppKey& app, std::string_view key) {
    return fmt::format("{}:key-{}", image_repository(registry, app), key.substr(0, tag_digits));
}

}  // namespace holdfast::build
