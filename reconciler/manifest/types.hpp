#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"
#include "core/ids.hpp"

namespace holdfast::manifest {

using Duration = std::chrono::nanoseconds;
template <class T>
using Named = std::map<std::string, T, std::less<>>;

enum class Builder { automatic, dockerfile, nextjs, node, python, static_site };

/// Where an app's image is built from.
struct Source {
    std::string repo;
    std::string ref;                 ///< `refs/heads/main`, `refs/tags/v1` or a commit id
    std::string path;                ///< build context and watched folder; empty: the whole repository
    std::vector<std::string> watch;  ///< globs; empty: everything below `path`
    std::string dockerfile;          ///< relative to `path`; empty: `Dockerfile` if there is one
    std::string target;
    Named<std::string> args;
    Builder builder = Builder::automatic;
    std::string install, build, start;  ///< commands for a generated Dockerfile; empty: the builder's own
    Duration timeout = std::chrono::minutes{10};

    friend bool operator==(const Source&, const Source&) = default;
};

struct Config {
    std::string target;   ///< absolute path in the container
    std::string file;     ///< path in the config repository, or empty where `content` is inline
    std::string content;  ///< inline text, or what `file` holds (filled in when the revision is read)

    friend bool operator==(const Config&, const Config&) = default;
};

struct ExternalSecret {
    std::string name;    ///< how the app sees it: /run/secrets/{name}
    std::string secret;  ///< the engine's name for it

    friend bool operator==(const ExternalSecret&, const ExternalSecret&) = default;
};

struct Storage {
    std::uint64_t size_gib = 1;
    std::string mount = "/data";
    std::string storage_class;

    friend bool operator==(const Storage&, const Storage&) = default;
};

struct Health {
    std::string path;                  ///< HTTP path on the app's port, or empty
    std::vector<std::string> command;  ///< or a command, as an argument vector
    std::string shell;                 ///< or a command line for the container's shell
    std::optional<Duration> interval, timeout, start_period;
    std::optional<unsigned> retries;

    friend bool operator==(const Health&, const Health&) = default;
};

struct ResourceAmount {
    std::optional<std::uint64_t> nano_cpus;
    std::optional<std::uint64_t> memory_bytes;

    friend bool operator==(const ResourceAmount&, const ResourceAmount&) = default;
};

struct Ingress {
    bool is_public = true;
    std::vector<std::string> domains;  ///< never empty for a public app: the default is filled in
    std::string path;
    bool tls = true;

    friend bool operator==(const Ingress&, const Ingress&) = default;
};

struct Security {
    bool read_only = true;
    bool no_new_privileges = true;  ///< an engine-wide default on Swarm; see docs
    std::vector<std::string> capabilities_added;
    std::vector<std::string> tmpfs = {"/tmp"};

    friend bool operator==(const Security&, const Security&) = default;
};

struct Update {
    std::string order;  ///< `start-first` or `stop-first`; filled in
    unsigned parallelism = 1;
    std::optional<Duration> delay, monitor;
    std::string on_failure = "rollback";  ///< rollback, pause or continue

    friend bool operator==(const Update&, const Update&) = default;
};

struct Restart {
    std::string condition = "any";
    std::optional<Duration> delay, window;
    std::optional<unsigned> max_attempts;

    friend bool operator==(const Restart&, const Restart&) = default;
};

struct Placement {
    std::vector<std::string> constraints;
    std::vector<std::string> spread;  ///< preferences
    std::optional<unsigned> max_replicas_per_node;

    friend bool operator==(const Placement&, const Placement&) = default;
};

/// One deployable thing, with every default merged in.
struct App {
    AppKey key;
    std::string image;  ///< set, or `source` is
    std::optional<Source> source;
    std::vector<std::string> command, args;  ///< as compose's entrypoint and command
    std::string user, working_dir;
    std::optional<std::uint16_t> port;  ///< missing: none for an image, EXPOSE or 3000 for a source
    unsigned replicas = 1;
    Named<std::string> env;
    std::vector<ExternalSecret> secrets;
    std::vector<Config> configs;
    std::optional<Storage> storage;
    std::optional<Health> health;
    ResourceAmount limits, reservations;
    Ingress ingress;
    Security security;
    Update update;
    Placement placement;
    Restart restart;
    Named<std::string> labels;  ///< on the service
    std::vector<std::string> depends_on;
    bool suspend = false;
    json::value override_swarm;  ///< a compose service fragment, or null

    std::string file;          ///< where it stands, for provenance
    std::string content_hash;  ///< of everything above: equal hash, equal app
};

struct Quota {
    std::optional<unsigned> apps, replicas;
    std::optional<std::uint64_t> nano_cpus, memory_bytes;
};

struct Environment {
    std::string name = "default";
    std::string domain;  ///< empty: the platform's
    Quota quota;
    bool suspend = false;
    std::string instance;  ///< empty: any instance
    std::string file;
};

struct IngressController {
    std::string kind = "traefik";  ///< or `none`
    std::string entry_point = "websecure";
    std::string certificate_resolver = "letsencrypt";
    std::string network = "traefik-public";  ///< an external overlay network

    friend bool operator==(const IngressController&, const IngressController&) = default;
};

struct Platform {
    std::string name;
    std::string domain;
    std::string registry = "localhost:5000";
    IngressController ingress;
    unsigned build_concurrency = 1;
    std::optional<std::uint64_t> build_nano_cpus, build_memory_bytes;
    unsigned builds_kept = 20;  ///< logs
    double prune_guard = 0.5;   ///< the share of the apps that a prune may remove without a confirmation
    std::optional<Duration> interval;
    std::string file;
};

/// A config repository at one revision, read and checked. Immutable once made; shared between threads freely.
struct Snapshot {
    Platform platform;
    std::map<std::string, Environment> environments;    ///< always has `default`
    std::map<AppKey, std::shared_ptr<const App>> apps;  ///< the valid ones of this instance
    std::map<AppKey, std::vector<Diagnostic>> invalid;  ///< these keep running as last applied
    std::vector<std::string> broken_files;              ///< unreadable: whatever they held keeps running
    std::vector<Diagnostic> diagnostics;                ///< all of them, sorted, warnings included
    Named<std::string> templates;                       ///< the repository's own, by path below templates/
    bool usable = true;                                 ///< false where the Platform itself is wrong: change nothing

    [[nodiscard]] bool valid() const;  ///< no diagnostic but warnings
};

}  // namespace holdfast::manifest
