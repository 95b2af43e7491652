#include "app/state_folder.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace holdfast::app {

Result<StateFolder> StateFolder::open(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (!error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
    if (error)
        return fail(ErrorCode::denied,
                    fmt::format("can't use the state folder {}: {}", path.string(), error.message()));
    // Git obeys the configuration that lies in its mirrors: a folder of somebody else's making would give them our
    // powers.
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || info.st_uid != ::geteuid())
        return fail(ErrorCode::denied, fmt::format("the state folder {} belongs to somebody else", path.string()));
    const int lock = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0)
        return fail(ErrorCode::denied,
                    fmt::format("can't use the state folder {}: {}", path.string(), std::strerror(errno)));
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return fail(ErrorCode::conflict,
                    fmt::format("another holdfast uses {}: give each its own --state-dir", path.string()));
    }
    return StateFolder(lock);
}

StateFolder::StateFolder(StateFolder&& other) noexcept : lock_(std::exchange(other.lock_, -1)) {}

StateFolder::~StateFolder() {
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace holdfast::app
