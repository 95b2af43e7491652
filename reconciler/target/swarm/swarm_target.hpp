#pragma once

#include <memory>
#include <string>

#include "net/http_client.hpp"
#include "target/swarm/registry_auth.hpp"
#include "target/target.hpp"

namespace holdfast::swarm {

struct SwarmOptions {
    std::string instance = "main";    ///< what is labelled with this is ours, and nothing else
    RegistryCredentials credentials;  ///< handed to the nodes that pull private images
    std::size_t connections = 8;      ///< kept open to the engine, and so the writes under way at once
};

/// A Docker Swarm, by the API of one of its managers. Nothing is sent before the first call.
[[nodiscard]] std::unique_ptr<target::Target> make_swarm_target(net::Executor executor, net::Endpoint endpoint,
                                                                SwarmOptions options);

}  // namespace holdfast::swarm
