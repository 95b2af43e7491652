#include "manifest/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace holdfast::manifest {

namespace {

constexpr std::string_view digits = "0123456789";

bool only(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool one_of(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::find(words, text) != words.end();
}

bool is_null(std::string_view text) {
    static constexpr std::array<std::string_view, 5> words = {"", "~", "null", "Null", "NULL"};
    return one_of(text, words);
}

std::optional<bool> as_bool(std::string_view text) {
    static constexpr std::array<std::string_view, 3> yes = {"true", "True", "TRUE"};
    static constexpr std::array<std::string_view, 3> no = {"false", "False", "FALSE"};
    if (one_of(text, yes)) return true;
    if (one_of(text, no)) return false;
    return std::nullopt;
}

/// The number if it fits into 64 bits; beyond them the nearest double, as every JSON reader does.
json::value integer(std::string_view text, std::string_view number, bool negative, int base) {
    std::uint64_t magnitude = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), magnitude, base);
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (error == std::errc::result_out_of_range || (negative && magnitude > largest))
        return std::strtod(std::string(text).c_str(), nullptr);
    if (negative) return -static_cast<std::int64_t>(magnitude);
    if (magnitude <= largest) return static_cast<std::int64_t>(magnitude);
    return magnitude;
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool is_real(std::string_view text) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const auto mantissa = text.substr(0, text.find_first_of("eE"));
    const auto point = mantissa.find('.');
    const auto whole = mantissa.substr(0, point);
    const auto fraction = point == std::string_view::npos ? std::string_view{} : mantissa.substr(point + 1);
    if (whole.empty() && fraction.empty()) return false;
    if ((!whole.empty() && !only(whole, digits)) || (!fraction.empty() && !only(fraction, digits))) return false;
    if (mantissa.size() == text.size()) return true;
    auto exponent = text.substr(mantissa.size() + 1);
    if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
    return only(exponent, digits);
}

bool is_not_finite(std::string_view text) {
    static constexpr std::array<std::string_view, 12> words = {".inf", "-.inf", "+.inf", ".Inf", "-.Inf", "+.Inf",
                                                               ".INF", "-.INF", "+.INF", ".nan", ".NaN",  ".NAN"};
    return one_of(text, words);
}

std::optional<json::value> as_integer(std::string_view text) {
    if (text.starts_with("0o") && only(text.substr(2), "01234567")) return integer(text, text.substr(2), false, 8);
    if (text.starts_with("0x") && only(text.substr(2), "0123456789abcdefABCDEF"))
        return integer(text, text.substr(2), false, 16);
    const bool negative = text.starts_with('-');
    const auto number = negative || text.starts_with('+') ? text.substr(1) : text;
    if (!only(number, digits)) return std::nullopt;
    return integer(text, number, negative, 10);
}

}  // namespace

Result<json::value> plain_scalar(std::string_view text) {
    if (is_null(text)) return nullptr;
    if (const auto truth = as_bool(text)) return *truth;
    // Most scalars are words: their first letter tells.
    if (text.find_first_of("0123456789.") == std::string_view::npos) return json::string(text);
    if (auto number = as_integer(text)) return std::move(*number);
    if (is_not_finite(text)) return fail(ErrorCode::invalid, "a number must be finite");
    if (!is_real(text)) return json::string(text);
    const double number = std::strtod(std::string(text).c_str(), nullptr);
    if (!std::isfinite(number)) return fail(ErrorCode::invalid, "the number is too large");
    return number;
}

Result<json::value> tagged_scalar(std::string_view tag, std::string_view text) {
    constexpr std::string_view core = "tag:yaml.org,2002:";
    if (tag == "!") return json::string(text);
    if (!tag.starts_with(core)) return fail(ErrorCode::invalid, fmt::format("the tag {} is not supported", tag));
    const auto type = tag.substr(core.size());
    if (type == "str") return json::string(text);
    auto value = plain_scalar(text);
    if (!value) return value;
    const bool fits = (type == "null" && value->is_null()) || (type == "bool" && value->is_bool()) ||
                      (type == "int" && (value->is_int64() || value->is_uint64())) ||
                      (type == "float" && value->is_number());
    if (!fits) return fail(ErrorCode::invalid, fmt::format("the value does not fit its tag !!{}", type));
    return value;
}

bool reads_as_other_type(std::string_view text) {
    // YAML 1.1 has more words and more ways to write numbers (base 60, underscores, 0b) and dates.
    static constexpr std::array<std::string_view, 15> words = {"y",    "n", "yes", "no", "on", "off", "true", "false",
                                                               "null", "~", "",    "=",  "<<", "inf", "nan"};
    if (text.size() <= 5) {
        std::string lower(text);
        std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        if (one_of(lower, words)) return true;
    }
    if (is_not_finite(text)) return true;
    return std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos &&
           only(text, "0123456789abcdefABCDEFxXoOtTzZ_+-.: ");
}

std::optional<TextProblem> text_problem(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned char lead = byte(i);
        if (lead < 0x80) {
            if ((lead < 0x20 && lead != '\t' && lead != '\n' && lead != '\r') || lead == 0x7f)
                return TextProblem{i, fmt::format("control character \\x{:02x}", lead)};
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || text.size() - i < length) return TextProblem{i, "not UTF-8"};
        unsigned code = lead & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            if ((byte(i + k) & 0xc0U) != 0x80) return TextProblem{i, "not UTF-8"};
            code = (code << 6U) | (byte(i + k) & 0x3fU);
        }
        const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
        if (overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return TextProblem{i, "not UTF-8"};
        const bool mark = code == 0xfeff && i > 0;
        if (code < 0xa0 || mark || code == 0xfffe || code == 0xffff)
            return TextProblem{i, fmt::format("control character U+{:04X}", code)};
        i += length;
    }
    return std::nullopt;
}

}  // namespace holdfast::manifest
