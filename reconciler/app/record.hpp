#pragma once

#include <optional>
#include <string>

#include "app/rollout.hpp"
#include "core/time.hpp"
#include "status/board.hpp"
#include "target/target.hpp"

namespace holdfast::app {

/// What the reconciler remembers of one app between passes. All of it is a cache: a restart begins with none.
struct Record {
    status::AppStatus status;
    std::string applied_hash;        ///< the input that the target has, as far as this process knows
    std::optional<Rollout> rollout;  ///< in flight
    std::optional<target::Workload> workload;
    std::string error;        ///< why the last write failed, or empty
    std::string failed_hash;  ///< the input whose rollout failed, while that is how it stands
    status::Phase failed_phase = status::Phase::failed;
    std::string failed_reason;

    /// The last thing that was done to it, or went wrong with it, and isn't told in a note yet.
    struct Act {
        std::string reason;
        bool drift = false;
        Instant at{};
        Time time{};  ///< the same, by the wall
    };
    std::optional<Act> acted;

    unsigned repairs = 0;  ///< of drift, within the last minute
    Instant repaired_at{};
    Instant repair_after{};  ///< fought over: leave it until then
};

}  // namespace holdfast::app
