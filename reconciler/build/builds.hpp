#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "build/engine.hpp"
#include "build/source_tree.hpp"
#include "core/ids.hpp"
#include "core/result.hpp"
#include "manifest/types.hpp"
#include "net/http_client.hpp"
#include "net/runtime.hpp"

namespace holdfast::build {

/// What one build may take; empty: whatever there is.
struct BuildLimits {
    std::optional<std::uint64_t> nano_cpus, memory_bytes;
};

struct BuildRequest {
    AppKey app;
    manifest::Source source;
    std::string registry;
    CommitId commit;                   ///< of the source
    std::shared_ptr<SourceTree> tree;  ///< of that commit, below the source's path
    BuildLimits limits;
};

/// What is happening to a request.
struct Progress {
    enum class Stage { queued, building, pushing };
    Stage stage = Stage::queued;
    std::string log_id;
};

struct BuildOutcome {
    std::string image;  ///< `registry/environment/app@sha256:…`
    Digest digest;
    std::string key;         ///< of what it was built from
    std::uint16_t port = 0;  ///< that the app listens on, by its Dockerfile
    std::string log_id;
    bool built = false;  ///< false: it was there already
};

using OnProgress = std::function<void(const Progress&)>;
using OnDone = std::function<void(Result<BuildOutcome>)>;

/// Turns sources into images in a registry: looks whether the image is there already, builds it if not, and pushes it.
///
/// One request an app at a time: another one for the app takes the place of the first, which ends as `cancelled` and
/// whose build stops; asked for the same commit and source again, the work goes on for the new asker. At most
/// `concurrency` builds run; looking things up waits for nobody. A build that failed by itself (ErrorCode::failed)
/// isn't tried again until its input changes or `forget` is called. All on the loop's thread; every `on_done` is called
/// once, later than `request` returns unless it is cancelled by then, and not at all once the Builds is gone.
class Builds {
  public:
    struct Options {
        net::Endpoint endpoint;
        std::filesystem::path folder;  ///< for logs (`{id}.log`) and the cache of keys (`keys.json`)
        std::size_t concurrency = 1;
        std::size_t logs_kept = 20;
        std::optional<RegistryCredentials> credentials;
        manifest::Named<std::string> base_images;  ///< NODE_IMAGE, PYTHON_IMAGE, STATIC_IMAGE
        EngineBuilder builder = EngineBuilder::preferred;
    };

    Builds(net::Runtime& runtime, Options options);
    ~Builds();
    Builds(const Builds&) = delete;
    Builds& operator=(const Builds&) = delete;

    void request(BuildRequest request, OnProgress on_progress, OnDone on_done);
    void cancel(const AppKey& app);
    /// Forgets that the app's last build failed and which of its images the registry has: the next request looks anew.
    void forget(const AppKey& app, std::string_view registry);
    void set_concurrency(std::size_t concurrency);
    void set_logs_kept(std::size_t kept);
    /// A build's log, also while it is written.
    [[nodiscard]] Result<std::string> log(std::string_view id) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace holdfast::build
