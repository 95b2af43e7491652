#pragma once

#include <filesystem>
#include <optional>

/// Private to git/.
namespace holdfast::git {

/// Says that this process alone uses a folder: an flock on a file beside it, so that it ends with the process however
/// that ends.
class FolderLock {
  public:
    /// Nothing where another process holds it, or the file can't be made.
    static std::optional<FolderLock> take(const std::filesystem::path& folder);

    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;
    ~FolderLock();

  private:
    explicit FolderLock(int file) : file_(file) {}
    int file_;
};

/// Removes what killed git processes leave in a bare repository: lock files, which would stop every later one, and
/// half-written packs. Only for a folder that nobody else uses.
void remove_leftovers(const std::filesystem::path& repository);

}  // namespace holdfast::git
