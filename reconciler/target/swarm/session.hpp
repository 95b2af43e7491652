#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "target/swarm/engine.hpp"
#include "target/swarm/event.hpp"
#include "target/swarm/registry_auth.hpp"
#include "target/swarm/spec/normalise.hpp"

namespace holdfast::swarm {

/// What is remembered of the engine between calls: only what saves a read, or what a write must not lose.
struct Remembered {
    KnownObjects known;                            ///< ours, observed or written; names say whose app an event is about
    Names networks;                                ///< name by id, of all networks
    std::map<plan::ResourceKey, std::string> ids;  ///< of configs and secrets, which services refer to by id
    std::map<std::string, std::uint64_t> force_updates;  ///< by service id, where not 0: posting another restarts tasks
    std::map<std::string, std::string> node_names;       ///< by node id
};

/// One instance's dealings with one engine.
struct Session {
    std::string instance;
    RegistryCredentials credentials;
    Engine engine;
    Remembered remembered;
};

/// `/services`, `/networks`, … : the path of a kind's list.
[[nodiscard]] inline std::string path_of(const plan::ResourceKey& key) {
    return "/" + key.kind + "s";
}

}  // namespace holdfast::swarm
