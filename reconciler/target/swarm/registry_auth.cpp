#include "target/swarm/registry_auth.hpp"

#include "core/base64.hpp"
#include "core/json.hpp"

namespace holdfast::swarm {

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
