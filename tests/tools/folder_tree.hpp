#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "build/source_tree.hpp"
#include "core/hash.hpp"

namespace holdfast::build {

/// A folder of this machine as a source tree: for tests, where the product reads git's objects. A blob's name is its
/// content's hash and where it is found.
class FolderTree : public SourceTree {
  public:
    explicit FolderTree(std::filesystem::path folder) : folder_(std::move(folder)) {}

    Result<std::vector<SourceFile>> list() override {
        std::vector<SourceFile> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
            if (entry.is_directory() && !entry.is_symlink()) continue;
            const auto path = entry.path().lexically_relative(folder_).generic_string();
            const bool executable =
                !entry.is_symlink() &&
                (entry.status().permissions() & std::filesystem::perms::owner_exec) != std::filesystem::perms::none;
            const auto mode = entry.is_symlink() ? symlink_mode : executable ? executable_mode : 0100644;
            files.push_back({path, sha256(content(path)) + ":" + path, mode});
        }
        std::ranges::sort(files, {}, &SourceFile::path);
        return files;
    }

    Result<std::string> read(const std::string& blob, std::size_t limit) override {
        auto text = content(blob.substr(blob.find(':') + 1));
        if (text.size() > limit) return fail(ErrorCode::limit, "the file is too large");
        return text;
    }

  private:
    [[nodiscard]] std::string content(const std::string& path) const {
        const auto file = folder_ / path;
        if (std::filesystem::is_symlink(file)) return std::filesystem::read_symlink(file).string();
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::filesystem::path folder_;
};

}  // namespace holdfast::build
