#include "git/notes_tree.hpp"

#include <fmt/format.h>

namespace holdfast::git {

namespace {

constexpr std::size_t entries_limit = 500'000;
constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_hex(std::string_view text) {
    return text.find_first_not_of(hex_digits) == std::string_view::npos;
}

Result<TreeHandle> tree_of(git_commit* commit) {
    TreeHandle tree;
    if (take(tree, git_commit_tree, commit) != 0) return library_failure("read the notes");
    return tree;
}

Result<TreeHandle> tree_at(git_repository* repository, const git_oid& id) {
    TreeHandle tree;
    if (take(tree, git_tree_lookup, repository, &id) != 0) return library_failure("read the notes");
    return tree;
}

/// Each folder adds two digits of forty, so the depth needs no other limit; the number of entries does.
Result<void> collect(git_tree* tree, const std::string& prefix, std::size_t& seen, NoteBlobs& found) {
    const std::size_t count = git_tree_entrycount(tree);
    for (std::size_t i = 0; i < count; ++i) {
        if (++seen > entries_limit) return fail(ErrorCode::limit, fmt::format("more than {} notes", entries_limit));
        const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
        const std::string_view name = git_tree_entry_name(entry);
        if (!is_hex(name)) continue;
        const git_oid& id = *git_tree_entry_id(entry);
        const git_object_t type = git_tree_entry_type(entry);
        if (type == GIT_OBJECT_BLOB && prefix.size() + name.size() == GIT_OID_HEXSZ) {
            found.emplace(prefix + std::string(name), id);
        } else if (type == GIT_OBJECT_TREE && name.size() == 2 && prefix.size() + 2 < GIT_OID_HEXSZ) {
            const auto folder = tree_at(git_tree_owner(tree), id);
            if (!folder) return std::unexpected(folder.error());
            if (auto read = collect(folder->get(), prefix + std::string(name), seen, found); !read) return read;
        }
    }
    return {};
}

}  // namespace

Result<NoteBlobs> all_notes(git_commit* notes) {
    const auto tree = tree_of(notes);
    if (!tree) return std::unexpected(tree.error());
    NoteBlobs found;
    std::size_t seen = 0;
    if (auto read = collect(tree->get(), "", seen, found); !read) return std::unexpected(std::move(read.error()));
    return found;
}

Result<std::optional<git_oid>> find_note(git_commit* notes, const std::string& annotated) {
    auto tree = tree_of(notes);
    std::string rest = annotated;
    while (tree) {
        const git_tree_entry* entry = git_tree_entry_byname(tree->get(), rest.c_str());
        if (entry != nullptr && git_tree_entry_type(entry) == GIT_OBJECT_BLOB) return *git_tree_entry_id(entry);
        entry = git_tree_entry_byname(tree->get(), rest.substr(0, 2).c_str());
        if (entry == nullptr || git_tree_entry_type(entry) != GIT_OBJECT_TREE) return std::nullopt;
        rest.erase(0, 2);
        tree = tree_at(git_tree_owner(tree->get()), *git_tree_entry_id(entry));
    }
    return std::unexpected(tree.error());
}

}  // namespace holdfast::git
