#pragma once

#include <functional>
#include <string>

#include "net/runtime.hpp"
#include "target/memory/memory_engine.hpp"
#include "target/target.hpp"

namespace holdfast::memory {

/// A target in the process, in a Swarm's terms: for trying things out, for plans without an engine, and for tests of
/// everything above a target. Loop thread only.
class MemoryTarget final : public target::Target {
  public:
    /// `engine`: what exists already, as left by an earlier life.
    MemoryTarget(const net::Executor& executor, std::string instance, MemoryEngine engine = {});

    [[nodiscard]] const plan::Rules& rules() const override;
    [[nodiscard]] Result<std::vector<plan::DesiredResource>> desire(const Input& input) const override;
    [[nodiscard]] Result<std::vector<plan::DesiredResource>> desire_shared(
        const manifest::Snapshot& snapshot, const manifest::Environment& environment) const override;
    [[nodiscard]] Result<std::string> render(const Input& input) const override;

    net::Task<Result<plan::Observed>> observe() override;
    net::Task<Result<plan::Observed>> observe(std::set<plan::ResourceKey> keys) override;
    net::Task<Result<target::Applied>> apply(const plan::Action& action) override;
    net::Task<Result<std::map<AppKey, target::Workload>>> workloads(std::set<AppKey> apps) override;
    net::Task<void> watch(std::function<void(target::Change)> on_change) override;
    [[nodiscard]] Calls calls() const override { return calls_; }
    net::Task<Result<std::string>> logs(AppKey app, unsigned lines) override;

    // What somebody does to the engine by hand. Each is reported to `watch`.

    void create_by_hand(const plan::ResourceKey& key, const json::value& spec);
    /// False where there is no such object.
    bool change_by_hand(const plan::ResourceKey& key, const std::function<void(json::value& spec)>& change);
    void remove_by_hand(const plan::ResourceKey& key);
    /// As if the engine had been restarted: the stream of changes has a gap.
    void restart();
    void break_image(std::string image) { engine_.break_image(std::move(image)); }

    [[nodiscard]] const MemoryEngine& engine() const { return engine_; }

  private:
    void add_observed(const plan::ResourceKey& key, plan::Observed& observed) const;
    Result<target::Applied> write(const plan::Action& action);
    Result<target::Applied> create(const plan::Action& action);
    [[nodiscard]] std::optional<AppKey> app_of(const plan::ResourceKey& key) const;
    void changed(const plan::ResourceKey& key, const std::optional<AppKey>& app);

    std::string instance_;
    MemoryEngine engine_;
    Calls calls_;
    net::Wake wake_;
    target::Change pending_;  ///< happened, but not yet reported
};

}  // namespace holdfast::memory
