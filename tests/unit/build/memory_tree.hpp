#pragma once

#include <map>
#include <string>
#include <vector>

#include "build/source_tree.hpp"
#include "core/hash.hpp"

namespace holdfast::build {

/// A source tree that a test writes down. A blob's id is its content's hash, as in git.
class MemoryTree : public SourceTree {
  public:
    MemoryTree() = default;
    MemoryTree(std::initializer_list<std::pair<const std::string, std::string>> files) {
        for (const auto& [path, content] : files) add(path, content);
    }

    MemoryTree& add(const std::string& path, const std::string& content, std::uint32_t mode = 0100644) {
        files_[path] = {path, sha256(content), mode};
        blobs_[sha256(content)] = content;
        return *this;
    }

    Result<std::vector<SourceFile>> list() override {
        std::vector<SourceFile> files;
        for (const auto& [path, file] : files_) files.push_back(file);
        return files;
    }

    Result<std::string> read(const std::string& blob, std::size_t limit) override {
        ++reads;
        const auto found = blobs_.find(blob);
        if (found == blobs_.end()) return fail(ErrorCode::not_found, "no such blob");
        if (found->second.size() > limit) return fail(ErrorCode::limit, "the blob is too large");
        return found->second;
    }

    int reads = 0;

  private:
    std::map<std::string, SourceFile> files_;
    std::map<std::string, std::string> blobs_;
};

}  // namespace holdfast::build
