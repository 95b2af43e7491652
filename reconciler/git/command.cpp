#include "git/command.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <iterator>

#include "core/text.hpp"

namespace holdfast::git {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Any name will do at GitHub, GitLab and Gitea; this one also at GitHub for the tokens of apps.
constexpr std::string_view token_user = "x-access-token";

std::string variable_or(const char* name, std::string_view otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string(otherwise) : value;
}

/// Base 64 (RFC 4648, section 4).
std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = group << 8U | (j < have ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j) text += j <= have ? alphabet[group >> (18U - 6U * j) & 63U] : '=';
    }
    return text;
}

std::string credentials(const TransportOptions& options) {
    return base64(fmt::format("{}:{}", token_user, trimmed(options.https_token.reveal())));
}

/// A path as one argument of the ssh line, which first a shell and then ssh (with its `%` tokens, variables and quotes)
/// reads: what would mean something to either is refused rather than escaped twice.
Result<std::string> ssh_path(const std::filesystem::path& path) {
    const std::string& text = path.native();
    const bool plain = std::ranges::none_of(text, [](char c) {
        return static_cast<unsigned char>(c) < ' ' ||
               std::string_view("'\"\\%$~\x7f").find(c) != std::string_view::npos;
    });
    if (!path.is_absolute() || !plain)
        return fail(
            ErrorCode::invalid,
            fmt::format("{}: a path for ssh must be absolute, without quotes, \\, %, $ and ~", printable(text, 200)));
    return text;
}

Result<std::string> ssh_line(const TransportOptions& options) {
    std::string line =
        "ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=15"
        " -o ServerAliveInterval=15 -o ForwardAgent=no -o ClearAllForwardings=yes";
    if (!options.ssh_key.empty()) {
        const auto key = ssh_path(options.ssh_key);
        if (!key) return key;
        line += fmt::format(" -i '{}' -o IdentitiesOnly=yes -o IdentityAgent=none", *key);
    }
    if (!options.known_hosts.empty()) {
        const auto known_hosts = ssh_path(options.known_hosts);
        if (!known_hosts) return known_hosts;
        line += fmt::format(" -o 'UserKnownHostsFile=\"{}\"' -o GlobalKnownHostsFile=none", *known_hosts);
    }
    return line;
}

Variables configuration(const TransportOptions& options, const RemoteUrl* url) {
    Variables settings{
        {"core.hooksPath", "/dev/null"},
        {"core.logAllRefUpdates", "false"},
        {"credential.helper", ""},
        {"protocol.version", "2"},
        // So that a large repository fits into a fetch's memory: packs are looked at by windows, large files streamed.
        {"core.packedGitWindowSize", "32m"},
        {"core.packedGitLimit", "256m"},
        {"core.bigFileThreshold", "64m"},
        {"pack.threads", "2"},
        {"gc.auto", "0"},
        {"gc.autoDetach", "false"},
        {"maintenance.auto", "false"},
        {"fetch.fsckObjects", "true"},
        // Harmless, and found in the history of many a well-known repository.
        {"fetch.fsck.zeroPaddedFilemode", "ignore"},
        {"fsck.zeroPaddedFilemode", "ignore"},
        {"fetch.showForcedUpdates", "false"},
        {"http.lowSpeedLimit", "1"},
        {"http.lowSpeedTime", "30"},
    };
    if (!options.https_ca.empty()) settings.emplace_back("http.sslCAInfo", options.https_ca.string());
    const std::string site = "https://" + options.https_token_host + "/";
    if (url != nullptr && !options.https_token.empty() && url->str().starts_with(site)) {
        settings.emplace_back(fmt::format("http.{}.extraHeader", site), "Authorization: Basic " + credentials(options));
        // Git would send the header on to wherever it is redirected.
        settings.emplace_back("http.followRedirects", "false");
    }
    return settings;
}

std::string protocols(const RemoteUrl* url) {
    if (url == nullptr) return "none";
    return url->local() ? "file" : "https:http:ssh:git";
}

}  // namespace

Result<net::ProcessSpec> git_command(const TransportOptions& options, const RemoteUrl* url,
                                     const std::filesystem::path& git_dir, std::vector<std::string> arguments) {
    auto ssh = ssh_line(options);
    if (!ssh) return std::unexpected(std::move(ssh.error()));
    Variables environment{
        {"PATH", variable_or("PATH", "/usr/local/bin:/usr/bin:/bin")},
        {"HOME", options.home.string()},
        {"LANG", "C.UTF-8"},
        {"GIT_TERMINAL_PROMPT", "0"},
        {"GIT_CONFIG_NOSYSTEM", "1"},
        {"GIT_CONFIG_GLOBAL", "/dev/null"},
        {"GIT_ASKPASS", "/bin/false"},
        {"GIT_ALLOW_PROTOCOL", protocols(url)},
        {"GIT_SSH_COMMAND", std::move(*ssh)},
        {"GIT_SSH_VARIANT", "ssh"},
        // Without this git would look for a repository, and its configuration, from the working directory upwards.
        {"GIT_DIR", git_dir.empty() ? "/dev/null" : git_dir.string()},
    };
    if (const std::string agent = variable_or("SSH_AUTH_SOCK", ""); !agent.empty() && options.ssh_key.empty())
        environment.emplace_back("SSH_AUTH_SOCK", agent);
    const Variables settings = configuration(options, url);
    environment.emplace_back("GIT_CONFIG_COUNT", std::to_string(settings.size()));
    for (std::size_t i = 0; i < settings.size(); ++i) {
        environment.emplace_back(fmt::format("GIT_CONFIG_KEY_{}", i), settings[i].first);
        environment.emplace_back(fmt::format("GIT_CONFIG_VALUE_{}", i), settings[i].second);
    }
    arguments.insert(arguments.begin(), "git");
    return net::ProcessSpec{.arguments = std::move(arguments), .environment = std::move(environment), .directory = "/"};
}

std::string without_token(std::string text, const TransportOptions& options) {
    constexpr std::string_view masked = "***";
    if (options.https_token.empty()) return text;
    for (const std::string& secret : {std::string(trimmed(options.https_token.reveal())), credentials(options)})
        for (auto at = text.find(secret); !secret.empty() && at != std::string::npos;
             at = text.find(secret, at + masked.size()))
            text.replace(at, secret.size(), masked);
    return text;
}

}  // namespace holdfast::git
