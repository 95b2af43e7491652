#include <cmath>
#include <fmt/format.h>

#include "manifest/yaml.hpp"
#include "manifest/yaml_scalar.hpp"

namespace holdfast::manifest {

namespace {

constexpr int indent_step = 2;

/// Text that is one plain scalar to every reader: a word from a small alphabet, and nothing that looks like a number.
bool plain_is_safe(std::string_view text) {
    const auto word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_./-:@+=,$(){} ~").find(c) != std::string_view::npos;
    };
    if (reads_as_other_type(text) || !std::ranges::all_of(text, word)) return false;
    const char first = text.front();
    const bool begins_well = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                             (first >= '0' && first <= '9') ||
                             std::string_view("_./$(").find(first) != std::string_view::npos;
    return begins_well && text.back() != ' ' && text.back() != ':' && text.find(": ") == std::string_view::npos &&
           !text.starts_with("...");
}

/// Only the escapes that JSON and YAML share, and those that YAML adds for line breaks and controls beyond ASCII.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto rest = text.substr(i);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            out += fmt::format("\\x{:02x}", c);
        } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
            out += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else if (rest.starts_with("\xef\xbb\xbf")) {
            out += "\\ufeff";
            i += 2;
        } else if (c == '\xc2' && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0) {
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest[1]));
            i += 1;
        } else {
            out += c;
        }
    }
    return out + '"';
}

/// Several lines that a literal block keeps to the byte: printable, not indented, none of blanks alone.
bool literal_is_safe(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || text.front() == ' ' || text.front() == '\n') return false;
    if (text_problem(text) || text.find_first_of("\t\r") != std::string_view::npos) return false;
    for (const std::string_view odd : {" \n", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf"})
        if (text.find(odd) != std::string_view::npos) return false;
    return text.back() != ' ';
}

class Emitter {
  public:
    std::string take() { return std::move(out_); }

    void value(const json::value& value, int indent, bool in_sequence) {
        if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
            mapping(*object, indent, in_sequence);
        } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
            sequence(*array, indent, in_sequence);
        } else {
            if (indent > 0) out_ += ' ';
            scalar(value, indent);
            out_ += '\n';
        }
    }

  private:
    void mapping(const json::object& object, int indent, bool in_sequence) {
        // The first member of an item stands beside its dash.
        bool beside = in_sequence;
        if (beside) out_ += ' ';
        if (!beside && indent > 0) out_ += '\n';
        for (const auto& [key, member] : object) {
            if (!std::exchange(beside, false)) out_.append(static_cast<std::size_t>(indent), ' ');
            out_ += plain_is_safe(key) ? std::string(key) : quoted(key);
            out_ += ':';
            value(member, indent + indent_step, false);
        }
    }

    void sequence(const json::array& array, int indent, bool in_sequence) {
        bool beside = in_sequence;
        if (beside) out_ += ' ';
        if (!beside && indent > 0) out_ += '\n';
        for (const auto& item : array) {
            if (!std::exchange(beside, false)) out_.append(static_cast<std::size_t>(indent), ' ');
            out_ += '-';
            value(item, indent + indent_step, true);
        }
    }

    void scalar(const json::value& value, int indent) {
        switch (value.kind()) {
            case json::kind::string:
                return text(value.get_string(), indent);
            case json::kind::double_:
                return number(value.get_double());
            case json::kind::object:
                out_ += "{}";
                return;
            case json::kind::array:
                out_ += "[]";
                return;
            default:
                out_ += json::serialize(value);
        }
    }

    void number(double value) {
        auto text = fmt::format("{}", value);
        // A whole number stays a fraction for who reads it again.
        if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
        out_ += text;
    }

    void text(std::string_view value, int indent) {
        if (!value.empty() && plain_is_safe(value)) {
            out_ += value;
        } else if (!value.empty() && indent > 0 && literal_is_safe(value)) {
            literal(value, indent);
        } else {
            out_ += quoted(value);
        }
    }

    void literal(std::string_view value, int indent) {
        const bool ends_with_break = value.back() == '\n';
        out_ += !ends_with_break ? "|-" : value.ends_with("\n\n") ? "|+" : "|";
        if (ends_with_break) value.remove_suffix(1);
        for (;;) {
            const auto line = value.substr(0, value.find('\n'));
            out_ += '\n';
            if (!line.empty()) out_.append(static_cast<std::size_t>(indent), ' ').append(line);
            if (line.size() == value.size()) break;
            value.remove_prefix(line.size() + 1);
        }
    }

    std::string out_;
};

}  // namespace

std::string to_yaml(const json::value& value) {
    Emitter emitter;
    emitter.value(value, 0, false);
    return emitter.take();
}

}  // namespace holdfast::manifest
