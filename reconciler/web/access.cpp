#include "web/access.hpp"

#include <algorithm>

#include "web/problem.hpp"

namespace holdfast::web {

namespace {

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_port(std::string_view host) {
    const auto colon = host.rfind(':');
    const bool bare_ipv6 = host.find(':') != colon && !host.starts_with('[');
    if (colon == std::string_view::npos || bare_ipv6 || !is_port(host.substr(colon + 1))) return host;
    return host.substr(0, colon);
}

/// `127.` and three numbers: nothing longer that merely begins like it, such as 127.0.0.1.example.org.
bool is_loopback_ipv4(std::string_view host) {
    if (!host.starts_with("127.") || host.size() > 15 || std::ranges::count(host, '.') != 3) return false;
    return std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

bool is_for_everybody(std::string_view path) {
    return path == "/healthz" || path == "/readyz" || path.starts_with("/hooks/");
}

}  // namespace

bool is_loopback(std::string_view host) {
    const auto name = without_port(host);
    constexpr std::string_view localhost = "localhost";
    const bool named =
        std::ranges::equal(name, localhost, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
    return named || name == "[::1]" || name == "::1" || is_loopback_ipv4(name);
}

std::optional<net::Response> refusal(const net::Request& request, bool listening_on_loopback) {
    if (is_for_everybody(net::path_of(request.target))) return std::nullopt;
    if (!listening_on_loopback)
        return problem(
            403,
            "Nothing but /healthz, /readyz and /hooks is shown to anonymous readers, because Holdfast does not "
            "listen on a loopback address");
    if (!is_loopback(net::header(request.headers, "Host")))
        return problem(421, "Holdfast listens on loopback and answers only to the Host localhost, 127.0.0.1 or [::1]");
    return std::nullopt;
}

}  // namespace holdfast::web
