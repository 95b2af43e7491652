#include "manifest/schema_explain.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <regex>

#include "core/text.hpp"

namespace holdfast::manifest {

namespace {

std::string quoted(std::string_view text) {
    return fmt::format("\"{}\"", printable(text, 60));
}

std::string shown(const json::value& value) {
    return value.is_string() ? quoted(value.get_string()) : printable(json::serialize(value), 60);
}

/// `a, b or c`
std::string listed(const std::vector<std::string>& words, std::string_view last = "or") {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) out += i + 1 == words.size() ? fmt::format(" {} ", last) : ", ";
        out += words[i];
    }
    return out;
}

std::vector<std::string> texts(const json::value* array_or_text) {
    std::vector<std::string> out;
    if (array_or_text == nullptr) return out;
    if (array_or_text->is_string()) out.emplace_back(array_or_text->get_string());
    if (const auto* array = array_or_text->if_array())
        for (const auto& item : *array) out.push_back(item.is_string() ? std::string(item.get_string()) : shown(item));
    return out;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

std::optional<std::size_t> limit(const json::value& schema, std::string_view keyword) {
    const auto* found = member(schema, keyword);
    return found == nullptr ? std::nullopt : std::optional(found->to_number<std::size_t>());
}

bool has_type(const json::value& value, std::string_view type) {
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "number") return value.is_number();
    if (type == "boolean") return value.is_bool();
    if (type == "object") return value.is_object();
    return type == "array" ? value.is_array() : value.is_null();
}

std::string_view type_words(std::string_view type) {
    if (type == "string") return "text";
    if (type == "integer") return "a whole number";
    if (type == "number") return "a number";
    if (type == "boolean") return "true or false";
    if (type == "object") return "a mapping";
    return type == "array" ? "a list" : "nothing";
}

std::string_view words_for_type_of(const json::value& value) {
    if (value.is_double()) return "a number with a fraction";
    if (value.is_number()) return "a number";
    if (value.is_bool()) return value.get_bool() ? "true" : "false";
    for (const std::string_view type : {"string", "object", "array"})
        if (has_type(value, type)) return type_words(type);
    return "nothing";
}

/// One value against one subschema: each method looks at the keywords of one type.
class Explainer {
  public:
    Explainer(const SchemaNode& node, const json::value& value, const std::string& pointer,
              std::vector<Violation>& violations)
        : schema_(*node.schema), names_(node.names), value_(value), pointer_(pointer), violations_(violations) {}

    void all() {
        if (!type()) return;
        choice();
        if (value_.is_string()) text(value_.get_string(), schema_, pointer_, false);
        if (value_.is_number()) range();
        if (value_.is_array()) items();
        if (value_.is_object()) members();
    }

    void length(std::string_view text, const json::value& schema, const std::string& pointer, bool at_key) {
        const auto most = limit(schema, "maxLength");
        if (most && text.size() > *most && characters(text) > *most)
            add(pointer, fmt::format("has {} characters; {} are the most", characters(text), *most), at_key);
    }

  private:
    void add(std::string pointer, std::string message, bool at_key = false, std::string suggestion = {}) {
        violations_.push_back({std::move(pointer), std::move(message), std::move(suggestion), at_key});
    }

    bool type() {
        const auto types = texts(member(schema_, "type"));
        if (types.empty() || std::ranges::any_of(types, [&](const auto& t) { return has_type(value_, t); }))
            return true;
        std::vector<std::string> words;
        words.reserve(types.size());
        for (const auto& type : types) words.emplace_back(type_words(type));
        const bool quoting_helps = types.front() == "string" && (value_.is_number() || value_.is_bool());
        add(pointer_, fmt::format("must be {}, not {}{}", listed(words), words_for_type_of(value_),
                                  quoting_helps ? "; quote it" : ""));
        return false;
    }

    void choice() {
        if (const auto* fixed = member(schema_, "const"); fixed != nullptr && *fixed != value_)
            add(pointer_,
                fmt::format("must be {}, not {}", fixed->is_string() ? std::string(fixed->get_string()) : shown(*fixed),
                            shown(value_)));
        const auto* allowed = member(schema_, "enum");
        if (allowed == nullptr || std::ranges::find(allowed->as_array(), value_) != allowed->as_array().end()) return;
        const auto words = texts(allowed);
        add(pointer_, fmt::format("{} is not one of {}", shown(value_), listed(words)), false,
            value_.is_string() ? nearest(value_.get_string(), words) : std::string());
    }

    void text(std::string_view text, const json::value& schema, const std::string& pointer, bool at_key) {
        const auto before = violations_.size();
        length(text, schema, pointer, at_key);
        if (const auto least = limit(schema, "minLength"); least && characters(text) < *least)
            add(pointer, *least == 1 ? "must not be empty" : fmt::format("must have at least {} characters", *least),
                at_key);
        if (violations_.size() > before) return;
        const auto pattern = text_member(schema, "pattern");
        if (pattern.empty() || std::regex_search(std::string(text), std::regex(pattern))) return;
        add(pointer,
            fmt::format("{} is not right: {}", quoted(text),
                        text_member(schema, "patternErrorMessage", "it must match " + pattern)),
            at_key);
    }

    void range() {
        const double number = value_.to_number<double>();
        if (const auto* least = member(schema_, "minimum"); least != nullptr && number < least->to_number<double>())
            add(pointer_, fmt::format("{} is less than {}", shown(value_), number_text(*least)));
        if (const auto* most = member(schema_, "maximum"); most != nullptr && number > most->to_number<double>())
            add(pointer_, fmt::format("{} is greater than {}", shown(value_), number_text(*most)));
    }

    static std::string number_text(const json::value& number) {
        return number.is_double() ? fmt::format("{}", number.get_double()) : json::serialize(number);
    }

    void count(std::size_t size, std::string_view least_keyword, std::string_view most_keyword, std::string_view noun) {
        if (const auto least = limit(schema_, least_keyword); least && size < *least)
            add(pointer_,
                *least == 1 ? "must not be empty" : fmt::format("must have at least {}", counted(*least, noun)));
        if (const auto most = limit(schema_, most_keyword); most && size > *most)
            add(pointer_, fmt::format("has {}; {} is the most", counted(size, noun), *most));
    }

    void items() {
        const auto& array = value_.get_array();
        count(array.size(), "minItems", "maxItems", "item");
        const auto* unique = member(schema_, "uniqueItems");
        if (unique == nullptr || !unique->as_bool()) return;
        std::set<std::string> seen;
        for (std::size_t i = 0; i < array.size(); ++i)
            if (!seen.insert(canonical(array[i])).second)
                add(pointer_child(pointer_, i), fmt::format("{} is here twice", shown(array[i])));
    }

    void members() {
        const auto& object = value_.get_object();
        count(object.size(), "minProperties", "maxProperties", "member");
        names(object);
        for (const auto& key : texts(member(schema_, "required")))
            if (!object.contains(key)) add(pointer_, fmt::format("{} is missing", key));
        alternatives(object);
    }

    void names(const json::object& object) {
        const auto* properties = member(schema_, "properties");
        const auto* others = member(schema_, "additionalProperties");
        const bool closed = others != nullptr && others->is_bool() && !others->get_bool();
        std::vector<std::string> known;
        if (closed && properties != nullptr)
            for (const auto& [key, unused] : properties->as_object()) known.emplace_back(key);
        for (const auto& [key, unused] : object) {
            if (names_ != nullptr) text(key, *names_, pointer_child(pointer_, key), true);
            if (closed && std::ranges::find(known, std::string_view(key)) == known.end())
                add(pointer_child(pointer_, printable(key, 100)), "unknown key", true, nearest(key, known));
        }
    }

    /// Alternatives are told apart by the members that they require: `image` or `source`.
    void alternatives(const json::object& object) {
        const auto* one_of = member(schema_, "oneOf");
        if (one_of == nullptr) return;
        std::vector<std::string> all, present;
        for (const auto& alternative : one_of->as_array())
            for (const auto& key : texts(member(alternative, "required"))) {
                all.push_back(key);
                if (object.contains(key)) present.push_back(key);
            }
        if (present.empty()) add(pointer_, fmt::format("{} is missing", listed(all)));
        if (present.size() > 1)
            add(pointer_child(pointer_, present.back()), fmt::format("{} exclude each other", listed(present, "and")),
                true);
    }

    const json::value& schema_;
    const json::value* names_;
    const json::value& value_;
    const std::string& pointer_;
    std::vector<Violation>& violations_;
};

}  // namespace

void explain(const SchemaNode& node, const json::value& value, const std::string& pointer,
             std::vector<Violation>& violations) {
    Explainer(node, value, pointer, violations).all();
}

void explain_length(const SchemaNode& node, const json::value& value, const std::string& pointer,
                    std::vector<Violation>& violations) {
    Explainer explainer(node, value, pointer, violations);
    if (value.is_string()) explainer.length(value.get_string(), *node.schema, pointer, false);
    if (!value.is_object() || node.names == nullptr) return;
    for (const auto& [key, unused] : value.get_object())
        explainer.length(key, *node.names, pointer_child(pointer, key), true);
}

}  // namespace holdfast::manifest
