#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast {

/// Wall-clock time, for what people read. Durations and deadlines use the steady clock.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// `2026-11-21T08:53:00Z` (RFC 3339, UTC, whole seconds).
[[nodiscard]] std::string to_rfc3339(Time time);
/// Reads RFC 3339 in UTC (`Z`), with or without a fraction.
[[nodiscard]] Result<Time> parse_rfc3339(std::string_view text);

/// `450ms`, `2.0s` (with tenths, below 10 s), `12s`, `3m5s`, `2h`, `1d6h`: at most the two largest units that say
/// something, and what is smaller is cut off.
[[nodiscard]] std::string to_text(std::chrono::milliseconds duration);

/// Reads durations as compose and Go write them: `10m`, `1m30s`, `500ms`, `2h`; a fraction is allowed (`1.5s`).
[[nodiscard]] Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace holdfast
