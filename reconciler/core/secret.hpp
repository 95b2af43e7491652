#pragma once

#include <string>
#include <utility>

namespace holdfast {

/// A value that can't be printed, compared by accident or converted: only `reveal`, which is easy to search for, gives
/// it out.
class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}

    [[nodiscard]] const std::string& reveal() const { return value_; }
    [[nodiscard]] bool empty() const { return value_.empty(); }

  private:
    std::string value_;
};

}  // namespace holdfast
