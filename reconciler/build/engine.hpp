#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "build/log_store.hpp"
#include "build/recipe.hpp"
#include "build/source_tree.hpp"
#include "core/ids.hpp"
#include "core/secret.hpp"
#include "net/http_client.hpp"
#include "net/runtime.hpp"

namespace holdfast::build {

/// For one registry, and sent to no other, whatever registry the images are for.
struct RegistryCredentials {
    std::string registry;  ///< `registry.example.org:5000`
    std::string user;
    Secret password;
};

struct ImageBuild {
    std::shared_ptr<const Recipe> recipe;
    std::shared_ptr<SourceTree> tree;
    std::vector<std::string> tags;
    manifest::Named<std::string> labels;
    std::optional<std::uint64_t> nano_cpus, memory_bytes;  ///< BuildKit in the engine ignores them
    manifest::Duration timeout{};
};

/// Which of the engine's builders to use. `preferred`: the one that the engine names; where it names none, BuildKit,
/// unless the build has limits or credentials, which only the classic builder heeds.
enum class EngineBuilder { preferred, classic, buildkit };

/// Builds and pushes images by a Docker engine (https://docs.docker.com/reference/api/engine/). Cancelling a call drops
/// its connection, upon which the engine stops what it does. Loop thread only.
class Engine {
  public:
    Engine(net::Runtime& runtime, net::Endpoint endpoint, std::optional<RegistryCredentials> credentials,
           EngineBuilder builder);

    /// The digest that a reference has in its registry; nothing where it isn't there or may not be seen.
    net::Task<Result<std::optional<Digest>>> find(std::string reference);
    /// Builds and gives the image's id. ErrorCode::failed means that the build itself failed and would again.
    net::Task<Result<std::string>> build(ImageBuild build, BuildLog& log);
    net::Task<Result<Digest>> push(std::string repository, std::string tag, BuildLog& log);
    /// Removes the engine's own copies of a repository's images but for two tags, so that its disk doesn't fill up with
    /// what the registry has. What can't be removed (a container uses it) stays until next time.
    net::Task<void> remove_older(std::string repository, std::string kept, std::string also_kept);

  private:
    struct Api {
        unsigned minor = 0;   ///< of version 1
        std::string prefers;  ///< `2` is BuildKit, `1` the classic builder, or empty
        [[nodiscard]] std::string path(std::string_view rest) const;
    };
    net::Task<Result<Api>> negotiate();
    [[nodiscard]] std::string auth_header(std::string_view reference) const;
    [[nodiscard]] bool with_buildkit(const Api& api, const ImageBuild& build) const;
    [[nodiscard]] net::Request build_request(const Api& api, const ImageBuild& build) const;

    net::Runtime& runtime_;
    net::HttpClient client_;
    std::optional<RegistryCredentials> credentials_;
    EngineBuilder builder_;
};

}  // namespace holdfast::build
