#include "target/swarm/spec/json_edit.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace holdfast::swarm {

namespace {

using namespace std::string_view_literals;

constexpr std::array text_maps{"Labels"sv, "Options"sv, "Sysctls"sv, "DriverOpts"sv};
/// Missing, these mean the engine's default; zero (or an empty object) is a choice.
constexpr std::array chosen_zeros{"Replicas"sv, "Init"sv,       "Delay"sv,   "StopGracePeriod"sv, "Parallelism"sv,
                                  "Global"sv,   "Replicated"sv, "Runtime"sv, "GlobalJob"sv,       "ReplicatedJob"sv};

bool says_nothing(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return true;
        case json::kind::bool_:
            return !value.get_bool();
        case json::kind::int64:
            return value.get_int64() == 0;
        case json::kind::uint64:
            return value.get_uint64() == 0;
        case json::kind::double_:
            return value.get_double() == 0;
        case json::kind::string:
            return value.get_string().empty();
        case json::kind::array:
            return value.get_array().empty();
        case json::kind::object:
            return value.get_object().empty();
    }
    return false;
}

template <std::size_t N>
bool one_of(const std::array<std::string_view, N>& keys, std::string_view key) {
    return std::ranges::find(keys, key) != keys.end();
}

bool droppable(std::string_view key, const json::value& value) {
    if (!says_nothing(value)) return false;
    return value.is_null() || value.is_string() || !one_of(chosen_zeros, key);
}

std::string sort_key(const json::value& item, std::initializer_list<std::string_view> members) {
    std::string key;
    for (const auto name : members) {
        if (const auto* found = member(item, name)) key += canonical(*found);
        key += '\0';
    }
    return key + canonical(item);
}

}  // namespace

void strip(json::object& object) {
    for (auto it = object.begin(); it != object.end();) {
        const std::string_view key = it->key();
        auto& value = it->value();
        if (!one_of(text_maps, key)) {
            if (auto* inner = value.if_object()) strip(*inner);
            if (auto* items = value.if_array())
                for (auto& item : *items)
                    if (auto* inner = item.if_object()) strip(*inner);
        }
        it = droppable(key, value) ? object.erase(it) : std::next(it);
    }
}

json::object* object_at(json::object& parent, std::string_view key) {
    auto* found = parent.if_contains(key);
    return found == nullptr ? nullptr : found->if_object();
}

json::array* array_at(json::object& parent, std::string_view key) {
    auto* found = parent.if_contains(key);
    return found == nullptr ? nullptr : found->if_array();
}

bool is_number(const json::value& value, std::int64_t number) {
    json::error_code error;
    return value.is_number() && value.to_number<std::int64_t>(error) == number && !error;
}

void drop_default(json::object& object, std::string_view key, std::string_view otherwise) {
    const auto* found = object.if_contains(key);
    if (found != nullptr && found->is_string() && found->get_string() == otherwise) object.erase(key);
}

void drop_default(json::object& object, std::string_view key, std::int64_t otherwise) {
    const auto* found = object.if_contains(key);
    if (found != nullptr && is_number(*found, otherwise)) object.erase(key);
}

void sort_texts(json::object& parent, std::string_view list) {
    auto* items = array_at(parent, list);
    if (items == nullptr || !std::ranges::all_of(*items, [](const json::value& item) { return item.is_string(); }))
        return;
    std::sort(items->begin(), items->end(),
              [](const json::value& a, const json::value& b) { return a.get_string() < b.get_string(); });
}

void sort_objects(json::object& parent, std::string_view list, std::initializer_list<std::string_view> members) {
    auto* items = array_at(parent, list);
    if (items == nullptr || items->size() < 2) return;
    std::vector<std::pair<std::string, json::value>> keyed;
    keyed.reserve(items->size());
    for (auto& item : *items) keyed.emplace_back(sort_key(item, members), std::move(item));
    std::ranges::sort(keyed, {}, [](const auto& pair) -> const std::string& { return pair.first; });
    std::ranges::transform(keyed, items->begin(), [](auto& pair) { return std::move(pair.second); });
}

}  // namespace holdfast::swarm
