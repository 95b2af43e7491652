#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <sys/un.h>

#include "net/http_client.hpp"

namespace holdfast::net {

namespace {

constexpr std::size_t longest_socket_path = sizeof(sockaddr_un::sun_path) - 1;

std::unexpected<Error> bad_endpoint(std::string_view why) {
    return fail(ErrorCode::invalid,
                fmt::format("{}; an endpoint is unix:///path, tcp://host:port or http://host:port", why));
}

bool fits_a_host_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == ':';
    });
}

Result<Endpoint> parse_unix(std::string_view path) {
    if (!path.starts_with('/')) return bad_endpoint("the path of a unix socket must be absolute");
    if (path.size() > longest_socket_path || path.find('\0') != std::string_view::npos) {
        return bad_endpoint(fmt::format("the path of a unix socket has at most {} bytes", longest_socket_path));
    }
    return Endpoint{.unix_path = std::string(path), .host = {}, .port = 0};
}

Result<Endpoint> parse_tcp(std::string_view authority) {
    if (authority.ends_with('/')) authority.remove_suffix(1);
    const auto colon = authority.rfind(':');
    if (colon == std::string_view::npos) return bad_endpoint("the port is missing");
    std::string_view host = authority.substr(0, colon);
    const std::string_view digits = authority.substr(colon + 1);

    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (!fits_a_host_name(host) || bracketed != host.contains(':')) {
        return bad_endpoint("the host must be a name, an IPv4 address or an IPv6 address in brackets");
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
        return bad_endpoint("the port must be a number from 1 to 65535");
    }
    return Endpoint{.unix_path = {}, .host = std::string(host), .port = port};
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view url) {
    for (const std::string_view scheme : {"tcp://", "http://"}) {
        if (url.starts_with(scheme)) return parse_tcp(url.substr(scheme.size()));
    }
    constexpr std::string_view local = "unix://";
    if (url.starts_with(local)) return parse_unix(url.substr(local.size()));
    return bad_endpoint("the scheme is not known");
}

std::string Endpoint::str() const {
    if (!unix_path.empty()) return "unix://" + unix_path;
    return host.contains(':') ? fmt::format("tcp://[{}]:{}", host, port) : fmt::format("tcp://{}:{}", host, port);
}

}  // namespace holdfast::net
