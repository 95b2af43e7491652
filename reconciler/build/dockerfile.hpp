#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.hpp"
#include "manifest/types.hpp"

namespace holdfast::build {

/// The TCP port that a Dockerfile's last stage (or `target`, by name or number) exposes first: its own EXPOSE, or that
/// of the earlier stage it starts from; ARG and ENV are filled in. What a base image exposes can't be seen here.
/// Reads as https://docs.docker.com/reference/dockerfile/ says: comments, continuations, `# escape=`, here-documents.
[[nodiscard]] std::optional<std::uint16_t> exposed_port(std::string_view dockerfile, std::string_view target,
                                                        const manifest::Named<std::string>& args);

}  // namespace holdfast::build
