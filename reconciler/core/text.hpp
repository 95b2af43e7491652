#pragma once

#include <span>
#include <string>
#include <string_view>

namespace holdfast {

/// The candidate nearest to a misspelt `word` by edit distance, or empty where none is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// Untrusted text made fit for a log line, a terminal or a note: control characters (newlines, escapes) are replaced by
/// `\n`, `\t` or `\xNN`, broken UTF-8 by U+FFFD, and what is longer than `limit` bytes is cut with an ellipsis.
[[nodiscard]] std::string printable(std::string_view text, std::size_t limit = 2000);

/// The text with each broken byte of UTF-8 (RFC 3629) replaced by U+FFFD, for formats that take nothing else.
[[nodiscard]] std::string valid_utf8(std::string_view text);

/// `s` without white space at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view s);

/// A URL with user name and password replaced by `***`; other text comes back as it is.
[[nodiscard]] std::string without_credentials(std::string_view url);

/// `1 app`, `2 apps`.
[[nodiscard]] std::string counted(std::size_t n, std::string_view singular);

}  // namespace holdfast
