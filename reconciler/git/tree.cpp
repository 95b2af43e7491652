#include <algorithm>
#include <fmt/format.h>

#include "core/text.hpp"
#include "git/libgit2.hpp"
#include "git/repository.hpp"

namespace holdfast::git {

namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t path_limit = 4096;
constexpr std::size_t tree_limit = std::size_t{32} << 20U;  // of one folder's own object

struct Level {
    TreeHandle tree;
    std::size_t next = 0;    ///< index of the entry that comes next
    std::size_t prefix = 0;  ///< length of this folder's path, with its slash
};

std::unexpected<Error> unreadable(const git_oid& id) {
    return library_failure("read tree " + hex_of(id));
}

/// Walks a tree without recursion: its shape is chosen by whoever may push, and a few objects can stand for billions of
/// paths, so folders are counted like files.
class Walk {
  public:
    Walk(git_repository* repository, std::size_t limit) : repository_(repository), limit_(limit) {}

    /// `folder` is where `start` lies, without slashes at its ends.
    Result<std::vector<TreeEntry>> run(TreeHandle start, const std::string& folder) {
        path_ = folder.empty() ? "" : folder + "/";
        levels_.push_back({std::move(start), 0, path_.size()});
        while (!levels_.empty()) {
            Level& level = levels_.back();
            if (level.next == git_tree_entrycount(level.tree.get())) {
                levels_.pop_back();
                continue;
            }
            path_.resize(level.prefix);
            const git_tree_entry* entry = git_tree_entry_byindex(level.tree.get(), level.next++);
            if (auto added = visit(*entry); !added) return std::unexpected(std::move(added.error()));
        }
        // Git writes trees in this order; one made by hand needn't be.
        std::ranges::sort(found_, {}, &TreeEntry::path);
        return std::move(found_);
    }

  private:
    Result<void> visit(const git_tree_entry& entry) {
        const std::string_view name = git_tree_entry_name(&entry);
        path_ += name;
        if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos)
            return fail(ErrorCode::invalid, fmt::format("the path {} is not allowed", printable(path_, 200)));
        if (path_.size() > path_limit)
            return fail(ErrorCode::limit,
                        fmt::format("the path {} is longer than {} bytes", printable(path_, 60), path_limit));
        const git_oid& id = *git_tree_entry_id(&entry);
        if (git_tree_entry_type(&entry) == GIT_OBJECT_TREE) return enter(id);
        if (found_.size() == limit_) return fail(ErrorCode::limit, fmt::format("more than {} files", limit_));
        found_.push_back({path_, hex_of(id), static_cast<std::uint32_t>(git_tree_entry_filemode(&entry))});
        return {};
    }

    Result<void> enter(const git_oid& id) {
        if (levels_.size() == depth_limit)
            return fail(ErrorCode::limit,
                        fmt::format("folders are nested deeper than {}: {}", depth_limit, printable(path_, 200)));
        if (++folders_ > limit_) return fail(ErrorCode::limit, fmt::format("more than {} folders", limit_));
        if (auto checked = check_size(repository_, id, tree_limit); !checked)
            return fail(checked.error(), "folder " + printable(path_, 200));
        TreeHandle tree;
        if (take(tree, git_tree_lookup, repository_, &id) != 0) return unreadable(id);
        path_ += '/';
        levels_.push_back({std::move(tree), 0, path_.size()});
        return {};
    }

    git_repository* repository_;
    std::size_t limit_;
    std::size_t folders_ = 0;
    std::string path_;
    std::vector<Level> levels_;
    std::vector<TreeEntry> found_;
};

std::string without_outer_slashes(std::string_view path) {
    const auto begin = std::min(path.find_first_not_of('/'), path.size());
    return std::string(path.substr(begin, path.find_last_not_of('/') + 1 - begin));
}

Result<TreeHandle> subtree(git_repository* repository, TreeHandle root, const std::string& folder) {
    if (folder.empty()) return root;
    Handle<git_tree_entry, git_tree_entry_free> entry;
    const int code = take(entry, git_tree_entry_bypath, root.get(), folder.c_str());
    if (code == GIT_ENOTFOUND || (code == 0 && git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE))
        return fail(ErrorCode::not_found, fmt::format("there is no folder {}", printable(folder, 200)));
    if (code != 0) return library_failure("read " + folder);
    TreeHandle tree;
    const git_oid& id = *git_tree_entry_id(entry.get());
    if (take(tree, git_tree_lookup, repository, &id) != 0) return unreadable(id);
    return tree;
}

}  // namespace

Result<std::vector<TreeEntry>> Repository::tree(const CommitId& commit, std::string_view folder,
                                                std::size_t limit) const {
    git_repository* const repository = state_->handle.get();
    const git_oid oid = oid_of(commit);
    CommitHandle handle;
    const int code = take(handle, git_commit_lookup, repository, &oid);
    if (code != 0) return lookup_failure(code, "read commit " + commit.str());
    TreeHandle root;
    if (take(root, git_commit_tree, handle.get()) != 0) return unreadable(*git_commit_tree_id(handle.get()));
    const std::string path = without_outer_slashes(folder);
    auto start = subtree(repository, std::move(root), path);
    if (!start) return std::unexpected(std::move(start.error()));
    return Walk(repository, limit).run(std::move(*start), path);
}

}  // namespace holdfast::git
