#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "net/task.hpp"

namespace holdfast::git {

/// A repository's address, checked: https, http, ssh (also as user@host:path), git, or, where the daemon allows it, a
/// local path or file URL. Anything git would take for an option, another transport (`ext::`) or a control character is
/// refused.
class RemoteUrl {
  public:
    static Result<RemoteUrl> parse(std::string_view text, bool allow_local);

    [[nodiscard]] const std::string& str() const { return url_; }  ///< as given, for git itself
    [[nodiscard]] std::string display() const;                     ///< without user name and password
    [[nodiscard]] bool local() const { return local_; }

  private:
    std::string url_;
    bool local_ = false;
};

/// What git may use to reach a remote; all of it from the daemon's own configuration.
struct TransportOptions {
    std::filesystem::path ssh_key;      ///< private key; empty: the agent or the user's default
    std::filesystem::path known_hosts;  ///< empty: the user's own; unknown hosts are refused either way
    Secret https_token;                 ///< sent as the password to `https_token_host` alone
    std::string https_token_host;       ///< `host` or `host:port`
    std::filesystem::path https_ca;     ///< PEM file of the authorities to trust; empty: the system's
    std::filesystem::path home;         ///< a folder of our own, so that no configuration of a user is read
    std::uintmax_t file_limit = std::uintmax_t{4}
                                << 30U;  ///< bytes that a fetch may write into one file, such as a pack
    std::uintmax_t memory_limit = std::uintmax_t{3} << 30U;  ///< bytes of address space that a fetch may take
    std::chrono::milliseconds ls_remote_deadline{30'000};
    std::chrono::milliseconds fetch_deadline{600'000};
    std::chrono::milliseconds push_deadline{60'000};
};

/// Runs the `git` program for everything that goes over a network: argument vectors only, a protocol allow-list, no
/// prompt, no hooks, a deadline that kills the process group. Errors name the remote in `where` and tell apart denied
/// (credentials, host keys), not_found (repository or ref), unavailable (network), timeout and limit.
class Transport {
  public:
    explicit Transport(TransportOptions options) : options_(std::move(options)) {}

    /// The commit that `ref` (`refs/heads/main`, `refs/tags/v1` peeled, `HEAD`) stands at; nothing where the remote has
    /// none.
    net::Task<Result<std::optional<CommitId>>> ls_remote(RemoteUrl url, std::string ref) const;

    /// Fetches refspecs into the bare repository; `depth` 0 takes the whole history. What a refspec with a `*` brought
    /// earlier and the remote has no longer is removed.
    net::Task<Result<void>> fetch(std::filesystem::path repository, RemoteUrl url, std::vector<std::string> refspecs,
                                  unsigned depth) const;

    /// Pushes without force. A refusal because the remote moved on is ErrorCode::conflict, any other refusal `denied`.
    net::Task<Result<void>> push(std::filesystem::path repository, RemoteUrl url, std::string refspec) const;

    /// Makes an empty bare repository, or keeps the one that is there.
    net::Task<Result<void>> init_bare(std::filesystem::path repository) const;

    /// Reads every object of the bare repository again; `failed` where one is damaged or missing.
    net::Task<Result<void>> verify(std::filesystem::path repository) const;

    /// Packs what many fetches left lying about, if it is worth the while.
    net::Task<Result<void>> tidy(std::filesystem::path repository) const;

  private:
    TransportOptions options_;
};

}  // namespace holdfast::git
