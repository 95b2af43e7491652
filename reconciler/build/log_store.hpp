#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::build {

/// One build's log while it is written. Control characters and colours are left out, and after 4 MiB everything.
class BuildLog {
  public:
    BuildLog() = default;  ///< takes everything and keeps nothing
    BuildLog(BuildLog&& other) noexcept;
    BuildLog& operator=(BuildLog&& other) noexcept;
    ~BuildLog();

    /// Writes at once, so that it can be read while the build goes on. A full disk loses lines, not the build.
    void append(std::string_view text);

  private:
    friend class LogStore;
    explicit BuildLog(int descriptor) : descriptor_(descriptor) {}

    int descriptor_ = -1;
    std::size_t written_ = 0;
};

/// The logs of the newest builds, a file each.
class LogStore {
  public:
    LogStore(std::filesystem::path folder, std::size_t kept) : folder_(std::move(folder)), kept_(kept) {}

    void set_kept(std::size_t kept) { kept_ = kept; }
    /// Starts a log, in place of an older one of the same id, and removes the oldest over the number that is kept.
    [[nodiscard]] Result<BuildLog> open(std::string_view id) const;
    /// What has been written so far; not_found for an id that isn't there or can't be one.
    [[nodiscard]] Result<std::string> read(std::string_view id) const;

  private:
    [[nodiscard]] std::filesystem::path file_of(std::string_view id) const;
    void prune() const;

    std::filesystem::path folder_;
    std::size_t kept_;
};

}  // namespace holdfast::build
