#include "plan/fields.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>

#include "core/text.hpp"

namespace holdfast::plan {

namespace {

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Matches `*` wildcards by remembering the last star: linear in practice, and never recursive on hostile names.
bool glob(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t after_star = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after_star = t;
        } else if (p < pattern.size() && lower(pattern[p]) == lower(text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++after_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

/// `["A=1","B"]` as a map, where a name alone has no value; nothing where the list isn't of that form.
std::optional<std::map<std::string, json::value>> as_assignments(const json::array& list) {
    std::map<std::string, json::value> out;
    for (const auto& item : list) {
        if (!item.is_string()) return std::nullopt;
        const std::string_view text = item.get_string();
        const auto equals = text.find('=');
        auto value = equals == std::string_view::npos ? json::value(nullptr) : json::value(text.substr(equals + 1));
        out.insert_or_assign(std::string(text.substr(0, equals)), std::move(value));
    }
    return out;
}

/// Whether an address with a password stands anywhere in the text: `scheme://user:password@host`.
bool holds_password(std::string_view text) {
    for (auto at = text.find("://"); at != std::string_view::npos; at = text.find("://", at)) {
        at += 3;
        const auto authority = text.substr(at, text.find_first_of("/?# \"", at) - at);
        const auto user = authority.substr(0, authority.rfind('@') + 1);
        if (user.find(':') != std::string_view::npos) return true;
    }
    return false;
}

class Comparison {
  public:
    explicit Comparison(const Rules& rules) : rules_(rules) {}

    void compare(const std::string& path, const json::value* before, const json::value* after) {
        if (before != nullptr && after != nullptr) {
            if (*before == *after) return;
            if (before->is_object() && after->is_object()) {
                compare_members(path, before->get_object(), after->get_object());
                return;
            }
            if (before->is_array() && after->is_array() && compare_lists(path, before->get_array(), after->get_array()))
                return;
        }
        // A whole object that appears is more readable member by member.
        const auto* alone = before == nullptr ? after : before;
        if ((before == nullptr || after == nullptr) && alone->is_object() && !alone->get_object().empty()) {
            const json::object none;
            compare_members(path, before == nullptr ? none : before->get_object(),
                            after == nullptr ? none : after->get_object());
            return;
        }
        const json::array empty;
        if (before == nullptr && after->is_array() && compare_lists(path, empty, after->get_array())) return;
        if (after == nullptr && before->is_array() && compare_lists(path, before->get_array(), empty)) return;
        changes.push_back({path, shown(path, before), shown(path, after)});
    }

    std::vector<FieldChange> changes;

  private:
    template <class Map>
    void compare_maps(const std::string& path, const Map& before, const Map& after) {
        for (const auto& [name, value] : before) {
            const auto other = after.find(name);
            compare(pointer_child(path, std::string_view(name)), &value,
                    other == after.end() ? nullptr : &other->second);
        }
        for (const auto& [name, value] : after)
            if (before.find(name) == before.end())
                compare(pointer_child(path, std::string_view(name)), nullptr, &value);
    }

    void compare_members(const std::string& path, const json::object& before, const json::object& after) {
        for (const auto& [name, value] : before)
            compare(pointer_child(path, std::string_view(name)), &value, after.if_contains(name));
        for (const auto& [name, value] : after)
            if (!before.contains(name)) compare(pointer_child(path, std::string_view(name)), nullptr, &value);
    }

    bool compare_lists(const std::string& path, const json::array& before, const json::array& after) {
        if (std::ranges::find(rules_.assignment_lists, path) != rules_.assignment_lists.end()) {
            const auto left = as_assignments(before);
            const auto right = as_assignments(after);
            if (left && right) {
                compare_maps(path, *left, *right);
                return true;
            }
        }
        if (before.size() != after.size()) return false;
        for (std::size_t i = 0; i < before.size(); ++i) compare(pointer_child(path, i), &before[i], &after[i]);
        return true;
    }

    [[nodiscard]] std::string shown(const std::string& path, const json::value* value) const {
        if (value == nullptr) return {};
        const bool secret = std::ranges::any_of(
            rules_.secret_pointers, [&](const std::string& pattern) { return pointer_matches(path, pattern); });
        auto text = canonical(*value);
        return secret || holds_password(text) ? "***" : text;
    }

    const Rules& rules_;
};

std::string_view last_member(std::string_view pointer) {
    return pointer.substr(pointer.rfind('/') + 1);
}

/// A value short enough for one line: digests to twelve digits, texts without quotes, everything at most 40 bytes.
std::string brief(std::string_view json_text) {
    if (json_text.empty()) return "(none)";
    std::string text(json_text);
    if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    if (const auto digest = text.find("sha256:"); digest != std::string::npos && text.size() > digest + 19)
        text = text.substr(0, digest) + text.substr(digest + 7, 12) + "…";
    if (const auto slash = text.rfind('/'); slash != std::string::npos && text.size() > 60)
        text = "…" + text.substr(slash);
    return printable(text, 60);
}

/// Two images of one repository, by digest, are told apart by their digests alone.
std::pair<std::string, std::string> without_common_repository(const std::string& before, const std::string& after) {
    constexpr std::string_view digest = "@sha256:";
    const auto at = before.find(digest);
    if (at == std::string::npos || after.compare(0, at + digest.size(), before, 0, at + digest.size()) != 0)
        return {before, after};
    return {before.substr(at + 1), after.substr(at + 1)};
}

}  // namespace

bool pointer_matches(std::string_view pointer, std::string_view pattern) {
    while (!pointer.empty() && !pattern.empty()) {
        pointer.remove_prefix(1);
        pattern.remove_prefix(1);
        if (!glob(pointer.substr(0, pointer.find('/')), pattern.substr(0, pattern.find('/')))) return false;
        pointer.remove_prefix(std::min(pointer.find('/'), pointer.size()));
        pattern.remove_prefix(std::min(pattern.find('/'), pattern.size()));
    }
    // What lies below a secret value is secret as well.
    return pattern.empty();
}

std::vector<FieldChange> field_changes(std::string_view before, std::string_view after, const Rules& rules) {
    // Specs are our own canonical texts; one that doesn't parse is compared as a whole.
    const auto left = parse_json(before);
    const auto right = parse_json(after);
    if (!left || !right) return {{"", std::string(before), std::string(after)}};
    Comparison comparison(rules);
    comparison.compare("", &*left, &*right);
    std::ranges::sort(comparison.changes, {}, &FieldChange::path);
    return std::move(comparison.changes);
}

std::string summary(const std::vector<FieldChange>& changes, const Rules& rules) {
    constexpr std::size_t shown = 3;
    std::vector<const FieldChange*> telling;
    for (const auto& change : changes)
        if (std::ranges::find(rules.derived_pointers, change.path) == rules.derived_pointers.end())
            telling.push_back(&change);
    if (telling.empty())
        for (const auto& change : changes) telling.push_back(&change);
    std::string out;
    for (std::size_t i = 0; i < std::min(shown, telling.size()); ++i) {
        auto [before, after] = without_common_repository(telling[i]->before, telling[i]->after);
        out +=
            fmt::format("{}{} {} → {}", i == 0 ? "" : ", ", last_member(telling[i]->path), brief(before), brief(after));
    }
    if (telling.size() > shown) out += fmt::format(" and {} more", telling.size() - shown);
    return out;
}

}  // namespace holdfast::plan
