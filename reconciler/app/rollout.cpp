#include "app/rollout.hpp"

#include <fmt/format.h>

namespace holdfast::app {

namespace {

using status::Phase;
using target::Workload;
using Update = Workload::Update;
using namespace std::chrono_literals;

/// Tasks that keep failing with nothing running are told as a failure after this long, before the deadline: the engine
/// goes on trying, and if it succeeds after all the app is live after all.
constexpr auto patience = 30s;

std::string progress(const Workload& workload) {
    auto text = fmt::format("{} of {} replicas running", workload.running, workload.desired);
    if (!workload.message.empty()) text += fmt::format(" ({})", workload.message);
    return text;
}

std::string because(std::string_view what, const Workload& workload) {
    return workload.message.empty() ? std::string(what) : fmt::format("{}: {}", what, workload.message);
}

}  // namespace

Judgement judge(Rollout& rollout, const Workload& workload, Instant now) {
    switch (workload.update) {
        case Update::rolled_back:
            return {Phase::rolled_back, because("the rollout failed and was rolled back", workload), {}};
        case Update::rolling_back:
            return {Phase::rolling_out, because("the rollout failed, rolling back", workload), {}};
        case Update::paused:
            return {Phase::failed, because("the rollout failed and is paused", workload), {}};
        case Update::none:
        case Update::updating:
        case Update::completed:
            break;
    }

    const bool complete =
        workload.exists && workload.running >= workload.desired && workload.update != Update::updating;
    if (!complete) {
        rollout.complete_since.reset();
        const auto age = now - rollout.started;
        if (age >= rollout.deadline) return {Phase::failed, "not live within its deadline: " + progress(workload), {}};
        if (age >= patience && workload.running == 0 && !workload.message.empty())
            return {Phase::failed, progress(workload), {}};
        return {Phase::rolling_out, progress(workload), rollout.deadline - age};
    }
    if (!rollout.complete_since) rollout.complete_since = now;
    // The engine watched an update for its monitor period itself; nothing can fail where nothing runs.
    const auto watched = now - *rollout.complete_since;
    if (workload.update == Update::completed || workload.desired == 0 || watched >= rollout.monitor)
        return {Phase::live, fmt::format("{} of {} replicas running", workload.running, workload.desired), {}};
    return {Phase::rolling_out, "everything runs, watching for failures", rollout.monitor - watched};
}

Judgement judge_at_rest(const Workload& workload) {
    if (!workload.exists) return {Phase::degraded, "it is missing", {}};
    if (workload.running >= workload.desired) return {Phase::live, {}, {}};
    return {Phase::degraded, progress(workload), {}};
}

}  // namespace holdfast::app
