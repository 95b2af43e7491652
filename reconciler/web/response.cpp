#include "web/response.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::web {

namespace {

/// Trusted Types makes the browser refuse what would turn text into markup, so that a slip in the page can't become a
/// hole.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

bool names(std::string_view if_none_match, std::string_view tag) {
    while (!if_none_match.empty()) {
        auto candidate = trimmed(if_none_match.substr(0, if_none_match.find(',')));
        if_none_match.remove_prefix(std::min(if_none_match.find(','), if_none_match.size() - 1) + 1);
        if (candidate.starts_with("W/")) candidate.remove_prefix(2);
        if (candidate == tag || candidate == "*") return true;
    }
    return false;
}

}  // namespace

net::Response tagged(std::string_view type, std::string body, std::string_view tag) {
    return {.headers = {{"Content-Type", std::string(type)},
                        {"ETag", fmt::format("\"{}\"", tag)},
                        {"Cache-Control", "no-cache"}},
            .body = std::move(body)};
}

net::Response fleeting(std::string_view type, std::string body) {
    return {.headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}}, .body = std::move(body)};
}

net::Response unless_known(const net::Request& request, net::Response response) {
    const auto tag = net::header(response.headers, "ETag");
    if (response.status != 200 || tag.empty() || !names(net::header(request.headers, "If-None-Match"), tag))
        return response;
    response.status = 304;
    response.body.clear();
    std::erase_if(response.headers, [](const net::Header& header) { return header.name == "Content-Type"; });
    return response;
}

void harden(net::Response& response) {
    response.headers.push_back({"Content-Security-Policy", std::string(content_security_policy)});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"X-Frame-Options", "DENY"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    response.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
}

}  // namespace holdfast::web
