#pragma once

#include <filesystem>

#include "core/result.hpp"

namespace holdfast::app {

/// The daemon's cache on disk, made (mode 0700) and locked for as long as this lives: two daemons never share one. The
/// lock goes with the process, however it ends.
class StateFolder {
  public:
    [[nodiscard]] static Result<StateFolder> open(const std::filesystem::path& path);
    StateFolder(StateFolder&& other) noexcept;
    StateFolder& operator=(StateFolder&&) = delete;
    ~StateFolder();

  private:
    explicit StateFolder(int lock) : lock_(lock) {}
    int lock_;
};

}  // namespace holdfast::app
