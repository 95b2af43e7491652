#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/settings.hpp"
#include "core/result.hpp"
#include "git/repository.hpp"
#include "manifest/check.hpp"

namespace holdfast::app {

/// A commit of the config repository, read and checked.
struct Revision {
    git::Commit commit;
    std::shared_ptr<const manifest::Snapshot> snapshot;
    bool prune_confirmed = false;  ///< the commit carries the trailer `Holdfast-Prune: confirm`
};

/// Reads revisions. What didn't change since the last one isn't read again. Blocks; one thread at a time.
class RevisionReader {
  public:
    explicit RevisionReader(const Settings& settings);

    [[nodiscard]] Result<Revision> read(const git::Repository& repository, const CommitId& id);
    /// A folder's files as they are, without git: for `holdfast validate DIR`.
    [[nodiscard]] Result<manifest::Snapshot> read_folder(const std::filesystem::path& folder);

  private:
    manifest::CheckOptions options_;
    manifest::Checker checker_;
};

}  // namespace holdfast::app
