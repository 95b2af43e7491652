#include "target/swarm/engine_error.hpp"

#include <array>

#include "core/json.hpp"
#include "core/text.hpp"

namespace holdfast::swarm {

namespace {

struct Phrase {
    std::string_view text;
    ErrorCode code;
    Retry retry;
};

// Checked before the status code, because these carry the wrong one.
constexpr std::array phrases = {
    Phrase{"update out of sequence", ErrorCode::conflict, Retry::on_conflict},
    Phrase{"is in use by", ErrorCode::failed, Retry::later},
    Phrase{"not found", ErrorCode::not_found, Retry::never},
    Phrase{"does not have a leader", ErrorCode::unavailable, Retry::later},
    Phrase{"DeadlineExceeded", ErrorCode::timeout, Retry::later},
    Phrase{"deadline exceeded", ErrorCode::timeout, Retry::later},
};

/// The engine passes its inner gRPC errors on as `rpc error: code = AlreadyExists desc = …`; only the end is for
/// people.
std::string_view without_rpc_prefix(std::string_view message) {
    constexpr std::string_view marker = " desc = ";
    if (!message.starts_with("rpc error: code = ")) return message;
    const auto at = message.find(marker);
    return at == std::string_view::npos ? message : message.substr(at + marker.size());
}

Error by_status(unsigned status) {
    switch (status) {
        case 400:
            return {.code = ErrorCode::invalid};
        case 401:
        case 403:
            return {.code = ErrorCode::denied};
        case 404:
            return {.code = ErrorCode::not_found};
        case 409:
            return {.code = ErrorCode::conflict, .retry = Retry::on_conflict};
        case 502:
        case 503:
        case 504:
            return {.code = ErrorCode::unavailable, .retry = Retry::later};
        default:
            return {.code = ErrorCode::failed, .retry = status >= 500 ? Retry::later : Retry::never};
    }
}

}  // namespace

Error engine_error(unsigned status, std::string_view body) {
    const auto parsed = parse_json(body);
    const std::string message = parsed ? text_member(*parsed, "message") : std::string(trimmed(body));

    Error error = by_status(status);
    for (const auto& phrase : phrases) {
        if (!message.contains(phrase.text)) continue;
        error.code = phrase.code;
        error.retry = phrase.retry;
        break;
    }
    error.message =
        message.empty() ? fmt::format("the engine answered {}", status) : printable(without_rpc_prefix(message), 500);
    return error;
}

}  // namespace holdfast::swarm
