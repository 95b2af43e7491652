#include "app/files.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.hpp"

namespace holdfast::app {

namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

std::unexpected<Error> failure(std::string_view doing, const std::filesystem::path& path, int error) {
    const auto code = error == ENOENT ? ErrorCode::not_found : error == EACCES ? ErrorCode::denied : ErrorCode::failed;
    return fail(code, fmt::format("can't {} {}: {}", doing, path.string(), std::strerror(error)));
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.get() < 0) return failure("read", path, errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return failure("read", path, errno);
    if (!S_ISREG(info.st_mode)) return fail(ErrorCode::invalid, path.string() + " is not a regular file");
    std::string content;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failure("read", path, errno);
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > limit)
            return fail(ErrorCode::limit, fmt::format("{} is over {} bytes", path.string(), limit));
    }
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
    const auto temporary = path.string() + ".new";
    {
        const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (file.get() < 0) return failure("write", path, errno);
        for (std::string_view rest = content; !rest.empty();) {
            const auto written = ::write(file.get(), rest.data(), rest.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return failure("write", path, errno);
            rest.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file.get()) != 0) return failure("write", path, errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) return failure("write", path, errno);
    return {};
}

Result<Secret> read_secret(const std::filesystem::path& path) {
    if (path.empty()) return Secret{};
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return failure("read", path, errno);
    if ((info.st_mode & (S_IWGRP | S_IRWXO)) != 0)
        return fail(ErrorCode::denied, path.string() + " holds a secret and others may read it: chmod 600 it");
    // A secret mounted by an orchestrator is often a link: the administrator chose this path, so it is followed.
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    if (error) return failure("read", path, error.value());
    auto text = read_file(real, 65536);
    if (!text) return std::unexpected(text.error());
    const auto end = text->find_last_not_of(" \t\r\n");
    return Secret(end == std::string::npos ? std::string() : text->substr(0, end + 1));
}

}  // namespace holdfast::app
