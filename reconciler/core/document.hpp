#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace holdfast {

/// A place in a file of the config repository, counted from 1 as editors do; line 0 means the file as a whole.
struct Location {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    friend auto operator<=>(const Location&, const Location&) = default;
};

/// `apps/blog.yaml:7:9`
[[nodiscard]] std::string to_string(const Location& location);

/// One thing that is wrong in a config repository, in words that say what would be right.
struct Diagnostic {
    Location at;
    std::string pointer;     ///< JSON pointer of the value within its document, or empty
    std::string message;     ///< `70000 is greater than 65535`
    std::string suggestion;  ///< the word that was probably meant, or empty
    bool warning = false;    ///< said, but nothing is refused for it

    friend auto operator<=>(const Diagnostic&, const Diagnostic&) = default;
};

/// `apps/blog.yaml:7:9: /port: 70000 is greater than 65535`, with `; did you mean "replicas"?` where there is a
/// suggestion.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic);

/// A JSON value that knows where in which file each of its parts stands.
struct Document {
    struct Position {
        std::uint32_t line = 0;
        std::uint32_t column = 0;
        std::uint32_t key_line = 0;  ///< of the member's key; 0 for items and the document itself
        std::uint32_t key_column = 0;
    };

    std::string file;
    json::value value;
    std::map<std::string, Position, std::less<>> positions;  ///< by JSON pointer

    /// Where `pointer` stands; where it isn't there, its nearest parent that is.
    [[nodiscard]] Location locate(std::string_view pointer) const;
    /// Where the key of the member at `pointer` stands: for what is wrong with the key rather than with its value.
    [[nodiscard]] Location locate_key(std::string_view pointer) const;
};

}  // namespace holdfast
