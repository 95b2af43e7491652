#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"

namespace holdfast::manifest {

/// What a YAML file holds. A document that is refused is missing from `documents` and stands in `diagnostics`; those
/// before it are there.
struct YamlFile {
    std::vector<Document> documents;  ///< without the empty ones
    std::vector<Diagnostic> diagnostics;

    /// Whether something is missing: there is a diagnostic that is no warning.
    [[nodiscard]] bool broken() const;
};

/// Reads YAML 1.2 (core schema: `yes` and `on` are text, `017` is seventeen) from an untrusted source.
///
/// At most 1 MiB, 64 levels and 100,000 nodes a file, and aliases that expand to 1,000 nodes (256 bytes of text count
/// as one). Duplicate keys, merge keys (`<<`), keys that are no scalars, tags of one's own, numbers that are not
/// finite, control characters and broken UTF-8 are refused.
[[nodiscard]] YamlFile parse_yaml(std::string_view path, std::string_view text);

/// Writes a value as block-style YAML that readers of YAML 1.1 and 1.2 understand alike: whatever one of them would
/// take for something other than text is quoted. Equal values give equal text.
[[nodiscard]] std::string to_yaml(const json::value& value);

}  // namespace holdfast::manifest
