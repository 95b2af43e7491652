#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::build {

/// Modes as git stores them.
constexpr std::uint32_t executable_mode = 0100755;
constexpr std::uint32_t symlink_mode = 0120000;
constexpr std::uint32_t submodule_mode = 0160000;

struct SourceFile {
    std::string path;  ///< relative to the source's folder, with `/`
    std::string blob;  ///< names the content: equal blobs, equal bytes
    std::uint32_t mode = 0100644;

    friend bool operator==(const SourceFile&, const SourceFile&) = default;
};

/// One commit's files below a source's folder, wherever they come from. The calls block and come from the pool, one at
/// a time; what is read never changes.
class SourceTree {
  public:
    virtual ~SourceTree() = default;

    /// All files, symlinks and submodules, sorted by path. Too many of them is an error that names the limit.
    virtual Result<std::vector<SourceFile>> list() = 0;
    /// The bytes of a blob of at most `limit` bytes; a larger one is ErrorCode::limit.
    virtual Result<std::string> read(const std::string& blob, std::size_t limit) = 0;
};

/// The regular file at `path` in a sorted listing, or null.
[[nodiscard]] const SourceFile* find_file(const std::vector<SourceFile>& files, std::string_view path);

}  // namespace holdfast::build
