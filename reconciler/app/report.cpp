// What is said of a pass: the note on a settled revision, and the board that the page, the API and the metrics show.
#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "app/clock.hpp"
#include "app/reconciler.hpp"
#include "core/text.hpp"
#include "log/log.hpp"

namespace holdfast::app {

namespace {

using status::Phase;

constexpr std::size_t history_kept = 20;

std::chrono::milliseconds since(Instant then, Instant now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - then);
}

std::string event_of(const Record& record) {
    if (record.status.phase == Phase::removed) return "removed";
    if (record.status.phase == Phase::rolled_back) return "rollback";
    if (!status::is_good(record.status.phase)) return "failure";
    return record.acted->drift ? "drift" : "deploy";
}

/// CamelCase, as conditions' reasons are: `rolled_back` → `RolledBack`.
std::string camel_case(std::string_view words) {
    std::string out;
    bool start = true;
    for (const char c : words) {
        if (c == '_' || c == ' ') {
            start = true;
            continue;
        }
        out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        start = false;
    }
    return out;
}

/// kstatus: Ready, and beside it Reconciling while on the way or Stalled when it won't get there by itself.
void set_conditions(status::AppStatus& app) {
    const bool moving = status::in_progress(app.phase);
    const bool good = status::is_good(app.phase);
    const auto reason = camel_case(status::to_string(app.phase));
    std::vector<status::Condition> now{
        {"Ready", app.phase == Phase::live, reason, app.reason, app.since},
        {"Reconciling", moving, reason, moving ? app.reason : "", app.since},
        {"Stalled", !moving && !good, reason, !moving && !good ? app.reason : "", app.since}};
    // A condition's time is that of its last change of status.
    for (auto& condition : now)
        for (const auto& before : app.conditions)
            if (before.type == condition.type && before.status == condition.status) condition.since = before.since;
    app.conditions = std::move(now);
}

}  // namespace

void Reconciler::act(Record& record, std::string reason, bool drift) {
    record.acted = Record::Act{std::move(reason), drift, std::chrono::steady_clock::now(), wall_now()};
}

void Reconciler::remember(Record& record, std::string what, std::string message) {
    auto& history = record.status.history;
    history.push_front(
        {wall_now(), std::move(what), revision_->commit.id.str(), record.status.image, std::move(message)});
    if (history.size() > history_kept) history.pop_back();
}

/// Once nothing is on its way any more, the revision gets its note; what happens on it later is added to that.
void Reconciler::settle() {
    const bool was = settled_;
    settled_ = is_settled();
    if (!settled_ || was) return;
    const auto now = std::chrono::steady_clock::now();
    bool changed = false;
    if (note_) {
        changed = append_events(*note_);
        const auto result_now = result();
        changed = changed || note_->result != result_now;
        note_->result = result_now;
    } else {
        note_ = first_note(now);
        changed = true;
        log::info("revision {} {} in {}", revision_->commit.id.short_form(), note_->result, to_text(note_->took));
    }
    for (auto& [key, record] : records_) record.acted.reset();
    if (!revisions_.empty()) {
        revisions_.front().settled = note_->settled;
        revisions_.front().result = note_->result;
        revisions_.front().note = status::to_text(*note_);
    }
    if (changed) repository_.publish(revision_->commit.id, *note_);
}

std::string Reconciler::result() const {
    if (!revision_->snapshot->usable) return "failed";
    const auto bad =
        std::ranges::count_if(records_, [](const auto& entry) { return !status::is_good(entry.second.status.phase); });
    if (bad == 0 && !guarded_ && revision_->snapshot->valid()) return "converged";
    return bad > 0 && static_cast<std::size_t>(bad) == records_.size() ? "failed" : "degraded";
}

status::Note Reconciler::first_note(Instant now) const {
    status::Note note{
        .instance = settings_.instance, .result = result(), .settled = wall_now(), .took = since(revision_known_, now)};
    for (const auto& [key, record] : records_) {
        const auto& app = record.status;
        if (!record.acted && status::is_good(app.phase)) {
            ++note.unchanged;
            continue;
        }
        note.apps.push_back(
            {.app = key.str(),
             .phase = std::string(status::to_string(app.phase)),
             .image = app.phase == Phase::removed ? "" : app.image,
             .source = app.phase == Phase::removed ? "" : app.source,
             .reason = status::is_good(app.phase) ? (record.acted ? record.acted->reason : "") : app.reason,
             .took = record.acted ? since(revision_known_, std::max(record.acted->at, revision_known_))
                                  : std::chrono::milliseconds{0}});
    }
    if (!revision_->snapshot->usable && !revision_problem_.empty())
        note.events.push_back({wall_now(), "", "invalid", revision_problem_});
    if (guarded_) note.events.push_back({wall_now(), "", "guard", *guarded_});
    return note;
}

/// What happened on a revision that had settled before: drift repaired, sources deployed, rollouts gone back.
bool Reconciler::append_events(status::Note& note) {
    bool any = false;
    for (const auto& [key, record] : records_) {
        if (!record.acted) continue;
        const bool good = status::is_good(record.status.phase);
        note.events.push_back(
            {record.acted->time, key.str(), event_of(record), good ? record.acted->reason : record.status.reason});
        any = true;
    }
    std::ranges::sort(note.events, {}, [](const auto& event) { return std::tie(event.at, event.app); });
    // A fight over an app may go on for weeks.
    if (note.events.size() > status::events_kept)
        note.events.erase(note.events.begin(), note.events.end() - status::events_kept);
    return any;
}

std::string Reconciler::problem() const {
    if (!engine_problem_.empty()) return "engine: " + engine_problem_;
    if (!repository_.problem().empty()) return "config repository: " + repository_.problem();
    if (!revision_problem_.empty()) return revision_problem_;
    return guarded_.value_or("");
}

/// A new board, where it differs from the one before; apps that didn't change are shared between both.
void Reconciler::publish() {
    auto board = std::make_shared<status::Board>();
    board->instance = settings_.instance;
    board->target = settings_.target;
    board->repository = repository_.mirror().url().display();
    board->branch = settings_.branch;
    board->ready = board_->ready || (revision_ && observed_at_ != Instant{});
    board->problem = problem();
    board->notes_problem = repository_.notes_problem();
    board->revisions = revisions_;
    if (revision_) board->diagnostics = revision_->snapshot->diagnostics;
    for (auto& [key, record] : records_) {
        set_conditions(record.status);
        const auto before = board_->apps.find(key);
        const bool same = before != board_->apps.end() && *before->second == record.status;
        board->apps.emplace_hint(board->apps.end(), key,
                                 same ? before->second : std::make_shared<status::AppStatus>(record.status));
    }
    const bool same = board->ready == board_->ready && board->problem == board_->problem &&
                      board->apps == board_->apps && board->notes_problem == board_->notes_problem &&
                      board->revisions == board_->revisions && board->diagnostics == board_->diagnostics &&
                      board_->generation > 0;
    board->generation = board_->generation + (same ? 0 : 1);
    board->now = wall_now();
    board_ = std::move(board);
    if (!same && on_board) on_board();
}

std::map<std::string, double> Reconciler::counters() const {
    const auto calls = target_.calls();
    return {{"holdfast_passes_total", static_cast<double>(passes_)},
            {"holdfast_actions_total", static_cast<double>(actions_)},
            {"holdfast_drift_repairs_total", static_cast<double>(repairs_)},
            {"holdfast_engine_reads_total", static_cast<double>(calls.reads)},
            {"holdfast_engine_writes_total", static_cast<double>(calls.writes)},
            {"holdfast_config_repository_looks_total", static_cast<double>(repository_.looks())},
            {"holdfast_last_converge_seconds", converge_seconds_}};
}

}  // namespace holdfast::app
