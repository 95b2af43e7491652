#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::app {

/// What the daemon is told by flags, HOLDFAST_* variables or its file: everything that grants power, and nothing of it
/// ever comes from the config repository.
struct Settings {
    std::string config_repo;  ///< https, ssh, git:// or a local path
    std::string branch = "main";
    std::string instance = "default";
    std::string target = "swarm";  ///< swarm or memory
    std::string docker_host = "unix:///var/run/docker.sock";
    std::filesystem::path state_dir = "/var/lib/holdfast";
    std::string listen_address = "127.0.0.1";
    std::uint16_t listen_port = 8080;
    std::string registry;  ///< overrides the Platform's
    bool allow_local_sources = false;

    std::optional<std::chrono::milliseconds> interval;    ///< between two polls; overrides the Platform's
    std::chrono::milliseconds resync{300'000};            ///< between two observations of everything
    std::chrono::milliseconds rollout_deadline{600'000};  ///< for a rollout to go live
    std::size_t width = 8;                                ///< engine calls at a time

    std::filesystem::path ssh_key;
    std::filesystem::path known_hosts;
    std::filesystem::path git_ca_file;  ///< certificates (PEM) that https remotes are checked with; empty: the system's
    std::filesystem::path git_token_file;  ///< password for https remotes of `git_token_host`
    std::string git_token_host;
    std::filesystem::path webhook_secret_file;
    std::filesystem::path registry_auth_file;  ///< a docker config.json: its `auths` alone are read
    std::vector<std::string> build_args;       ///< NAME=value for every build, such as base images

    std::string log_level = "info";
    std::string log_format = "text";
};

inline constexpr std::chrono::milliseconds default_interval{60'000};

/// How often to poll: the operator's word, else the Platform's, else a minute.
[[nodiscard]] inline std::chrono::milliseconds poll_interval(const Settings& settings,
                                                             std::optional<std::chrono::nanoseconds> of_platform) {
    if (settings.interval) return *settings.interval;
    return of_platform ? std::chrono::duration_cast<std::chrono::milliseconds>(*of_platform) : default_interval;
}

}  // namespace holdfast::app
