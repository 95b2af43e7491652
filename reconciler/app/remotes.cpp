#include "app/remotes.hpp"

#include "app/files.hpp"

namespace holdfast::app {

Result<git::Transport> make_transport(const Settings& settings) {
    auto token = read_secret(settings.git_token_file);
    if (!token) return fail(token.error(), "--git-token-file");
    git::TransportOptions options;
    options.ssh_key = settings.ssh_key;
    options.known_hosts = settings.known_hosts;
    options.https_ca = settings.git_ca_file;
    options.https_token = std::move(*token);
    options.https_token_host = settings.git_token_host;
    options.home = settings.state_dir / "home";
    std::error_code error;
    std::filesystem::create_directories(options.home, error);
    if (error) return fail(ErrorCode::denied, "can't make " + options.home.string() + ": " + error.message());
    return git::Transport(std::move(options));
}

Result<git::Mirror> make_config_mirror(const Settings& settings, const git::Transport& transport) {
    if (settings.config_repo.empty())
        return fail(ErrorCode::invalid, "no config repository: give --config-repo URL or set HOLDFAST_CONFIG_REPO");
    auto url = git::RemoteUrl::parse(settings.config_repo, true);
    if (!url) return fail(url.error(), "--config-repo");
    return git::Mirror(settings.state_dir / "config", std::move(*url), transport, 0);
}

}  // namespace holdfast::app
