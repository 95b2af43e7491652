#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "git/repository.hpp"
#include "git/transport.hpp"
#include "net/task.hpp"

namespace holdfast::git {

/// A bare copy of one remote repository that follows one ref: a branch (`refs/heads/main`), a tag or a commit id.
/// Survives anything: a half-written or corrupt copy is thrown away and fetched anew. Loop thread only.
class Mirror {
  public:
    /// `depth` 0 keeps the whole history (the config repository), 1 only the newest commit (an app's source).
    Mirror(std::filesystem::path path, RemoteUrl url, Transport transport, unsigned depth);

    /// What the remote's `ref` stands at, by ls-remote; nothing is fetched. not_found where the ref doesn't exist.
    net::Task<Result<CommitId>> remote(const std::string& ref);
    /// Fetches `ref` (with force: a rewritten branch is followed) and gives the commit it stands at. A commit id as ref
    /// is fetched by id, or, where the server refuses that, found in its branches.
    net::Task<Result<CommitId>> fetch(const std::string& ref);
    /// What the mirror has from the last fetch, without any network.
    [[nodiscard]] Result<CommitId> fetched(const std::string& ref) const;

    /// Writes a note and pushes it: `edit` as in Repository::edit_note, `join` as in merge_notes. On a race with
    /// another writer the remote's notes are fetched and merged and the push tried again, up to five times. Where the
    /// remote refuses notes, the note is kept here and the error says `denied`.
    net::Task<Result<void>> publish_note(std::string ref, CommitId commit,
                                         std::function<std::string(std::optional<std::string>)> edit,
                                         std::function<std::string(std::string, std::string)> join);
    /// Fetches the notes under `ref`; a remote without any is no error.
    net::Task<Result<void>> fetch_notes(std::string ref);

    /// The objects, for reading. Open one for each thread.
    [[nodiscard]] Result<Repository> open() const { return Repository::open(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const RemoteUrl& url() const { return url_; }

  private:
    std::filesystem::path path_;
    RemoteUrl url_;
    Transport transport_;
    unsigned depth_;
};

}  // namespace holdfast::git
