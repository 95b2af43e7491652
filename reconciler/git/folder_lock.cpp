#include "git/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace holdfast::git {

namespace fs = std::filesystem;

std::optional<FolderLock> FolderLock::take(const fs::path& folder) {
    const int file = ::open((folder.native() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return std::nullopt;
    FolderLock lock(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) return std::nullopt;
    return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

FolderLock::~FolderLock() {
    if (file_ >= 0) ::close(file_);
}

namespace {

void remove_files(const auto& files, auto is_leftover) {
    std::error_code error;
    for (auto at = fs::begin(files); at != fs::end(files); at.increment(error)) {
        if (error) return;
        std::error_code ignored;
        if (is_leftover(at->path())) fs::remove(at->path(), ignored);
    }
}

bool is_lock(const fs::path& path) {
    return path.extension() == ".lock";
}
bool is_half_written(const fs::path& path) {
    return path.filename().native().starts_with("tmp_") || is_lock(path);
}

}  // namespace

void remove_leftovers(const fs::path& repository) {
    std::error_code error;
    remove_files(fs::directory_iterator(repository, error), is_lock);
    remove_files(fs::recursive_directory_iterator(repository / "refs", error), is_lock);
    remove_files(fs::directory_iterator(repository / "objects" / "pack", error), is_half_written);
    remove_files(fs::directory_iterator(repository / "objects" / "info", error), is_lock);
}

}  // namespace holdfast::git
