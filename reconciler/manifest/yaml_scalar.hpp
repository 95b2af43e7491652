#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::manifest {

/// What an unquoted scalar stands for in the core schema of YAML 1.2 (section 10.3.2). Fails for `.inf` and `.nan`,
/// which JSON doesn't have.
[[nodiscard]] Result<json::value> plain_scalar(std::string_view text);

/// A scalar with a tag such as `!!str`, as yaml-cpp spells it (`tag:yaml.org,2002:str`).
[[nodiscard]] Result<json::value> tagged_scalar(std::string_view tag, std::string_view text);

/// Whether some reader of YAML 1.1 or 1.2 takes this unquoted text for a number, a date, a truth value or nothing.
[[nodiscard]] bool reads_as_other_type(std::string_view text);

/// The first byte at which `text` isn't printable UTF-8 as YAML 1.2 (section 5.1) wants it, and why.
struct TextProblem {
    std::size_t offset = 0;
    std::string message;
};
[[nodiscard]] std::optional<TextProblem> text_problem(std::string_view text);

}  // namespace holdfast::manifest
