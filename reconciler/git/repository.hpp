#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace holdfast::git {

struct TreeEntry {
    std::string path;        ///< relative to the repository's root
    std::string blob;        ///< object id in hex
    std::uint32_t mode = 0;  ///< 0100644, 0100755, 0120000 (symlink), 0160000 (submodule)
};

struct Commit {
    CommitId id;
    std::string subject;
    std::string message;
    std::string author;
    Time time;
};

/// Reads objects of a repository (bare, or a clone with a work tree) with libgit2: no checkout, so there is no symlink
/// to follow. All calls block; a Repository belongs to one thread at a time.
class Repository {
  public:
    static Result<Repository> open(const std::filesystem::path& path);
    Repository(Repository&&) noexcept;
    Repository& operator=(Repository&&) noexcept;
    ~Repository();

    /// The commit that a ref stands at (annotated tags peeled): a full name, a branch, a tag, HEAD, or a commit's id of
    /// at least 7 digits. not_found where there is none; `failed` where there is one that can't be read.
    [[nodiscard]] Result<CommitId> resolve(const std::string& ref) const;
    [[nodiscard]] Result<Commit> commit(const CommitId& id) const;
    /// All entries below `folder` (empty: the root) that are files, symlinks or submodules, sorted by path. More than
    /// `limit` entries, a path with `..`, or a depth over 64 is an error.
    [[nodiscard]] Result<std::vector<TreeEntry>> tree(const CommitId& commit, std::string_view folder,
                                                      std::size_t limit) const;
    /// The bytes of a blob of at most `limit` bytes.
    [[nodiscard]] Result<std::string> blob(const std::string& id, std::size_t limit) const;
    /// The size of a blob, from its header alone.
    [[nodiscard]] Result<std::uint64_t> blob_size(const std::string& id) const;

    /// The note on `commit` under `ref`, if there is one.
    [[nodiscard]] Result<std::optional<std::string>> note(const std::string& ref, const CommitId& commit) const;
    /// Every note under `ref`: the annotated commit and the text, newest commit first.
    [[nodiscard]] Result<std::vector<std::pair<CommitId, std::string>>> notes(const std::string& ref) const;
    /// Sets the note on `commit` to `edit(what is there)`, atomically against other writers of the same repository: on
    /// a race it reads again and edits again. The signature is `author <email>`.
    [[nodiscard]] Result<void> edit_note(const std::string& ref, const CommitId& commit, std::string_view author,
                                         std::string_view email,
                                         const std::function<std::string(std::optional<std::string>)>& edit) const;
    /// Merges the notes of `theirs` into `ours` (both refs here): notes that only one side has are kept, where both
    /// changed the same note `join(ours, theirs)` decides; where `join` is empty that is an error (conflict), and
    /// nothing is written.
    [[nodiscard]] Result<void> merge_notes(const std::string& ours, const std::string& theirs, std::string_view author,
                                           std::string_view email,
                                           const std::function<std::string(std::string, std::string)>& join) const;

  private:
    struct State;
    explicit Repository(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace holdfast::git
