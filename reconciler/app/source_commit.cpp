#include "app/source_commit.hpp"

namespace holdfast::app {

namespace {

constexpr std::size_t files_limit = 100'000;

}  // namespace

Result<std::vector<build::SourceFile>> SourceCommit::list() {
    auto entries = repository_.tree(commit_, folder_, files_limit);
    if (!entries) return std::unexpected(entries.error());
    const std::size_t prefix = folder_.empty() ? 0 : folder_.size() + 1;
    std::vector<build::SourceFile> files;
    files.reserve(entries->size());
    for (auto& entry : *entries) files.push_back({entry.path.substr(prefix), std::move(entry.blob), entry.mode});
    return files;
}

Result<std::string> SourceCommit::read(const std::string& blob, std::size_t limit) {
    return repository_.blob(blob, limit);
}

}  // namespace holdfast::app
