#include "build/source_tree.hpp"

namespace holdfast::build {

const SourceFile* find_file(const std::vector<SourceFile>& files, std::string_view path) {
    const auto at = std::ranges::lower_bound(files, path, {}, &SourceFile::path);
    const bool regular =
        at != files.end() && at->path == path && at->mode != symlink_mode && at->mode != submodule_mode;
    return regular ? &*at : nullptr;
}

}  // namespace holdfast::build
