#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast {

/// A git object id: 40 lower-case hex digits. Only `parse` makes one from outside text, so a CommitId is always well
/// formed.
class CommitId {
  public:
    CommitId() = default;
    static Result<CommitId> parse(std::string_view hex);

    [[nodiscard]] const std::string& str() const { return hex_; }
    [[nodiscard]] std::string short_form() const { return hex_.substr(0, 8); }
    [[nodiscard]] bool empty() const { return hex_.empty(); }
    friend auto operator<=>(const CommitId&, const CommitId&) = default;

  private:
    std::string hex_;
};

/// A content digest as registries write it: `sha256:` and 64 lower-case hex digits.
class Digest {
  public:
    Digest() = default;
    static Result<Digest> parse(std::string_view text);

    [[nodiscard]] const std::string& str() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }
    friend auto operator<=>(const Digest&, const Digest&) = default;

  private:
    std::string text_;
};

/// What names an app everywhere: `environment/name`.
struct AppKey {
    std::string environment;
    std::string name;

    /// Reads `environment/name`; a bare `name` means the environment `default`.
    static Result<AppKey> parse(std::string_view text);
    [[nodiscard]] std::string str() const { return environment + "/" + name; }
    friend auto operator<=>(const AppKey&, const AppKey&) = default;
};

/// The rule for names of apps and environments: lower-case letters, digits and single hyphens, starting with a letter,
/// ending with a letter or digit, at most 20 characters. Empty if `name` follows it, else what is wrong.
[[nodiscard]] std::string name_problem(std::string_view name);

}  // namespace holdfast
