#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace holdfast::app {

/// One input of one app that didn't work, and when it is worth another try.
struct Failure {
    std::string input_hash;
    unsigned attempts = 0;
    Time next_try{};
    std::string reason;

    friend bool operator==(const Failure&, const Failure&) = default;
};

/// Remembers what failed, so that the same input isn't rolled out again and again: after 1, 2, 4 … 60 minutes, or at
/// once with another input. Kept in a file so that a restart doesn't forget; a file that is lost or broken only means
/// one more try.
class FailureMemory {
  public:
    explicit FailureMemory(std::filesystem::path file);

    void failed(const AppKey& app, const std::string& input_hash, std::string reason, Time now);
    void forget(const AppKey& app);
    /// Forgets all apps that `exists` doesn't know.
    void keep(const std::function<bool(const AppKey&)>& exists);
    /// The failure that keeps this input of the app from being tried at `now`, if any.
    [[nodiscard]] std::optional<Failure> blocks(const AppKey& app, const std::string& input_hash, Time now) const;
    /// When the next remembered input becomes due.
    [[nodiscard]] std::optional<Time> next_try(Time now) const;

  private:
    void save() const;

    std::filesystem::path file_;
    std::map<AppKey, Failure> failures_;
};

}  // namespace holdfast::app
