#include "net/wire.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <initializer_list>
#include <iterator>

namespace holdfast::net {

namespace {

bool token_character(char c) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || others.contains(c);
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, token_character);
}

bool is_field_value(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return c == '\t' || (c != '\x7f' && static_cast<unsigned char>(c) >= ' '); });
}

bool is_target(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<void> append_headers(std::string& head, const std::vector<Header>& headers,
                            std::initializer_list<std::string_view> ours) {
    for (const auto& [name, value] : headers) {
        if (std::ranges::any_of(ours, [&](std::string_view own) { return same_name(own, name); })) continue;
        if (!is_token(name)) return fail(ErrorCode::invalid, "the name of an HTTP header is not a token");
        if (!is_field_value(value)) {
            return fail(ErrorCode::invalid,
                        fmt::format("the HTTP header {} holds a line break or control character", name));
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }
    return {};
}

void append_framing(std::string& head, Framing framing) {
    if (framing.chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (framing.length) {
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", *framing.length);
    }
    head += "\r\n";
}

std::string_view reason(unsigned status) {
    struct Phrase {
        unsigned status;
        std::string_view text;
    };
    static constexpr std::array phrases{
        Phrase{200, "OK"},
        Phrase{201, "Created"},
        Phrase{202, "Accepted"},
        Phrase{204, "No Content"},
        Phrase{302, "Found"},
        Phrase{303, "See Other"},
        Phrase{304, "Not Modified"},
        Phrase{400, "Bad Request"},
        Phrase{401, "Unauthorized"},
        Phrase{403, "Forbidden"},
        Phrase{404, "Not Found"},
        Phrase{405, "Method Not Allowed"},
        Phrase{409, "Conflict"},
        Phrase{413, "Content Too Large"},
        Phrase{415, "Unsupported Media Type"},
        Phrase{422, "Unprocessable Content"},
        Phrase{429, "Too Many Requests"},
        Phrase{431, "Request Header Fields Too Large"},
        Phrase{500, "Internal Server Error"},
        Phrase{501, "Not Implemented"},
        Phrase{503, "Service Unavailable"},
    };
    const auto* found = std::ranges::find(phrases, status, &Phrase::status);
    return found == phrases.end() ? std::string_view{} : found->text;
}

/// The moment as RFC 9110 wants it (IMF-fixdate).
std::string http_date(std::chrono::system_clock::time_point moment) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(std::chrono::system_clock::to_time_t(moment)));
}

}  // namespace

Result<std::string> request_head(const Request& request, std::string_view host, Framing framing) {
    if (!is_token(request.method)) return fail(ErrorCode::invalid, "the method of an HTTP request is not a token");
    if (!is_target(request.target)) {
        return fail(ErrorCode::invalid,
                    "the target of an HTTP request is empty or holds a character that must be escaped");
    }
    std::string head;
    head.reserve(256 + request.target.size());
    head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ").append(host);
    head += "\r\n";
    if (auto appended = append_headers(head, request.headers, {"Host", "Content-Length", "Transfer-Encoding"});
        !appended) {
        return std::unexpected(std::move(appended.error()));
    }
    append_framing(head, framing);
    return head;
}

Result<std::string> response_head(const Response& response, Framing framing, bool keep_alive) {
    if (response.status < 100 || response.status > 999)
        return fail(ErrorCode::invalid, "an HTTP status has three digits");
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nConnection: {}\r\n", response.status, reason(response.status),
                    http_date(std::chrono::system_clock::now()), keep_alive ? "keep-alive" : "close");
    if (auto appended =
            append_headers(head, response.headers, {"Date", "Connection", "Content-Length", "Transfer-Encoding"});
        !appended) {
        return std::unexpected(std::move(appended.error()));
    }
    append_framing(head, framing);
    return head;
}

std::string chunk_begin(std::size_t size) {
    return fmt::format("{:x}\r\n", size);
}

}  // namespace holdfast::net
