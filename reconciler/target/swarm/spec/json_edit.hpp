#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::swarm {

/// Removes what says nothing, at every level: null, false, 0, empty texts, lists and objects. Kept are members where
/// missing and zero differ to the engine, and the members of maps from text to text (labels, options).
void strip(json::object& object);

/// A member that is an object or a list; null where it is missing or of another kind.
[[nodiscard]] json::object* object_at(json::object& parent, std::string_view key);
[[nodiscard]] json::array* array_at(json::object& parent, std::string_view key);

[[nodiscard]] bool is_number(const json::value& value, std::int64_t number);

/// Removes a member that has the engine's default.
void drop_default(json::object& object, std::string_view key, std::string_view otherwise);
void drop_default(json::object& object, std::string_view key, std::int64_t otherwise);

template <class Visit>
void each_object(json::object& parent, std::string_view list, Visit&& visit) {
    auto* items = array_at(parent, list);
    if (items == nullptr) return;
    for (auto& item : *items)
        if (auto* object = item.if_object()) visit(*object);
}

/// Sorts a list of texts.
void sort_texts(json::object& parent, std::string_view list);

/// Sorts a list of objects by the text of these members, then by all of their text.
void sort_objects(json::object& parent, std::string_view list, std::initializer_list<std::string_view> members);

}  // namespace holdfast::swarm
