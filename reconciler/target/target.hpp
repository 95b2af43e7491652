#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "manifest/types.hpp"
#include "net/task.hpp"
#include "plan/types.hpp"

namespace holdfast::target {

/// How an app's workload stands right now, as the engine tells it.
struct Workload {
    enum class Update { none, updating, completed, paused, rolling_back, rolled_back };

    unsigned desired = 0;
    unsigned running = 0;  ///< tasks that run (and are healthy, where there is a health check) with the current spec
    Update update = Update::none;
    std::string message;  ///< the newest task's error, or the update's message
    std::vector<std::string> nodes;
    bool exists = false;

    friend bool operator==(const Workload&, const Workload&) = default;
};

/// Something happened in the engine: look again. `keys` are what to look at; empty means everything (a gap in the
/// stream).
struct Change {
    std::set<plan::ResourceKey> keys;  ///< objects that may differ from what was observed
    std::set<AppKey> workloads;        ///< apps whose tasks moved
    bool everything = false;
};

/// What an apply did, so that it needn't be observed again.
struct Applied {
    std::string id;
    std::uint64_t version = 0;  ///< 0: unknown, observe before the next change
};

/// A place that apps run on. One implementation a folder; everything above works with this alone. Loop thread only.
class Target {
  public:
    virtual ~Target() = default;

    [[nodiscard]] virtual const plan::Rules& rules() const = 0;

    /// An app in the target's own terms: pure, cheap, and always the same for the same input.
    struct Input {
        const manifest::Snapshot& snapshot;
        const manifest::App& app;
        std::string image;       ///< what to deploy: the manifest's image, or the built one by digest
        std::uint16_t port = 0;  ///< 0: none
    };
    [[nodiscard]] virtual Result<std::vector<plan::DesiredResource>> desire(const Input& input) const = 0;
    /// What the apps of an environment share (its network). `empty` environments need nothing.
    [[nodiscard]] virtual Result<std::vector<plan::DesiredResource>> desire_shared(
        const manifest::Snapshot& snapshot, const manifest::Environment& environment) const = 0;
    /// The app as a file that the target's own tool takes (`docker stack deploy`, `kubectl apply`).
    [[nodiscard]] virtual Result<std::string> render(const Input& input) const = 0;

    /// Everything of ours that exists.
    virtual net::Task<Result<plan::Observed>> observe() = 0;
    /// The same for these keys alone; what is missing from the answer doesn't exist.
    virtual net::Task<Result<plan::Observed>> observe(std::set<plan::ResourceKey> keys) = 0;

    /// One write. A conflict (it changed since it was observed, or exists and isn't ours) is ErrorCode::conflict; with
    /// Retry::on_conflict observing again helps, with Retry::never it is not ours.
    virtual net::Task<Result<Applied>> apply(const plan::Action& action) = 0;

    /// How these apps' workloads stand.
    virtual net::Task<Result<std::map<AppKey, Workload>>> workloads(std::set<AppKey> apps) = 0;

    /// Calls `on_change` for what happens in the engine until cancelled; reconnects by itself with backoff, and says
    /// `everything` after each gap.
    virtual net::Task<void> watch(std::function<void(Change)> on_change) = 0;

    /// Reads and writes sent so far, for tests and /metrics.
    struct Calls {
        std::uint64_t reads = 0;
        std::uint64_t writes = 0;
    };
    [[nodiscard]] virtual Calls calls() const = 0;

    /// The newest `lines` of an app's output, oldest first.
    virtual net::Task<Result<std::string>> logs(AppKey app, unsigned lines) = 0;
};

}  // namespace holdfast::target
