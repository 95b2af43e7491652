#include "core/json.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <vector>

namespace holdfast {

namespace {

void write_canonical(const json::value& value, std::string& out) {
    if (const auto* object = value.if_object()) {
        std::vector<const json::key_value_pair*> members;
        members.reserve(object->size());
        for (const auto& pair : *object) members.push_back(&pair);
        std::ranges::sort(members, {}, [](const auto* pair) -> std::string_view { return pair->key(); });
        out += '{';
        for (const char* separator = ""; const auto* pair : members) {
            out += std::exchange(separator, ",");
            out += json::serialize(json::string_view(pair->key()));
            out += ':';
            write_canonical(pair->value(), out);
        }
        out += '}';
    } else if (const auto* array = value.if_array()) {
        out += '[';
        for (const char* separator = ""; const auto& item : *array) {
            out += std::exchange(separator, ",");
            write_canonical(item, out);
        }
        out += ']';
    } else if (value.is_uint64() || value.is_int64()) {
        // One spelling for a number, whichever integer type the parser chose for it.
        out += value.is_uint64() ? std::to_string(value.get_uint64()) : std::to_string(value.get_int64());
    } else {
        out += json::serialize(value);
    }
}

std::string unescaped(std::string_view token) {
    std::string out;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const bool escape = token[i] == '~' && i + 1 < token.size();
        out += escape ? (token[++i] == '1' ? '/' : '~') : token[i];
    }
    return out;
}

}  // namespace

std::string canonical(const json::value& value) {
    std::string out;
    write_canonical(value, out);
    return out;
}

Result<json::value> parse_json(std::string_view text, std::size_t max_depth) {
    json::parse_options options;
    options.max_depth = max_depth;
    json::stream_parser parser({}, options);
    json::error_code error;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    if (!error && read == text.size()) parser.finish(error);
    if (!error && read == text.size()) return parser.release();

    const auto before = text.substr(0, read);
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;
    return fail(ErrorCode::invalid, fmt::format("not JSON: {}", error ? error.message() : "text after the value"),
                fmt::format("{}:{}", line, column));
}

std::string pointer_child(std::string_view pointer, std::string_view member) {
    std::string out(pointer);
    out += '/';
    for (const char c : member) {
        if (c == '~') {
            out += "~0";
        } else if (c == '/') {
            out += "~1";
        } else {
            out += c;
        }
    }
    return out;
}

std::string pointer_child(std::string_view pointer, std::size_t index) {
    return fmt::format("{}/{}", pointer, index);
}

const json::value* find_pointer(const json::value& value, std::string_view pointer) {
    const json::value* at = &value;
    while (!pointer.empty() && at != nullptr) {
        pointer.remove_prefix(1);
        const auto token = unescaped(pointer.substr(0, pointer.find('/')));
        pointer.remove_prefix(std::min(pointer.size(), pointer.find('/')));
        if (const auto* array = at->if_array()) {
            std::size_t index = 0;
            const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
            const bool inside = error == std::errc{} && end == token.data() + token.size() && index < array->size();
            at = inside ? &(*array)[index] : nullptr;
        } else {
            at = member(*at, token);
        }
    }
    return at;
}

const json::value* member(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(key);
}

std::string text_member(const json::value& value, std::string_view key, std::string_view otherwise) {
    const auto* found = member(value, key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string(otherwise);
}

void merge_patch(json::value& base, const json::value& patch) {
    const auto* changes = patch.if_object();
    if (changes == nullptr) {
        base = patch;
        return;
    }
    if (!base.is_object()) base.emplace_object();
    auto& object = base.get_object();
    for (const auto& [key, change] : *changes) {
        if (change.is_null()) {
            object.erase(key);
        } else {
            merge_patch(object[key], change);
        }
    }
}

}  // namespace holdfast
