#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "target/swarm/spec/compose_syntax.hpp"

namespace holdfast::swarm {

namespace {

/// The power of 1024 that a unit stands for (`k`, `MiB`, `gb`, `b`), or nothing where it is none.
std::optional<int> unit_power(std::string_view unit) {
    int power = 0;
    if (!unit.empty()) {
        const auto found = std::string_view("kmgtp").find(static_cast<char>(std::tolower(unit.front())));
        if (found != std::string_view::npos) {
            power = static_cast<int>(found) + 1;
            unit.remove_prefix(1);
        }
    }
    if (!unit.empty() && (unit.front() == 'i' || unit.front() == 'I')) unit.remove_prefix(1);
    if (!unit.empty() && (unit.front() == 'b' || unit.front() == 'B')) unit.remove_prefix(1);
    return unit.empty() ? std::optional(power) : std::nullopt;
}

}  // namespace

Result<std::int64_t> parse_bytes(std::string_view text) {
    const auto wrong = fail(ErrorCode::invalid, fmt::format("\"{}\" is not an amount like 512m or 1.5g", text));
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || text.starts_with('-')) return wrong;
    auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    const auto power = unit_power(unit);
    if (!power) return wrong;
    const double bytes = std::ldexp(number, 10 * *power);
    if (bytes >= std::ldexp(1.0, 63)) return wrong;
    return static_cast<std::int64_t>(bytes);
}

Result<std::int64_t> parse_cpus(std::string_view text) {
    constexpr std::size_t digits_kept = 9;
    const auto wrong = fail(ErrorCode::invalid,
                            fmt::format("\"{}\" is not a number of CPUs like 0.5, with at most nine decimals", text));
    const auto point = text.find('.');
    std::string digits(text.substr(0, point));
    auto decimals = std::string(point == std::string_view::npos ? std::string_view{} : text.substr(point + 1));
    while (decimals.ends_with('0')) decimals.pop_back();
    if (decimals.size() > digits_kept) return wrong;
    decimals.resize(digits_kept, '0');
    digits += decimals;
    std::int64_t nano = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), nano);
    if (error != std::errc{} || end != digits.data() + digits.size() || text.empty() || text == "." || nano < 0)
        return wrong;
    return nano;
}

std::string capability_name(std::string_view text) {
    std::string name(text);
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name == "ALL" || name == "RESET" || name.starts_with("CAP_") ? name : "CAP_" + name;
}

}  // namespace holdfast::swarm
