#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "status/board.hpp"
#include "target/target.hpp"

namespace holdfast::app {

using Instant = std::chrono::steady_clock::time_point;

/// A change of an app that the engine is carrying out.
struct Rollout {
    Instant started{};
    std::chrono::nanoseconds monitor{std::chrono::seconds{5}};  ///< how long it must run before it counts as live
    std::chrono::nanoseconds deadline{std::chrono::minutes{10}};
    std::optional<Instant> complete_since;  ///< since when everything runs

    friend bool operator==(const Rollout&, const Rollout&) = default;
};

/// What a look at the workload says about a rollout.
struct Judgement {
    status::Phase phase = status::Phase::rolling_out;  ///< rolling_out, live, failed or rolled_back
    std::string reason;
    std::optional<std::chrono::nanoseconds> look_again;  ///< when time alone will change the answer
};

/// Judges a rollout, remembering in it since when it is complete. Success is never said of a rollback: an engine that
/// went back to the old spec is `rolled_back` even though everything runs.
[[nodiscard]] Judgement judge(Rollout& rollout, const target::Workload& workload, Instant now);

/// The phase of an app with no rollout in flight: live or degraded.
[[nodiscard]] Judgement judge_at_rest(const target::Workload& workload);

}  // namespace holdfast::app
