#include "target/swarm/registry_auth.hpp"

#include "core/json.hpp"

namespace holdfast::swarm {

namespace {

/// Base64 with the alphabet for URLs and padding (RFC 4648, section 5), as the header wants it.
std::string base64url(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto group = bytes.substr(i, 3);
        std::uint32_t bits = 0;
        for (std::size_t k = 0; k < 3; ++k) {
            bits = bits << 8U | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
        }
        for (std::size_t k = 0; k < 4; ++k) {
            text += k <= group.size() ? alphabet[bits >> (18 - 6 * k) & 63U] : '=';
        }
    }
    return text;
}

}  // namespace

std::string_view registry_of(std::string_view image) {
    const auto slash = image.find('/');
    const auto host = image.substr(0, slash);
    const bool is_host =
        slash != std::string_view::npos && (host.find_first_of(".:") != std::string_view::npos || host == "localhost");
    return is_host ? host : "docker.io";
}

Secret registry_auth(const RegistryCredentials& credentials, std::string_view image) {
    const auto host = registry_of(image);
    const auto found = credentials.find(host);
    if (found == credentials.end()) return {};
    const std::string& login = found->second.reveal();
    const auto colon = login.find(':');
    const json::object auth{{"username", login.substr(0, colon)},
                            {"password", colon == std::string::npos ? "" : login.substr(colon + 1)},
                            {"serveraddress", std::string(host)}};
    return Secret(base64url(json::serialize(auth)));
}

}  // namespace holdfast::swarm
