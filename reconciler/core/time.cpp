#include "core/time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <utility>

namespace holdfast {

namespace {

using namespace std::chrono_literals;

/// A year is as far as any duration of ours makes sense; more is a typing error and would overflow.
constexpr std::chrono::nanoseconds longest = std::chrono::hours{24 * 366};

std::chrono::nanoseconds unit_named(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, std::chrono::nanoseconds>, 7> units{
        {{"ns", 1ns}, {"us", 1us}, {"\u00b5s", 1us}, {"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}}};
    for (const auto& [unit, length] : units)
        if (unit == name) return length;
    return 0ns;
}

/// Reads exactly `count` digits; no sign, which from_chars would take.
bool number(std::string_view text, std::size_t at, std::size_t count, int& out) {
    const auto digits = text.substr(at, count);
    if (digits.size() != count || digits.find_first_not_of("0123456789") != std::string_view::npos) return false;
    return std::from_chars(digits.data(), digits.data() + digits.size(), out).ec == std::errc{};
}

/// Reads a fraction of a second (`.5`), or nothing, to the millisecond.
bool fraction(std::string_view text, std::chrono::milliseconds& out) {
    if (text.empty()) return true;
    const auto digits = text.substr(1);
    if (text[0] != '.' || digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return false;
    auto unit = 100ms;
    for (std::size_t i = 0; i < digits.size() && unit > 0ms; ++i, unit /= 10) out += (digits[i] - '0') * unit;
    return true;
}

}  // namespace

std::string to_rfc3339(Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                       fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())));
}

Result<Time> parse_rfc3339(std::string_view text) {
    int year{}, month{}, day{}, hour{}, minute{}, second{};
    std::chrono::milliseconds beyond{0};
    const bool shape = text.size() >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
                       text[16] == ':' && text.back() == 'Z' && number(text, 0, 4, year) && number(text, 5, 2, month) &&
                       number(text, 8, 2, day) && number(text, 11, 2, hour) && number(text, 14, 2, minute) &&
                       number(text, 17, 2, second) && fraction(text.substr(19, text.size() - 20), beyond);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!shape || !date.ok() || hour > 23 || minute > 59 || second > 60)
        return fail(ErrorCode::invalid, "not a time as in 2026-11-21T08:53:00Z");
    return Time{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
           std::chrono::seconds{second} + beyond;
}

std::string to_text(std::chrono::milliseconds duration) {
    using namespace std::chrono;
    if (duration < 1s) return fmt::format("{}ms", duration.count());
    if (duration < 10s) return fmt::format("{}.{}s", duration / 1s, duration % 1s / 100ms);
    const auto s = floor<seconds>(duration);
    if (s < 1min) return fmt::format("{}s", s.count());
    if (s < 1h)
        return s % 1min == 0s ? fmt::format("{}m", s / 1min) : fmt::format("{}m{}s", s / 1min, (s % 1min).count());
    if (s < 24h) return s % 1h < 1min ? fmt::format("{}h", s / 1h) : fmt::format("{}h{}m", s / 1h, (s % 1h) / 1min);
    return s % 24h < 1h ? fmt::format("{}d", s / 24h) : fmt::format("{}d{}h", s / 24h, (s % 24h) / 1h);
}

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorCode::invalid, fmt::format("'{}' is not a duration like 30s, 10m or 1h30m", text));
    };
    if (text == "0") return std::chrono::nanoseconds{0};
    if (text.empty()) return wrong();
    std::chrono::nanoseconds total{0};
    for (std::string_view rest = text; !rest.empty();) {
        const auto digits = rest.substr(0, rest.find_first_not_of("0123456789."));
        if (digits.empty() || digits.size() == rest.size()) return wrong();
        double value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size()) return wrong();
        rest.remove_prefix(digits.size());
        const auto unit = unit_named(rest.substr(0, rest.find_first_of("0123456789.")));
        if (unit == 0ns) return wrong();
        rest.remove_prefix(std::min(rest.size(), rest.find_first_of("0123456789.")));
        const double length = value * static_cast<double>(unit.count());
        if (length > static_cast<double>(longest.count())) return wrong();
        total += std::chrono::nanoseconds{std::llround(length)};
        if (total > longest) return wrong();
    }
    return total;
}

}  // namespace holdfast
