#include "manifest/references.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/ids.hpp"

namespace holdfast::manifest {

namespace {

constexpr const char* wanted = "a repository is https://host/path, ssh://git@host/path or git@host:path";
constexpr const char* no_credentials =
    "credentials don't belong into a manifest; give them to the daemon in its own settings";
constexpr const char* local_refused =
    "local repositories are refused unless the daemon runs with --allow-local-sources";

bool has_odd_character(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '\\'; });
}

bool host_is_safe(std::string_view host) {
    // A host that begins with a hyphen would be an option to ssh (CVE-2017-1000117).
    return !host.empty() && !host.starts_with('-');
}

std::string url_problem(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url) return wanted;
    const auto scheme = url->scheme();
    if (scheme != "https" && scheme != "ssh") return wanted;
    const bool user_is_plain = scheme == "ssh" && !url->has_password();
    if (url->has_userinfo() && !user_is_plain) return no_credentials;
    if (std::string(url->user()).starts_with('-') || !host_is_safe(std::string(url->host()))) return wanted;
    if (url->path().size() < 2 || url->has_fragment()) return wanted;
    return url->has_query() ? no_credentials : std::string();
}

/// `git@host:path`, as scp and git write it.
std::string scp_problem(std::string_view text, std::size_t colon) {
    const auto authority = text.substr(0, colon);
    const auto at = authority.find('@');
    if (at == std::string_view::npos || at == 0 || text.starts_with('-')) return wanted;
    const auto path = text.substr(colon + 1);
    const bool remote_helper = path.starts_with(':');
    return !host_is_safe(authority.substr(at + 1)) || path.empty() || path.starts_with('-') || remote_helper
               ? wanted
               : std::string();
}

}  // namespace

std::string repository_problem(std::string_view url, bool local_allowed) {
    if (has_odd_character(url)) return "a repository has no blanks, backslashes or control characters";
    if (url.starts_with('/') || url.starts_with("file://") || url.starts_with('.'))
        return local_allowed && !url.starts_with('.') ? std::string()
               : local_allowed                        ? "a local repository is an absolute path"
                                                      : local_refused;
    if (url.find("://") != std::string_view::npos) return url_problem(url);
    const auto colon = url.find(':');
    return colon == std::string_view::npos ? std::string(wanted) : scp_problem(url, colon);
}

std::string ref_problem(std::string_view name) {
    constexpr const char* wrong = "git has no branches or tags of such a name";
    const auto forbidden = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
               std::string_view("~^:?*[\\").find(c) != std::string_view::npos;
    };
    if (std::ranges::any_of(name, forbidden)) return wrong;
    for (const std::string_view part : {"..", "//", "@{", "/.", ".lock/"})
        if (name.find(part) != std::string_view::npos) return wrong;
    for (const std::string_view begin : {"-", "/", "."})
        if (name.starts_with(begin)) return wrong;
    for (const std::string_view end : {"/", ".", ".lock"})
        if (name.ends_with(end)) return wrong;
    return name.empty() || name == "@" ? wrong : "";
}

std::string image_problem(std::string_view image) {
    constexpr const char* wrong = "an image is written as name:tag, host/path:tag or name@sha256:…";
    const auto at = image.find('@');
    if (at != std::string_view::npos && !Digest::parse(image.substr(at + 1))) return wrong;
    auto name = image.substr(0, at);
    const auto slash = name.rfind('/');
    const auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
    const auto alphanumeric = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    if (colon != std::string_view::npos) {
        const auto tag = name.substr(colon + 1);
        const auto in_tag = [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
        if (tag.empty() || tag.size() > 128 || !std::ranges::all_of(tag, in_tag) || tag[0] == '.' || tag[0] == '-')
            return wrong;
        name = name.substr(0, colon);
    }
    const auto first = name.find('/');
    const auto host = name.substr(0, first);
    const bool has_host =
        first != std::string_view::npos && (host.find_first_of(".:") != std::string_view::npos || host == "localhost");
    if (has_host && (!alphanumeric(host[0]) || !std::ranges::all_of(host, [&](char c) {
            return alphanumeric(c) || c == '.' || c == '-' || c == ':';
        })))
        return wrong;
    const auto path = has_host ? name.substr(first + 1) : name;
    const auto in_path = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '/';
    };
    if (path.empty() || !alphanumeric(path.front()) || !alphanumeric(path.back()) ||
        path.find("//") != std::string_view::npos)
        return wrong;
    if (!std::ranges::all_of(path, in_path))
        return std::ranges::all_of(path, [&](char c) { return in_path(c) || alphanumeric(c); })
                   ? "an image's name is in lower case"
                   : wrong;
    return {};
}

std::string path_problem(std::string_view path) {
    if (path.starts_with('/')) return "a path in a repository is relative, without a / at its beginning";
    if (path.find_first_of(std::string_view("\\\0\n\r", 4)) != std::string_view::npos)
        return "a path has no backslashes or line breaks";
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto part = path.substr(begin, end - begin);
        if (part == ".." || part == ".git") return "a path stays within its repository, without .. and .git";
        begin = end + 1;
    }
    return path.starts_with('-') ? "a path can't begin with a hyphen" : "";
}

}  // namespace holdfast::manifest
