#include "status/note.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "core/text.hpp"

namespace holdfast::status {

namespace {

constexpr std::string_view separator = "---\n";

/// Text as a YAML scalar. JSON's double quotes are YAML's; plain words that no YAML reader takes for something else go
/// bare.
std::string scalar(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
               c == '.' || c == '-' || c == '@';
    };
    const bool letter_first =
        !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
    static const std::vector<std::string_view> words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    const bool word = std::ranges::find(words, text) != words.end();
    if (letter_first && !word && std::ranges::all_of(text, plain) && text.find("://") == std::string_view::npos)
        return std::string(text);
    return json::serialize(json::string(printable(text, 500)));
}

void line(std::string& out, std::string_view indent, std::string_view key, std::string_view value) {
    if (!value.empty()) out += fmt::format("{}{}: {}\n", indent, key, scalar(value));
}

std::chrono::milliseconds duration_member(const json::value& value, std::string_view key) {
    const auto parsed = parse_duration(text_member(value, key, "0"));
    return parsed ? std::chrono::duration_cast<std::chrono::milliseconds>(*parsed) : std::chrono::milliseconds{0};
}

Time time_member(const json::value& value, std::string_view key) {
    return parse_rfc3339(text_member(value, key)).value_or(Time{});
}

/// `settled` and `instance` of a part, without a YAML parser: our own lines have one fixed form.
std::string line_value(std::string_view part, std::string_view key) {
    const auto start = fmt::format("\n{}: ", key);
    const auto at = part.find(start);
    if (at == std::string_view::npos) return {};
    const auto begin = at + start.size();
    return std::string(part.substr(begin, part.find('\n', begin) - begin));
}

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto end = text.find("\n---\n");
        auto part = text.substr(0, end == std::string_view::npos ? text.size() : end + 1);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1 + separator.size());
        if (part.starts_with(separator)) part.remove_prefix(separator.size());
        if (!trimmed(part).empty()) parts.push_back(std::string(trimmed(part)) + "\n");
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts) {
        if (!out.empty()) out += separator;
        out += part;
    }
    return out;
}

}  // namespace

std::string to_text(const Note& note) {
    std::string out = fmt::format("result: {}\n", note.result);
    out += fmt::format("instance: {}\n", scalar(note.instance));
    out += fmt::format("settled: {}\n", to_rfc3339(note.settled));
    out += fmt::format("took: {}\n", holdfast::to_text(note.took));
    if (!note.apps.empty()) out += "apps:\n";
    for (const auto& app : note.apps) {
        out += fmt::format("  {}:\n", app.app);
        line(out, "    ", "phase", app.phase);
        line(out, "    ", "reason", app.reason);
        line(out, "    ", "image", app.image);
        line(out, "    ", "source", app.source);
        if (app.took.count() > 0) out += fmt::format("    took: {}\n", holdfast::to_text(app.took));
    }
    out += fmt::format("unchanged: {}\n", note.unchanged);
    if (!note.events.empty()) out += "events:\n";
    const std::size_t first = note.events.size() > events_kept ? note.events.size() - events_kept : 0;
    for (std::size_t i = first; i < note.events.size(); ++i) {
        const auto& event = note.events[i];
        out += fmt::format("  - at: {}\n", to_rfc3339(event.at));
        line(out, "    ", "app", event.app);
        line(out, "    ", "what", event.what);
        line(out, "    ", "message", event.message);
    }
    return out;
}

std::optional<Note> read_note(const json::value& document) {
    Note note;
    note.result = text_member(document, "result");
    note.instance = text_member(document, "instance");
    if (note.result.empty() || note.instance.empty()) return std::nullopt;
    note.settled = time_member(document, "settled");
    note.took = duration_member(document, "took");
    if (const auto* unchanged = member(document, "unchanged"); unchanged != nullptr && unchanged->is_number()) {
        json::error_code not_a_count;
        note.unchanged = unchanged->to_number<std::size_t>(not_a_count);
    }
    if (const auto* apps = member(document, "apps"); apps != nullptr && apps->is_object())
        for (const auto& [key, app] : apps->get_object())
            note.apps.push_back({.app = std::string(key),
                                 .phase = text_member(app, "phase"),
                                 .image = text_member(app, "image"),
                                 .source = text_member(app, "source"),
                                 .reason = text_member(app, "reason"),
                                 .took = duration_member(app, "took")});
    if (const auto* events = member(document, "events"); events != nullptr && events->is_array())
        for (const auto& event : events->get_array())
            note.events.push_back({.at = time_member(event, "at"),
                                   .app = text_member(event, "app"),
                                   .what = text_member(event, "what"),
                                   .message = text_member(event, "message")});
    return note;
}

std::string with_note(std::string_view text, const Note& note) {
    const std::string ours = to_text(note);
    std::vector<std::string> parts = parts_of(text);
    const auto same = std::ranges::find(parts, scalar(note.instance),
                                        [](const std::string& part) { return line_value(part, "instance"); });
    if (same == parts.end()) {
        parts.push_back(ours);
    } else {
        *same = ours;
    }
    return joined(parts);
}

std::string merged(std::string_view ours, std::string_view theirs) {
    std::vector<std::string> parts = parts_of(theirs);
    for (auto& part : parts_of(ours)) {
        const auto instance = line_value(part, "instance");
        const auto same =
            std::ranges::find(parts, instance, [](const std::string& other) { return line_value(other, "instance"); });
        if (same == parts.end() || instance.empty()) {
            if (std::ranges::find(parts, part) == parts.end()) parts.push_back(std::move(part));
            continue;
        }
        const auto rank = [](const std::string& text) { return std::pair(line_value(text, "settled"), text.size()); };
        if (rank(part) > rank(*same)) *same = std::move(part);
    }
    return joined(parts);
}

}  // namespace holdfast::status
