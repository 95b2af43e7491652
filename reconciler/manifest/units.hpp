#pragma once

#include <cstdint>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::manifest {

/// Processors as billionths of one: `0.5`, `"0.5"` or `"500m"`.
[[nodiscard]] Result<std::uint64_t> parse_cpu(const json::value& value);

/// Bytes: a number, or one with `k`, `M`, `G`, `T` (powers of 1000) or `Ki`, `Mi`, `Gi`, `Ti` (powers of 1024).
[[nodiscard]] Result<std::uint64_t> parse_memory(const json::value& value);

/// `2`, `0.5`: processors for people.
[[nodiscard]] std::string cpu_text(std::uint64_t nano_cpus);
/// `512Mi`, `3Gi`: the largest unit that divides it.
[[nodiscard]] std::string memory_text(std::uint64_t bytes);

}  // namespace holdfast::manifest
