#include "target/swarm/spec/compose_node.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "core/text.hpp"
#include "core/time.hpp"

namespace holdfast::swarm {

namespace {

const json::value nothing;

std::string number_text(const json::value& value) {
    return value.is_double() ? fmt::format("{}", value.get_double()) : json::serialize(value);
}

}  // namespace

std::string Node::path() const {
    if (parent_ == nullptr) return std::string(key_);
    auto path = parent_->path();
    if (key_.empty()) return path + fmt::format("[{}]", index_);
    return path.empty() ? std::string(key_) : fmt::format("{}.{}", path, key_);
}

void Node::refuse(std::string_view problem) const {
    throw Refused{fmt::format("{}: {}", path(), problem)};
}

const json::object& Node::object() const {
    const auto* object = value_->if_object();
    if (object == nullptr) refuse("must be a mapping");
    return *object;
}

const json::array& Node::array() const {
    const auto* array = value_->if_array();
    if (array == nullptr) refuse("must be a list");
    return *array;
}

Node Node::at(std::string_view key) const {
    const json::value* found = *this ? object().if_contains(key) : nullptr;
    return {found == nullptr ? nothing : *found, key, this};
}

void Node::only(std::initializer_list<std::string_view> keys, bool extensions) const {
    if (!*this) return;
    for (const auto& member : object()) {
        const std::string_view key = member.key();
        if (extensions && key.starts_with("x-")) continue;
        if (std::ranges::find(keys, key) != keys.end()) continue;
        const std::vector<std::string> candidates(keys.begin(), keys.end());
        const auto meant = nearest(key, candidates);
        refuse(meant.empty() ? fmt::format("docker doesn't know \"{}\" here", key)
                             : fmt::format("docker doesn't know \"{}\" here; did you mean \"{}\"?", key, meant));
    }
}

std::string Node::text() const {
    if (!*this) return {};
    if (!value_->is_string()) refuse("must be a string");
    return std::string(value_->get_string());
}

std::string Node::scalar() const {
    if (!*this) return {};
    if (value_->is_string()) return std::string(value_->get_string());
    if (!value_->is_number()) refuse("must be a string or a number");
    return number_text(*value_);
}

std::optional<bool> Node::boolean() const {
    if (!*this) return {};
    if (!value_->is_bool()) refuse("must be true or false");
    return value_->get_bool();
}

std::optional<std::int64_t> Node::integer() const {
    if (!*this) return {};
    json::error_code error;
    const auto whole = value_->is_number() ? value_->to_number<std::int64_t>(error) : 0;
    if (!value_->is_number() || error) refuse("must be a whole number");
    return whole;
}

std::optional<std::uint64_t> Node::count() const {
    const auto whole = integer();
    if (!whole) return {};
    if (*whole < 0) refuse("must not be negative");
    return static_cast<std::uint64_t>(*whole);
}

std::optional<double> Node::number() const {
    if (!*this) return {};
    if (!value_->is_number()) refuse("must be a number");
    return value_->to_number<double>();
}

std::optional<std::int64_t> Node::duration() const {
    if (!*this) return {};
    const auto parsed = parse_duration(text());
    if (!parsed) refuse(parsed.error().message);
    return parsed->count();
}

std::vector<std::string> Node::texts() const {
    std::vector<std::string> out;
    each_item([&](const Node& item) {
        if (!item.is_string()) item.refuse("must be a string");
        out.push_back(item.text());
    });
    return out;
}

std::vector<std::string> Node::text_or_texts() const {
    if (is_string()) return {text()};
    return texts();
}

Node::Pairs Node::pairs(char separator) const {
    Pairs out;
    if (is_array()) {
        for (const auto& entry : texts()) {
            const auto end = entry.find(separator);
            auto& value = out[entry.substr(0, end)];
            value = end == std::string::npos ? std::nullopt : std::optional(entry.substr(end + 1));
        }
        return out;
    }
    each_member([&](std::string_view key, const Node& value) {
        out[std::string(key)] = value ? std::optional(value.scalar()) : std::nullopt;
    });
    return out;
}

json::object Node::string_map() const {
    json::object out;
    for (const auto& [key, value] : pairs()) out[key] = value.value_or("");
    return out;
}

}  // namespace holdfast::swarm
