#include "build/engine_output.hpp"

#include "core/base64.hpp"
#include "core/text.hpp"

namespace holdfast::build {

namespace {

constexpr std::size_t line_limit = std::size_t{4} << 20U;
constexpr std::size_t quoted_limit = 300;

/// `id: status`, but for the bars that are drawn while layers travel.
std::string status_line(const json::value& message) {
    const auto status = text_member(message, "status");
    if (status.empty() || !text_member(message, "progress").empty()) return {};
    const auto id = text_member(message, "id");
    return id.empty() ? status + "\n" : fmt::format("{}: {}\n", id, status);
}

}  // namespace

std::string EngineOutput::feed(std::string_view piece) {
    std::string text;
    while (!piece.empty()) {
        const auto end = piece.find('\n');
        if (line_.size() + std::min(end, piece.size()) > line_limit) {
            error_ = "the engine sent a line of over 4 MiB";
            return text;
        }
        line_.append(piece.substr(0, end));
        if (end == std::string_view::npos) break;
        piece.remove_prefix(end + 1);
        text += read(line_);
        line_.clear();
    }
    return text;
}

std::string EngineOutput::read(std::string_view line) {
    if (trimmed(line).empty()) return {};
    const auto message = parse_json(trimmed(line));
    if (!message) return {};
    if (const auto* detail = member(*message, "errorDetail")) {
        const auto said = printable(trimmed(text_member(*detail, "message")));
        error_ = last_printed_.empty() ? said : fmt::format("{}; it printed last: {}", said, last_printed_);
        return said + "\n";
    }
    if (const auto* aux = member(*message, "aux")) return read_aux(*message, *aux);
    if (member(*message, "stream") != nullptr) {
        auto text = text_member(*message, "stream");
        remember(text);
        return text;
    }
    return status_line(*message);
}

std::string EngineOutput::read_aux(const json::value& message, const json::value& aux) {
    if (text_member(message, "id") == "moby.buildkit.trace" && aux.is_string()) {
        const auto bytes = from_base64(aux.get_string());
        const auto text = bytes ? trace_.feed(*bytes) : std::unexpected(bytes.error());
        if (!text) return {};  // a log that lacks a line is no reason to fail a build
        remember(*text);
        return *text;
    }
    if (auto id = text_member(aux, "ID"); !id.empty()) image_id_ = std::move(id);
    if (auto digest = Digest::parse(text_member(aux, "Digest"))) digest_ = std::move(*digest);
    return {};
}

void EngineOutput::remember(std::string_view text) {
    text = trimmed(text);
    const auto last = trimmed(text.substr(text.rfind('\n') + 1));  // npos + 1 is 0: the whole text
    if (!last.empty()) last_printed_ = printable(last, quoted_limit);
}

}  // namespace holdfast::build
