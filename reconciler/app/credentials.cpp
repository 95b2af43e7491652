#include "app/credentials.hpp"

#include "app/files.hpp"
#include "core/base64.hpp"
#include "core/json.hpp"

namespace holdfast::app {

namespace {

/// docker keeps Docker Hub under a URL; image references name it docker.io.
std::string host_of(std::string_view server) {
    if (const auto scheme = server.find("://"); scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
    server = server.substr(0, server.find('/'));
    return server == "index.docker.io" ? "docker.io" : std::string(server);
}

}  // namespace

Result<std::map<std::string, Secret, std::less<>>> read_registry_credentials(const std::filesystem::path& file) {
    std::map<std::string, Secret, std::less<>> credentials;
    if (file.empty()) return credentials;
    const auto text = read_secret(file);
    if (!text) return std::unexpected(text.error());
    const auto config = parse_json(text->reveal());
    if (!config) return fail(ErrorCode::invalid, "it is not a docker config.json", file.string());
    const auto* auths = member(*config, "auths");
    if (auths == nullptr || !auths->is_object()) return credentials;
    for (const auto& [server, entry] : auths->get_object()) {
        const auto decoded = from_base64(text_member(entry, "auth"));
        if (!decoded || decoded->find(':') == std::string::npos)
            return fail(ErrorCode::invalid, "auths: an `auth` is user:password in base64", file.string());
        credentials.emplace(host_of(std::string_view(server)), Secret(*decoded));
    }
    return credentials;
}

}  // namespace holdfast::app
