#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::swarm {

/// The text at a JSON pointer, or empty.
[[nodiscard]] inline std::string text_at(const json::value& value, std::string_view pointer) {
    const auto* found = find_pointer(value, pointer);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// The whole number at a JSON pointer, or `otherwise`.
[[nodiscard]] inline std::uint64_t number_at(const json::value& value, std::string_view pointer,
                                             std::uint64_t otherwise = 0) {
    const auto* found = find_pointer(value, pointer);
    if (found == nullptr) return otherwise;
    json::error_code error;
    const auto number = found->to_number<std::uint64_t>(error);
    return error ? otherwise : number;
}

}  // namespace holdfast::swarm
