// The main path of Holdfast: a revision flows in, a plan comes out, a note closes it. Read `pass` and what it calls,
// from top to bottom; how a plan is carried out is in apply.cpp, how apps are judged in stock.cpp, what is said of it
// in report.cpp.
#include <fmt/format.h>

#include "app/clock.hpp"
#include "app/holds.hpp"
#include "app/own_note.hpp"
#include "app/reconciler.hpp"
#include "core/text.hpp"
#include "log/log.hpp"
#include "plan/explain.hpp"
#include "plan/guard.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;

/// More single observations than this cost more than one of everything.
constexpr std::size_t single_observations = 32;

/// A revision, and what this instance said of it in a former life.
struct Found {
    Revision revision;
    std::optional<status::Note> note;
};

}  // namespace

Reconciler::Reconciler(net::Runtime& runtime, const Settings& settings, target::Target& target,
                       ConfigRepository& repository, Images& images)
    : runtime_(runtime),
      settings_(settings),
      target_(target),
      repository_(repository),
      images_(images),
      reader_(settings),
      desired_state_(target),
      failures_(settings.state_dir / "failures.json"),
      board_(std::make_shared<status::Board>()) {}

net::Task<void> Reconciler::pass() {
    ++passes_;
    look_again_.reset();
    co_await take_revision();
    if (revision_) {
        take_images();
        if (co_await observe()) {
            co_await look_at_workloads();
            make_plan();
            co_await carry_out();
        }
        take_stock();
    }
    settle();
    publish();
}

/// The newest commit that was fetched, read and checked. A revision that can't be used at all leaves the last good one
/// in force.
net::Task<void> Reconciler::take_revision() {
    const auto head = repository_.head();
    if (!head || *head == taken_) co_return;
    taken_ = *head;
    auto read = co_await runtime_.offload([this, commit = *head]() -> Result<Found> {
        const auto repository = repository_.mirror().open();
        if (!repository) return std::unexpected(repository.error());
        auto revision = reader_.read(*repository, commit);
        if (!revision) return std::unexpected(revision.error());
        return Found{std::move(*revision),
                     read_own_note(*repository, repository_.notes_ref(), commit, settings_.instance)};
    });
    if (!read) {
        auto problem = fmt::format("revision {} can't be read: {}", head->short_form(), to_string(read.error()));
        if (problem != revision_problem_) log::error("{}", problem);
        revision_problem_ = std::move(problem);
        // It was fetched, so the copy is damaged. Another is asked for once: where that is no better, it is the
        // remote's.
        if (read.error().code == ErrorCode::failed || read.error().code == ErrorCode::not_found) {
            taken_ = {};
            if (std::exchange(healed_, *head) != *head) repository_.heal();
        }
        co_return;
    }
    healed_ = {};
    adopt(std::move(read->revision), std::move(read->note));
}

void Reconciler::adopt(Revision revision, std::optional<status::Note> note) {
    const auto& snapshot = *revision.snapshot;
    log::info("revision {} \"{}\": {}, {} invalid", revision.commit.id.short_form(), revision.commit.subject,
              counted(snapshot.apps.size(), "app"), snapshot.invalid.size());
    for (const auto& diagnostic : snapshot.diagnostics) log::warn("{}", to_string(diagnostic));
    revision_problem_ = snapshot.usable
                            ? ""
                            : fmt::format("revision {} can't be used: {}", revision.commit.id.short_form(),
                                          snapshot.diagnostics.empty() ? "its Platform is missing"
                                                                       : to_string(snapshot.diagnostics[0]));
    revisions_.push_front({.id = revision.commit.id,
                           .subject = revision.commit.subject,
                           .author = revision.commit.author,
                           .committed = revision.commit.time});
    if (revisions_.size() > 50) revisions_.pop_back();
    revision_known_ = std::chrono::steady_clock::now();
    settled_ = false;
    removal_failures_ = 0;
    next_removals_ = {};
    drop_removed();

    // An unusable revision is reported, and what runs stays as the last good one wants it; where none is known yet, as
    // it is.
    if (!snapshot.usable) {
        auto kept = std::make_shared<manifest::Snapshot>(revision_ ? *revision_->snapshot : manifest::Snapshot{});
        kept->diagnostics = snapshot.diagnostics;
        kept->usable = false;
        revision.snapshot = std::move(kept);
    }
    revision_ = std::move(revision);
    failures_.keep([&wanted = *revision_->snapshot](const AppKey& key) {
        return !wanted.usable || wanted.apps.contains(key) || wanted.invalid.contains(key);
    });
    inputs_changed_ = true;
    repository_.set_interval(poll_interval(settings_, revision_->snapshot->platform.interval));
    images_.want(revision_->snapshot);

    // What was said of this revision before a restart isn't said again; but it may not have left this machine yet.
    note_ = std::move(note);
    if (note_) repository_.publish(revision_->commit.id, *note_);
}

/// What the apps are to run right now, and with it the whole desired state.
void Reconciler::take_images() {
    if (!inputs_changed_) return;
    desired_ = desired_state_.make(*revision_->snapshot, images_.images());
    inputs_changed_ = false;
}

/// What the target has: everything at first and after a gap, else what is reported to have changed.
net::Task<bool> Reconciler::observe() {
    const auto now = std::chrono::steady_clock::now();
    const bool everything =
        observe_everything_ || dirty_.size() > single_observations || now - observed_at_ >= settings_.resync;
    if (!everything && dirty_.empty()) co_return engine_problem_.empty();

    const auto keys = std::exchange(dirty_, {});
    const bool all = std::exchange(observe_everything_, false) || everything;
    auto observed = all ? co_await target_.observe() : co_await target_.observe(keys);
    if (!observed) {
        observe_everything_ = true;
        engine_failed(observed.error());
        co_return false;
    }
    if (!engine_problem_.empty()) log::info("engine: it can be reached again");
    engine_problem_.clear();
    engine_failures_ = 0;
    if (all) {
        observed_ = std::move(*observed);
        observed_at_ = now;
        for (const auto& [key, app] : desired_.apps) moved_.insert(key);
    } else {
        for (const auto& key : keys) observed_.resources.erase(key);
        observed_.resources.merge(std::move(observed->resources));
    }
    co_return true;
}

void Reconciler::make_plan() {
    plan_ = plan::diff(desired_, observed_, target_.rules(), circumstances());
    const auto& snapshot = *revision_->snapshot;
    const auto guarded = plan::guard(plan_, observed_, desired_, snapshot.apps.size() + snapshot.invalid.size(),
                                     snapshot.platform.prune_guard, revision_->prune_confirmed);
    if (guarded && guarded != guarded_) log::warn("{}", *guarded);
    guarded_ = guarded;
    if (!plan_.actions.empty()) log::info("plan: {}", plan::totals(plan_));
}

/// Why apps are left as they are, whatever differs.
plan::Circumstances Reconciler::circumstances() const {
    const auto& snapshot = *revision_->snapshot;
    auto out = manifest_holds(snapshot);
    for (const auto& [key, problem] : desired_state_.problems()) out.held[key] = problem;
    const auto now = std::chrono::steady_clock::now();
    const auto wall = wall_now();
    for (const auto& [key, app] : snapshot.apps) {
        if (out.held.contains(key)) continue;
        const auto desired = desired_.apps.find(key);
        if (desired == desired_.apps.end()) {
            out.held.try_emplace(key, "no image yet");
            continue;
        }
        if (const auto failure = failures_.blocks(key, desired->second->input_hash, wall)) {
            out.held[key] = fmt::format("{}; the next try is at {}", failure->reason, to_rfc3339(failure->next_try));
            continue;
        }
        const auto record = records_.find(key);
        if (record != records_.end()) {
            // What the engine took back, nobody changed by hand.
            if (!record->second.applied_hash.empty() && record->second.applied_hash != record->second.failed_hash)
                out.applied[key] = record->second.applied_hash;
            const auto& workload = record->second.workload;
            // The engine has the old spec back already: no drift, and nothing to write while it is at it.
            if (record->second.rollout && workload && workload->update == target::Workload::Update::rolling_back)
                out.held[key] = "the engine is rolling it back";
            // Only drift waits: what the repository says anew is applied at once.
            if (record->second.repair_after > now && record->second.applied_hash == desired->second->input_hash)
                out.held[key] = "something else keeps changing it; repaired again later";
        }
        if (out.applied.contains(key) && out.applied[key] == desired->second->input_hash) continue;
        if (auto waiting = waits_for(*desired->second); !waiting.empty()) out.held[key] = std::move(waiting);
    }
    return out;
}

/// The first of an app's dependencies that isn't live with what it is to run now, in words; empty where all are.
std::string Reconciler::waits_for(const plan::DesiredApp& app) const {
    for (const auto& dependency : app.depends_on) {
        const auto record = records_.find(dependency);
        const bool good = record != records_.end() && status::is_good(record->second.status.phase);
        const auto desired = desired_.apps.find(dependency);
        const bool outdated = good && record->second.status.phase != status::Phase::suspended &&
                              desired != desired_.apps.end() &&
                              record->second.applied_hash != desired->second->input_hash;
        if (!good || outdated) return fmt::format("waits for {}", dependency.str());
    }
    return {};
}

/// Why nothing can be deployed into an environment, or empty.
std::string Reconciler::obstacle_of(const std::string& environment) const {
    for (const auto& [key, obstacle] : obstacles_)
        if (obstacle.environment == environment) return obstacle.reason;
    return {};
}

void Reconciler::changed(const target::Change& change) {
    observe_everything_ = observe_everything_ || change.everything;
    dirty_.insert(change.keys.begin(), change.keys.end());
    moved_.insert(change.workloads.begin(), change.workloads.end());
}

std::chrono::nanoseconds Reconciler::look_again_in() const {
    const auto now = std::chrono::steady_clock::now();
    // Where all of it is to be observed anew, there is nothing to come back to: what keeps it up wakes the loop.
    auto next = (observe_everything_ ? now : observed_at_) + settings_.resync;
    if (look_again_) next = std::min(next, *look_again_);
    return std::max<std::chrono::nanoseconds>(next - now, 0ns);
}

}  // namespace holdfast::app
