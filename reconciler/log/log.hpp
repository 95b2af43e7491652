#pragma once

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::log {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

/// Sets level and format for the process; to be called once, before other threads start. Lines go to standard error.
void set_up(Level level, Format format);
[[nodiscard]] Result<Level> parse_level(std::string_view name);

/// Writes one line. Control characters are escaped, so text from outside can't forge a line. Thread-safe.
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
    write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace holdfast::log
