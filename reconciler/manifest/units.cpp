#include "manifest/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace holdfast::manifest {

namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr double billion = 1e9;
/// What the engines keep these amounts in is a signed 64-bit number.
constexpr double largest = 9.2e18;

std::string spelt(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

Result<std::uint64_t> amount(std::string_view text, std::span<const Unit> units, double default_factor,
                             std::string_view right) {
    const auto wrong = [&] { return fail(ErrorCode::invalid, fmt::format("\"{}\" is not {}", text, right)); };
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || number < 0) return wrong();
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const auto found = std::ranges::find(units, unit, &Unit::name);
    if (!unit.empty() && found == units.end()) return wrong();
    const double total = std::round(number * (unit.empty() ? default_factor : found->factor));
    if (!(total < largest)) return fail(ErrorCode::invalid, fmt::format("\"{}\" is too much", text));
    if (total < 1) return fail(ErrorCode::invalid, fmt::format("\"{}\" must be more than nothing", text));
    return static_cast<std::uint64_t>(total);
}

}  // namespace

Result<std::uint64_t> parse_cpu(const json::value& value) {
    static constexpr std::array<Unit, 1> units = {{{"m", billion / 1000}}};
    if (value.is_number()) return amount(fmt::format("{}", value.to_number<double>()), {}, billion, "processors");
    return amount(spelt(value), units, billion, "a number of processors like 0.5 or 500m");
}

Result<std::uint64_t> parse_memory(const json::value& value) {
    static constexpr std::array<Unit, 8> units = {{{"k", 1e3},
                                                   {"M", 1e6},
                                                   {"G", 1e9},
                                                   {"T", 1e12},
                                                   {"Ki", 1024.0},
                                                   {"Mi", 1048576.0},
                                                   {"Gi", 1073741824.0},
                                                   {"Ti", 1099511627776.0}}};
    return amount(spelt(value), units, 1, "an amount of memory like 512Mi, 1Gi or 64M");
}

std::string cpu_text(std::uint64_t nano_cpus) {
    return fmt::format("{}", static_cast<double>(nano_cpus) / billion);
}

std::string memory_text(std::uint64_t bytes) {
    static constexpr std::array<std::string_view, 4> names = {"Ki", "Mi", "Gi", "Ti"};
    std::string_view unit;
    for (const auto name : names) {
        if (bytes == 0 || bytes % 1024 != 0) break;
        bytes /= 1024;
        unit = name;
    }
    return fmt::format("{}{}", bytes, unit);
}

}  // namespace holdfast::manifest
