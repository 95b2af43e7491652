#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "git/repository.hpp"
#include "git/transport.hpp"
#include "net/task.hpp"

namespace holdfast::git {

/// A bare copy of one remote repository that follows one ref: a branch (`refs/heads/main`), a tag or a commit id.
/// Survives anything: a half-written or corrupt copy is thrown away and fetched anew, and what killed processes left is
/// cleared up. One call at a time; loop thread only.
class Mirror {
  public:
    /// `depth` 0 keeps the whole history (the config repository), 1 only the newest commit (an app's source).
    Mirror(std::filesystem::path path, RemoteUrl url, Transport transport, unsigned depth);
    Mirror(Mirror&&) noexcept;
    Mirror& operator=(Mirror&&) noexcept;
    ~Mirror();

    /// What the remote's `ref` stands at, by ls-remote; nothing is fetched. not_found where the ref doesn't exist. A
    /// commit id stands at itself, without asking.
    net::Task<Result<CommitId>> remote(std::string ref);
    /// Fetches `ref` (with force: a rewritten branch is followed) and gives the commit it stands at. A commit id as ref
    /// is fetched by id, or, where the server refuses that, found in its branches; one that is here isn't fetched
    /// again.
    net::Task<Result<CommitId>> fetch(std::string ref);
    /// What the mirror has from the last fetch, without any network.
    [[nodiscard]] Result<CommitId> fetched(const std::string& ref) const;

    /// Writes a note and pushes it: `edit` as in Repository::edit_note, `join` as in merge_notes. On a race with
    /// another writer the remote's notes are fetched and merged and the push tried again, up to five times. Where the
    /// remote refuses notes, the note is kept here and the error says `denied`; after any error, what was kept goes
    /// with the next push.
    net::Task<Result<void>> publish_note(std::string ref, CommitId commit,
                                         std::function<std::string(std::optional<std::string>)> edit,
                                         std::function<std::string(std::string, std::string)> join);
    /// Fetches the notes under `ref`; a remote without any is no error. A note that was changed both here and there is
    /// left to the next publish_note, which knows how to join them.
    net::Task<Result<void>> fetch_notes(std::string ref);

    /// Throws the copy away, for who met an object in it that can't be read; the next fetch makes a new one. conflict
    /// where another process uses it.
    Result<void> discard();

    /// The objects, for reading. Open one for each thread.
    [[nodiscard]] Result<Repository> open() const;
    [[nodiscard]] const std::filesystem::path& path() const;
    [[nodiscard]] const RemoteUrl& url() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace holdfast::git
