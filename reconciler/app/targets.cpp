#include "app/targets.hpp"

#include "app/credentials.hpp"
#include "net/http_client.hpp"
#include "target/memory/memory_target.hpp"
#include "target/swarm/swarm_target.hpp"

namespace holdfast::app {

Result<std::unique_ptr<target::Target>> make_target(net::Runtime& runtime, const Settings& settings) {
    if (settings.target == "memory")
        return std::make_unique<memory::MemoryTarget>(runtime.executor(), settings.instance);
    if (settings.target != "swarm")
        return fail(ErrorCode::invalid, "target '" + settings.target + "' is not supported yet: use swarm or memory");
    auto endpoint = net::Endpoint::parse(settings.docker_host);
    if (!endpoint) return fail(endpoint.error(), "--docker-host");
    auto credentials = read_registry_credentials(settings.registry_auth_file);
    if (!credentials) return std::unexpected(credentials.error());
    return swarm::make_swarm_target(
        runtime.executor(), std::move(*endpoint),
        {.instance = settings.instance, .credentials = std::move(*credentials), .connections = settings.width});
}

}  // namespace holdfast::app
