#pragma once

#include <string>
#include <string_view>

#include "build/recipe.hpp"
#include "core/ids.hpp"

namespace holdfast::build {

/// SHA-256 over everything that an image follows from: equal keys, equal images. 64 hex digits.
[[nodiscard]] std::string build_key(const Recipe& recipe);

/// `{registry}/{environment}/{app}`
[[nodiscard]] std::string image_repository(std::string_view registry, const AppKey& app);
/// The tag that people see: `{repository}:{commit}`
[[nodiscard]] std::string image_tag(std::string_view registry, const AppKey& app, const CommitId& commit);
/// The tag that an image is found by, so that it isn't built again: `{repository}:key-{first 32 digits of the key}`
[[nodiscard]] std::string key_tag(std::string_view registry, const AppKey& app, std::string_view key);

}  // namespace holdfast::build
