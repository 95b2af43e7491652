#include "status/board.hpp"

namespace holdfast::status {

std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::pending:
            return "pending";
        case Phase::building:
            return "building";
        case Phase::pushing:
            return "pushing";
        case Phase::waiting:
            return "waiting";
        case Phase::applying:
            return "applying";
        case Phase::rolling_out:
            return "rolling_out";
        case Phase::live:
            return "live";
        case Phase::invalid:
            return "invalid";
        case Phase::failed:
            return "failed";
        case Phase::rolled_back:
            return "rolled_back";
        case Phase::degraded:
            return "degraded";
        case Phase::suspended:
            return "suspended";
        case Phase::removed:
            break;
    }
    return "removed";
}

std::string_view to_string(Sync sync) {
    return sync == Sync::synced ? "synced" : sync == Sync::out_of_sync ? "out of sync" : "unknown";
}

std::string_view to_string(HealthState health) {
    switch (health) {
        case HealthState::healthy:
            return "healthy";
        case HealthState::progressing:
            return "progressing";
        case HealthState::degraded:
            return "degraded";
        case HealthState::missing:
            return "missing";
        case HealthState::unknown:
            break;
    }
    return "unknown";
}

bool in_progress(Phase phase) {
    switch (phase) {
        case Phase::pending:
        case Phase::building:
        case Phase::pushing:
        case Phase::waiting:
        case Phase::applying:
        case Phase::rolling_out:
            return true;
        default:
            return false;
    }
}

bool is_good(Phase phase) {
    return phase == Phase::live || phase == Phase::suspended || phase == Phase::removed;
}

}  // namespace holdfast::status
