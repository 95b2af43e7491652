#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::app {

/// Reads a regular file of at most `limit` bytes; a symbolic link as its last part is refused.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a file so that a reader, or a crash, sees the old or the new content and nothing between; mode 0600.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view content);

/// A secret's file, without white space at its end; an empty path is an empty secret. A file that others may read is
/// refused.
[[nodiscard]] Result<Secret> read_secret(const std::filesystem::path& path);

}  // namespace holdfast::app
