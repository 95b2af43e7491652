#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "core/text.hpp"
#include "git/transport.hpp"

namespace holdfast::git {

namespace {

constexpr std::size_t length_limit = 2048;
constexpr std::string_view letters_and_digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::array<std::string_view, 4> network_schemes{"https", "http", "ssh", "git"};

std::unexpected<Error> refuse(std::string_view url, std::string_view why) {
    return fail(ErrorCode::invalid, std::string(why), printable(without_credentials(url), 200));
}

bool consists_of(std::string_view text, std::string_view others) {
    return std::ranges::all_of(text, [&](char c) {
        return letters_and_digits.find(c) != std::string_view::npos || others.find(c) != std::string_view::npos;
    });
}

bool is_host(std::string_view host) {
    return !host.empty() && host.front() != '-' && consists_of(host, ".-_");
}
bool is_user(std::string_view user) {
    return !user.empty() && user.front() != '-' && consists_of(user, ".-_+");
}

/// `host`, `host:port`, `[address]` or `[address]:port` (RFC 3986, 3.2.2).
bool is_host_and_port(std::string_view text) {
    std::string_view host = text;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos || end < 2) return false;
        if (text.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return false;
        host = "bracketed";
        text.remove_prefix(end + 1);
    } else {
        host = text.substr(0, text.find(':'));
        text.remove_prefix(host.size());
    }
    const bool port = text.size() > 1 && text.size() <= 6 && text.front() == ':' &&
                      text.find_first_not_of("0123456789", 1) == std::string_view::npos;
    return is_host(host) && (text.empty() || port);
}

/// What is wrong with the part after `scheme://` of a network address, or empty.
std::string_view problem_of_authority(std::string_view scheme, std::string_view rest) {
    const auto slash = rest.find('/');
    if (slash == std::string_view::npos || slash + 1 == rest.size()) return "the address has no path to a repository";
    const auto authority = rest.substr(0, slash);
    const auto at = authority.rfind('@');
    if (at != std::string_view::npos) {
        const auto user = authority.substr(0, at);
        if (scheme != "ssh" || user.find(':') != std::string_view::npos)
            return "an address must not hold a user name or a password; give the daemon a token or an ssh key instead";
        if (!is_user(user)) return "the user name in the address is not allowed";
    }
    return is_host_and_port(authority.substr(at + 1)) ? "" : "the host in the address is not allowed";
}

/// What is wrong with `user@host:path` (split at its colon), or empty.
std::string_view problem_of_scp(std::string_view before, std::string_view path) {
    const auto at = before.rfind('@');
    if (at != std::string_view::npos && !is_user(before.substr(0, at)))
        return "the user name in the address is not allowed";
    if (!is_host(before.substr(at + 1))) return "the host in the address is not allowed";
    if (path.empty() || path.front() == '-') return "the address has no path to a repository";
    return "";
}

}  // namespace

Result<RemoteUrl> RemoteUrl::parse(std::string_view text, bool allow_local) {
    if (text.empty()) return refuse(text, "the address of the repository is empty");
    if (text.size() > length_limit)
        return refuse(text, fmt::format("the address is longer than {} bytes", length_limit));
    if (text.front() == '-') return refuse(text, "an address must not begin with a hyphen");
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }))
        return refuse(text, "an address must not hold white space or control characters");

    RemoteUrl url;
    url.url_ = text;
    const auto colon = text.find(':');
    const bool absolute = text.starts_with('/');
    if (absolute || text.starts_with("file:///")) {
        if (!allow_local) return refuse(text, "local repositories are not allowed here; use https or ssh");
        url.local_ = true;
        return url;
    }
    std::string_view problem;
    if (colon == std::string_view::npos || text.find('/') < colon) {
        problem = "this is neither an address (https, ssh, git) nor an absolute path";
    } else if (text.substr(colon).starts_with("://")) {
        const auto scheme = text.substr(0, colon);
        problem = std::ranges::find(network_schemes, scheme) == network_schemes.end()
                      ? "only https, http, ssh and git addresses are followed"
                      : problem_of_authority(scheme, text.substr(colon + 3));
    } else if (text.substr(colon).starts_with("::")) {
        problem = "remote helpers are not allowed; use https or ssh";
    } else {
        problem = problem_of_scp(text.substr(0, colon), text.substr(colon + 1));
    }
    if (!problem.empty()) return refuse(text, problem);
    return url;
}

std::string RemoteUrl::display() const {
    return without_credentials(url_);
}

}  // namespace holdfast::git
