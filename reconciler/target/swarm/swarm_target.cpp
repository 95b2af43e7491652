#include "target/swarm/swarm_target.hpp"

#include "target/swarm/apply.hpp"
#include "target/swarm/log_frames.hpp"
#include "target/swarm/observe.hpp"
#include "target/swarm/rollouts.hpp"
#include "target/swarm/session.hpp"
#include "target/swarm/spec/app_compose.hpp"
#include "target/swarm/spec/desire.hpp"
#include "target/swarm/spec/rules.hpp"
#include "target/swarm/watch.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::size_t log_bytes = std::size_t{1} << 20U;
constexpr std::chrono::milliseconds log_deadline{10'000};

class SwarmTarget final : public target::Target {
  public:
    SwarmTarget(net::Executor executor, net::Endpoint endpoint, SwarmOptions options)
        : session_{.instance = std::move(options.instance),
                   .credentials = std::move(options.credentials),
                   .engine = Engine(std::move(executor), std::move(endpoint), options.connections)} {}

    [[nodiscard]] const plan::Rules& rules() const override { return swarm_rules(); }

    [[nodiscard]] Result<std::vector<plan::DesiredResource>> desire(const Input& input) const override {
        return desire_app(input.snapshot, input.app, input.image, input.port, session_.instance);
    }

    [[nodiscard]] Result<std::vector<plan::DesiredResource>> desire_shared(
        const manifest::Snapshot&, const manifest::Environment& environment) const override {
        return desire_environment(environment, session_.instance);
    }

    [[nodiscard]] Result<std::string> render(const Input& input) const override {
        const auto compose = compose_of(input.snapshot, input.app, input.image, input.port);
        if (!compose) return std::unexpected(compose.error());
        return render_compose(*compose);
    }

    net::Task<Result<plan::Observed>> observe() override { return observe_all(session_); }

    net::Task<Result<plan::Observed>> observe(std::set<plan::ResourceKey> keys) override {
        co_return co_await observe_some(session_, keys);
    }

    net::Task<Result<target::Applied>> apply(const plan::Action& action) override {
        return apply_action(session_, action);
    }

    net::Task<Result<std::map<AppKey, target::Workload>>> workloads(std::set<AppKey> apps) override {
        return read_workloads(session_, std::move(apps));
    }

    net::Task<void> watch(std::function<void(target::Change)> on_change) override {
        return watch_events(session_, std::move(on_change));
    }

    [[nodiscard]] Calls calls() const override { return session_.engine.calls(); }

    net::Task<Result<std::string>> logs(AppKey app, unsigned lines) override;

  private:
    Session session_;
};

net::Task<Result<std::string>> SwarmTarget::logs(AppKey app, unsigned lines) {
    auto path = fmt::format("/services/{}/logs?stdout=1&stderr=1&timestamps=1&tail={}",
                            net::percent_encoded(service_name(app)), lines);
    std::string stream;
    const auto collect = [&](std::string_view piece) {
        stream += piece;
        return stream.size() < 4 * log_bytes;
    };
    const auto done = co_await session_.engine.stream(std::move(path), collect, log_deadline);
    // The engine waits for nodes that don't answer; what the others said is worth having.
    if (!done && stream.empty()) co_return std::unexpected(done.error());
    co_return newest_lines(without_log_frames(stream), lines, log_bytes);
}

}  // namespace

std::unique_ptr<target::Target> make_swarm_target(net::Executor executor, net::Endpoint endpoint,
                                                  SwarmOptions options) {
    return std::make_unique<SwarmTarget>(std::move(executor), std::move(endpoint), std::move(options));
}

}  // namespace holdfast::swarm
