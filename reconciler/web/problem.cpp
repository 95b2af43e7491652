#include "web/problem.hpp"

#include "core/json.hpp"
#include "core/text.hpp"

namespace holdfast::web {

namespace {

/// The phrases of RFC 9110, section 15, and RFC 6585.
std::string_view title_of(unsigned status) {
    switch (status) {
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 413:
            return "Content Too Large";
        case 421:
            return "Misdirected Request";
        case 429:
            return "Too Many Requests";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        default:
            return "Internal Server Error";
    }
}

unsigned status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid:
            return 400;
        case ErrorCode::not_found:
            return 404;
        case ErrorCode::denied:
            return 403;
        case ErrorCode::timeout:
            return 504;
        case ErrorCode::unavailable:
        case ErrorCode::cancelled:
        case ErrorCode::conflict:
            return 503;
        case ErrorCode::limit:
        case ErrorCode::failed:
            break;
    }
    return 502;
}

}  // namespace

net::Response problem(unsigned status, std::string_view detail) {
    const json::object document{
        {"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", printable(detail)}};
    return {.status = status,
            .headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
            .body = json::serialize(document)};
}

net::Response problem(const Error& error) {
    return problem(status_of(error.code), to_string(error));
}

}  // namespace holdfast::web
