#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "core/result.hpp"

namespace holdfast {

namespace json = boost::json;

/// JSON text whose object keys are sorted at every level: equal values give equal text, so it can be hashed and
/// compared.
[[nodiscard]] std::string canonical(const json::value& value);

/// Parses text from outside: at most `max_depth` levels, and the error says where (`line:column`), which Boost.JSON
/// doesn't.
[[nodiscard]] Result<json::value> parse_json(std::string_view text, std::size_t max_depth = 64);

/// Appends one member to a JSON pointer (RFC 6901), with `~` and `/` escaped.
[[nodiscard]] std::string pointer_child(std::string_view pointer, std::string_view member);
[[nodiscard]] std::string pointer_child(std::string_view pointer, std::size_t index);

/// The value at a pointer, or null where there is none.
[[nodiscard]] const json::value* find_pointer(const json::value& value, std::string_view pointer);

/// A member of an object, or null where `value` is no object or has no such member.
[[nodiscard]] const json::value* member(const json::value& value, std::string_view key);

/// A member's text, or `otherwise` where it is missing or not a string.
[[nodiscard]] std::string text_member(const json::value& value, std::string_view key, std::string_view otherwise = {});

/// Lays `patch` over `base` as RFC 7386 (JSON Merge Patch): objects merge, null removes, anything else replaces.
void merge_patch(json::value& base, const json::value& patch);

}  // namespace holdfast
