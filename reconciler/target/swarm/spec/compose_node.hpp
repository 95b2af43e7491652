#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.hpp"

namespace holdfast::swarm {

/// A compose file that can't be converted. Thrown within this folder's conversion alone; convert() returns it as an
/// Error.
struct Refused {
    std::string message;
};

/// A place in a compose document, read with the types that the place asks for: what doesn't fit is Refused with its
/// path
/// (`services.web.ports[0]`). A node that isn't there (or null) reads as absent. Refers to its parent and the document.
class Node {
  public:
    Node(const json::value& value, std::string_view name) : value_(&value), key_(name) {}

    [[nodiscard]] explicit operator bool() const { return value_ != nullptr && !value_->is_null(); }
    [[nodiscard]] const json::value& value() const { return *value_; }
    [[nodiscard]] std::string path() const;
    [[noreturn]] void refuse(std::string_view problem) const;

    [[nodiscard]] bool is_object() const { return value_ != nullptr && value_->is_object(); }
    [[nodiscard]] bool is_array() const { return value_ != nullptr && value_->is_array(); }
    [[nodiscard]] bool is_string() const { return value_ != nullptr && value_->is_string(); }

    /// The member of that name; absent where this is absent. Refused where this is no mapping.
    [[nodiscard]] Node at(std::string_view key) const;
    /// Refuses members of any other name; `x-…` is always free where `extensions` says so.
    void only(std::initializer_list<std::string_view> keys, bool extensions = false) const;

    template <class Visit>
    void each_member(Visit&& visit) const {
        if (!*this) return;
        for (const auto& [key, value] : object()) visit(std::string_view(key), Node(value, key, this));
    }
    template <class Visit>
    void each_item(Visit&& visit) const {
        if (!*this) return;
        std::size_t index = 0;
        for (const auto& value : array()) visit(Node(value, index++, this));
    }

    [[nodiscard]] std::string text() const;    ///< a string; empty where absent
    [[nodiscard]] std::string scalar() const;  ///< a string, or a number as text; empty where absent
    [[nodiscard]] std::optional<bool> boolean() const;
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    [[nodiscard]] std::optional<std::uint64_t> count() const;  ///< an integer of at least 0
    [[nodiscard]] std::optional<double> number() const;
    [[nodiscard]] std::optional<std::int64_t> duration() const;    ///< nanoseconds
    [[nodiscard]] std::vector<std::string> texts() const;          ///< a list of strings
    [[nodiscard]] std::vector<std::string> text_or_texts() const;  ///< one string or a list of them

    /// A mapping, or a list of `name{separator}value`. A value is absent for `name` alone, and for null.
    using Pairs = std::map<std::string, std::optional<std::string>>;
    [[nodiscard]] Pairs pairs(char separator = '=') const;
    /// The same with absent values as empty strings, as the engine takes it.
    [[nodiscard]] json::object string_map() const;

  private:
    Node(const json::value& value, std::string_view key, const Node* parent)
        : value_(&value), key_(key), parent_(parent) {}
    Node(const json::value& value, std::size_t index, const Node* parent)
        : value_(&value), index_(index), parent_(parent) {}

    [[nodiscard]] const json::object& object() const;
    [[nodiscard]] const json::array& array() const;

    const json::value* value_;
    std::string_view key_;
    std::size_t index_ = 0;
    const Node* parent_ = nullptr;
};

}  // namespace holdfast::swarm
