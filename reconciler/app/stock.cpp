// How every app stands after the plan was carried out: its rollout judged, its phase, sync and health set.
#include <algorithm>
#include <fmt/format.h>

#include "app/clock.hpp"
#include "app/holds.hpp"
#include "app/reconciler.hpp"
#include "core/text.hpp"
#include "log/log.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;
using status::HealthState;
using status::Phase;
using status::Sync;

/// Events tell when a rollout moves; this is how often to look where one is missed.
constexpr auto rollout_poll = 1s;

HealthState health_of(const Record& record) {
    if (!record.workload) return HealthState::unknown;
    if (!record.workload->exists) return HealthState::missing;
    if (record.rollout) return HealthState::progressing;
    return record.workload->running >= record.workload->desired ? HealthState::healthy : HealthState::degraded;
}

}  // namespace

/// The workloads that may have moved: of apps in a rollout, and of those that the engine reported. They are looked at
/// after the specs and before the plan: an engine that rolled back has changed the spec itself, and that must not pass
/// for drift.
net::Task<void> Reconciler::look_at_workloads() {
    const auto exists = [&](const AppKey& key) {
        const auto app = desired_.apps.find(key);
        return app != desired_.apps.end() && std::ranges::any_of(app->second->resources, [&](const auto& resource) {
                   return observed_.resources.contains(resource.key);
               });
    };
    std::set<AppKey> apps;
    for (const auto& key : std::exchange(moved_, {}))
        if (exists(key)) apps.insert(key);
    for (const auto& [key, app] : desired_.apps) {
        const auto record = records_.find(key);
        const bool unknown = record == records_.end() || !record->second.workload || record->second.rollout;
        if (unknown && exists(key)) apps.insert(key);
    }
    if (apps.empty() || !engine_problem_.empty()) co_return;
    const auto workloads = co_await target_.workloads(apps);
    if (!workloads) {
        engine_failed(workloads.error());
        moved_ = std::move(apps);
        co_return;
    }
    for (const auto& key : apps) {
        const auto found = workloads->find(key);
        judge_app(key, found == workloads->end() ? target::Workload{} : found->second);
    }
}

void Reconciler::judge_app(const AppKey& key, const target::Workload& workload) {
    const auto now = std::chrono::steady_clock::now();
    auto& record = records_[key];
    const bool first_look = !record.workload;
    record.workload = workload;
    const bool moving = workload.update == target::Workload::Update::updating ||
                        workload.update == target::Workload::Update::rolling_back;
    // A rollout that a former life of this process (or somebody's hand) began is watched like our own.
    if (!record.rollout && (moving || (first_look && workload.exists && workload.running < workload.desired)))
        record.rollout = Rollout{.started = now, .deadline = settings_.rollout_deadline};
    if (!record.rollout) {
        if (!record.failed_hash.empty() && record.failed_phase == Phase::failed &&
            judge_at_rest(workload).phase == Phase::live) {
            record.failed_hash.clear();
            failures_.forget(key);
        }
        return;
    }

    const auto judgement = judge(*record.rollout, workload, now);
    if (judgement.phase == Phase::rolling_out) {
        set_phase(record, Phase::rolling_out, judgement.reason);
        const auto again =
            now + std::min<std::chrono::nanoseconds>(judgement.look_again.value_or(rollout_poll), rollout_poll);
        look_again_at(again);
        return;
    }
    record.rollout.reset();
    const auto desired = desired_.apps.find(key);
    if (judgement.phase == Phase::live) {
        failures_.forget(key);
        record.failed_hash.clear();
        return;
    }
    const auto hash = desired == desired_.apps.end() ? std::string() : desired->second->input_hash;
    failures_.failed(key, hash, judgement.reason, wall_now());
    record.failed_hash = hash;
    record.failed_phase = judgement.phase;
    record.failed_reason = judgement.reason;
    if (judgement.reason.contains("No such image")) images_.missing(key);
    if (!record.acted) act(record, judgement.reason);
    remember(record, judgement.phase == Phase::rolled_back ? "rollback" : "failure", judgement.reason);
    log::warn("{}: {}", key.str(), judgement.reason);
    // The engine has the old spec back: see it, or the next plan works with what was written last.
    observe_everything_ = true;
    look_again_at(now);
}

/// Every app's phase, sync and health, from what is known of it.
void Reconciler::take_stock() {
    const auto& snapshot = *revision_->snapshot;
    const auto revision = revision_->commit.id.str();
    std::map<AppKey, const plan::Skipped*> skipped;
    for (const auto& item : plan_.skipped)
        if (item.app) skipped.emplace(*item.app, &item);
    std::set<AppKey> planned;
    for (const auto& action : plan_.actions)
        if (action.app && action.verb != plan::Verb::remove) planned.insert(*action.app);

    for (const auto& [key, app] : snapshot.apps) {
        auto& record = records_[key];
        auto& status = record.status;
        status.key = key;
        status.observed_revision = revision;
        const bool differs = skipped.contains(key);
        const auto desired = desired_.apps.find(key);
        // Nothing to do for it: the target has it as it should be.
        if (desired != desired_.apps.end() && !differs && !planned.contains(key) && engine_problem_.empty()) {
            record.applied_hash = desired->second->input_hash;
            record.error.clear();
        }
        const bool applied = desired != desired_.apps.end() && record.applied_hash == desired->second->input_hash;
        status.sync = !engine_problem_.empty() ? Sync::unknown : applied && !differs ? Sync::synced : Sync::out_of_sync;
        if (applied) status.attempted_revision = revision;
        if (const auto image = images_.images().find(key); image != images_.images().end()) {
            status.image = image->second.reference;
            status.source_commit = image->second.commit;
            status.source = image->second.source;
        }
        status.build_id = images_.build_id(key);
        status.url = app->ingress.is_public && !app->ingress.domains.empty()
                         ? fmt::format("{}://{}{}", app->ingress.tls ? "https" : "http", app->ingress.domains[0],
                                       app->ingress.path)
                         : "";
        stand(key, record);
        if (differs && status.phase == Phase::live) status.reason = skipped.at(key)->reason;
    }
    for (const auto& [key, diagnostics] : snapshot.invalid) {
        auto& record = records_[key];
        record.status.key = key;
        record.status.observed_revision = revision;
        record.status.sync = Sync::out_of_sync;
        set_phase(record, Phase::invalid,
                  diagnostics.empty() ? "its environment is invalid" : to_string(diagnostics[0]));
    }
    std::set<AppKey> existing;
    for (const auto& [key, resource] : observed_.resources)
        if (resource.app) existing.insert(*resource.app);
    for (auto& [key, record] : records_) {
        if (snapshot.apps.contains(key) || snapshot.invalid.contains(key)) continue;
        record.status.key = key;
        const auto left = skipped.find(key);
        if (!existing.contains(key)) {
            set_phase(record, Phase::removed, record.acted ? record.acted->reason : "no longer in git");
            record.status.sync = Sync::synced;
            record.status.health = HealthState::missing;
        } else if (left != skipped.end()) {
            record.status.sync = Sync::out_of_sync;
            set_phase(record, Phase::invalid, left->second->reason);
        } else if (removals_pending_ || record.error.empty()) {
            set_phase(record, Phase::applying, "being removed");
        } else {
            set_phase(record, Phase::failed, "it can't be removed: " + record.error);
        }
    }
    for (const auto& key : existing)
        if (!records_.contains(key)) {
            records_[key].status.key = key;
            const auto left = skipped.find(key);
            set_phase(records_[key], left == skipped.end() ? Phase::applying : Phase::invalid,
                      left == skipped.end() ? "being removed" : left->second->reason);
        }
    const auto now = std::chrono::steady_clock::now();
    for (const auto& [key, obstacle] : obstacles_) look_again_at(obstacle.next_try);
    if (const auto due = failures_.next_try(wall_now())) look_again_at(now + (*due - wall_now()));
    for (auto& [key, record] : records_) {
        // Nobody looks at the rollout of what isn't wanted any more, or can't be.
        if (!desired_.apps.contains(key)) record.rollout.reset();
        if (engine_problem_.empty() && (is_released(key, record) || can_shed(key, record))) look_again_at(now);
        if (record.repair_after > now) look_again_at(record.repair_after);
    }
    // What was written is looked at once more: for its version, and to see what the target made of it.
    if (!dirty_.empty() && engine_problem_.empty()) look_again_at(now);
}

/// The phase of one app of the manifests: the first of these rules that applies.
void Reconciler::stand(const AppKey& key, Record& record) {
    const auto& snapshot = *revision_->snapshot;
    const auto& app = *snapshot.apps.at(key);
    auto& status = record.status;
    status.health = health_of(record);
    if (record.workload) {
        status.replicas_desired = record.workload->desired;
        status.replicas_running = record.workload->running;
        status.nodes = record.workload->nodes;
    } else {
        status.replicas_desired = app.replicas;
    }

    if (auto reason = suspension(snapshot, app); !reason.empty())
        return set_phase(record, Phase::suspended, std::move(reason));
    if (const auto problem = desired_state_.problems().find(key); problem != desired_state_.problems().end())
        return set_phase(record, Phase::invalid, problem->second);
    const auto progress = images_.progress(key);
    // What runs goes on running; only whether it is the newest can't be told.
    const bool out_of_reach = progress && progress->unreachable && desired_.apps.contains(key);
    if (out_of_reach) {
        status.sync = Sync::unknown;
    } else if (progress) {
        status.sync = Sync::out_of_sync;
        // A build that failed after the revision had settled is told in its note as well.
        if (progress->phase == Phase::failed && status.phase != Phase::failed) act(record, progress->reason);
        return set_phase(record, progress->phase, progress->reason);
    }
    const auto desired = desired_.apps.find(key);
    if (desired == desired_.apps.end()) {
        // An image that came while this pass was on its way is taken by the next.
        const bool there = images_.images().contains(key);
        return set_phase(record, there ? Phase::applying : Phase::pending,
                         there ? "its image is ready" : "no image yet");
    }
    if (!engine_problem_.empty()) return set_phase(record, status.phase, status.reason);
    if (!record.failed_hash.empty() && record.failed_hash == desired->second->input_hash)
        return set_phase(record, record.failed_phase, record.failed_reason);
    if (!record.error.empty()) return set_phase(record, Phase::failed, record.error);
    if (const auto failure = failures_.blocks(key, desired->second->input_hash, wall_now()))
        return set_phase(record, Phase::failed, failure->reason);
    if (record.applied_hash != desired->second->input_hash) {
        if (auto obstacle = obstacle_of(key.environment); !obstacle.empty())
            return set_phase(record, Phase::failed, std::move(obstacle));
        auto waiting = waits_for(*desired->second);
        if (!waiting.empty()) return set_phase(record, Phase::waiting, std::move(waiting));
        return set_phase(record, Phase::applying, status.reason);
    }
    if (record.rollout) return;  // judged already
    if (!record.workload) return set_phase(record, Phase::applying, status.reason);
    auto judgement = judge_at_rest(*record.workload);
    if (judgement.phase == Phase::live) {
        status.applied_revision = revision_->commit.id.str();
        judgement.reason = out_of_reach                  ? progress->reason
                           : record.acted                ? record.acted->reason
                           : status.phase == Phase::live ? status.reason
                                                         : "";
    }
    set_phase(record, judgement.phase, std::move(judgement.reason));
}

void Reconciler::set_phase(Record& record, Phase phase, std::string reason) {
    if (record.status.phase != phase || record.status.since == Time{}) {
        if (phase == Phase::live || phase == Phase::degraded)
            log::info("{}: {}{}{}", record.status.key.str(), status::to_string(phase), reason.empty() ? "" : ": ",
                      reason);
        record.status.since = wall_now();
    }
    record.status.phase = phase;
    record.status.reason = std::move(reason);
}

void Reconciler::look_again_at(Instant when) {
    look_again_ = look_again_ ? std::min(*look_again_, when) : when;
}

/// What an earlier revision removed isn't shown for ever.
void Reconciler::drop_removed() {
    std::erase_if(records_, [](const auto& entry) { return entry.second.status.phase == Phase::removed; });
}

/// Whether an app has gone live since the removal of its outdated parts was put off: the next pass removes them.
bool Reconciler::can_shed(const AppKey& key, const Record& record) const {
    return record.status.phase == Phase::live && !record.rollout && leftovers_.contains(key);
}

/// Whether an app waits for nothing any more, and only for the next pass.
bool Reconciler::is_released(const AppKey& key, const Record& record) const {
    const auto desired = desired_.apps.find(key);
    return record.status.phase == Phase::waiting && desired != desired_.apps.end() &&
           waits_for(*desired->second).empty();
}

bool Reconciler::is_settled() const {
    if (!revision_ || !engine_problem_.empty() || removals_pending_ || observe_everything_) return false;
    // Where nothing else is on its way, an app that waits, waits for one that failed.
    return std::ranges::none_of(records_, [this](const auto& entry) {
        const auto& [key, record] = entry;
        const bool moves =
            record.status.phase == Phase::waiting ? is_released(key, record) : status::in_progress(record.status.phase);
        return moves || record.rollout || can_shed(key, record);
    });
}

}  // namespace holdfast::app
