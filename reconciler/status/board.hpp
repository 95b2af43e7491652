#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"
#include "core/ids.hpp"
#include "core/time.hpp"

namespace holdfast::status {

/// An app's phase, as the spec's section 2 names them.
enum class Phase {
    pending,
    building,
    pushing,
    waiting,
    applying,
    rolling_out,
    live,
    invalid,
    failed,
    rolled_back,
    degraded,
    suspended,
    removed,
};
enum class Sync { synced, out_of_sync, unknown };
enum class HealthState { healthy, progressing, degraded, missing, unknown };

[[nodiscard]] std::string_view to_string(Phase phase);  ///< `rolling_out`
[[nodiscard]] std::string_view to_string(Sync sync);    ///< `synced`, `out of sync`, `unknown`
[[nodiscard]] std::string_view to_string(HealthState health);

/// Whether something is still on its way to another phase by itself: a revision is settled when none is.
[[nodiscard]] bool in_progress(Phase phase);
/// Whether the app is as its manifest wants it.
[[nodiscard]] bool is_good(Phase phase);

/// kstatus: Ready, Reconciling or Stalled with a reason.
struct Condition {
    std::string type;
    bool status = false;
    std::string reason;  ///< one CamelCase word
    std::string message;
    Time since;

    friend bool operator==(const Condition&, const Condition&) = default;
};

/// One line of an app's history.
struct Event {
    Time at;
    std::string what;  ///< `rollout`, `drift`, `build`, `rollback`, `invalid`, `removed`
    std::string revision;
    std::string image;
    std::string message;

    friend bool operator==(const Event&, const Event&) = default;
};

struct AppStatus {
    AppKey key;
    Phase phase = Phase::pending;
    Sync sync = Sync::unknown;
    HealthState health = HealthState::unknown;
    std::string reason;  ///< why it is in this phase, or why it was last changed
    std::string image;
    CommitId source_commit;
    std::string source;  ///< `main a1b2c3d4 "Fix header"`
    std::string url;     ///< empty where it isn't public
    unsigned replicas_desired = 0;
    unsigned replicas_running = 0;
    std::vector<std::string> nodes;
    std::string observed_revision;   ///< of the config repository: the newest one that was looked at
    std::string attempted_revision;  ///< the newest one that was applied, or tried to be
    std::string applied_revision;    ///< the newest one that went live
    std::string build_id;            ///< of the newest build's log, or empty
    Time since;                      ///< of the present phase
    std::vector<Condition> conditions;
    std::deque<Event> history;  ///< newest first, at most 20

    friend bool operator==(const AppStatus&, const AppStatus&) = default;
};

/// One revision of the config repository and what came of it.
struct RevisionStatus {
    CommitId id;
    std::string subject;
    std::string author;
    Time committed;
    std::optional<Time> settled;
    std::string result;  ///< empty while reconciling; converged, degraded or failed
    std::string note;    ///< the note's text, once it is written

    friend bool operator==(const RevisionStatus&, const RevisionStatus&) = default;
};

/// Everything the page, the API and the metrics show. Immutable once published; readers share it.
struct Board {
    std::string instance;
    std::string target;
    std::string repository;  ///< without credentials
    std::string branch;
    std::uint64_t generation = 0;  ///< grows with every change
    bool ready = false;            ///< the first pass is through
    std::string problem;           ///< what keeps us from reconciling (remote or engine gone), or empty
    std::string notes_problem;     ///< why notes stay local, or empty
    std::map<AppKey, std::shared_ptr<const AppStatus>> apps;
    std::deque<RevisionStatus> revisions;  ///< newest first, at most 50
    std::vector<Diagnostic> diagnostics;   ///< of the newest revision
    Time now;                              ///< when this board was published
};

}  // namespace holdfast::status
