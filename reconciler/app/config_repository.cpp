#include "app/config_repository.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "log/log.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;

/// 1, 2, 4 … seconds, up to the interval.
std::chrono::milliseconds backoff(unsigned failures, std::chrono::milliseconds longest) {
    return std::min<std::chrono::milliseconds>(longest, 1s * (1U << std::min(failures - 1, 10U)));
}

/// An outdated note isn't worth a backoff of the remote's length, but neither a busy loop.
constexpr std::chrono::milliseconds longest_note_delay = 60s;

}  // namespace

std::string notes_ref_of(const std::string& instance) {
    return instance == "default" ? "refs/notes/holdfast" : "refs/notes/holdfast-" + instance;
}

ConfigRepository::ConfigRepository(net::Runtime& runtime, const Settings& settings, git::Mirror mirror,
                                   std::function<void()> on_change)
    : mirror_(std::move(mirror)),
      ref_("refs/heads/" + settings.branch),
      notes_ref_(notes_ref_of(settings.instance)),
      interval_(settings.interval.value_or(default_interval)),
      on_change_(std::move(on_change)),
      wake_(runtime.executor()) {}

void ConfigRepository::look_now() {
    announced_ = true;
    wake_.notify();
}

void ConfigRepository::heal() {
    damaged_ = true;
    look_now();
}

void ConfigRepository::publish(const CommitId& revision, status::Note note) {
    notes_[revision] = std::move(note);
    note_failures_ = 0;
    wake_.notify();
}

net::Task<void> ConfigRepository::run() {
    auto next_look = std::chrono::steady_clock::now();
    for (;;) {
        if (announced_ || std::chrono::steady_clock::now() >= next_look) {
            co_await look(std::exchange(announced_, false));
            next_look = std::chrono::steady_clock::now() + (failures_ == 0 ? interval_ : backoff(failures_, interval_));
        }
        if (!notes_.empty()) co_await write_notes();
        std::chrono::nanoseconds wait = next_look - std::chrono::steady_clock::now();
        if (!notes_.empty())
            wait = std::min<std::chrono::nanoseconds>(wait, backoff(note_failures_, longest_note_delay));
        co_await wake_.wait(std::max<std::chrono::nanoseconds>(wait, 0ns));
    }
}

net::Task<void> ConfigRepository::look(bool announced) {
    const auto before = std::pair(head_, problem_);
    const bool damaged = damaged_;
    if (damaged)
        if (const auto discarded = mirror_.discard(); !discarded)
            log::warn("config repository: {}", to_string(discarded.error()));
    if (auto found = co_await newest(announced)) {
        if (head_ != *found) log::info("config repository: {} is at {}", ref_, found->short_form());
        head_ = std::move(*found);
        if (!problem_.empty()) log::info("config repository: it can be reached again");
        problem_.clear();
        failures_ = 0;
    } else {
        ++failures_;
        problem_ = to_string(found.error());
        if (before.second != problem_) log::warn("config repository: {}", problem_);
        // A restart with the remote gone goes on from what was fetched before.
        if (!head_)
            if (auto known = mirror_.fetched(ref_)) head_ = std::move(*known);
    }
    if (damaged) damaged_ = false;
    ++looks_;
    if (looks_ == 1 || damaged || before != std::pair(head_, problem_)) on_change_();
}

net::Task<Result<CommitId>> ConfigRepository::newest(bool announced) {
    const auto known = mirror_.fetched(ref_);
    if (known && !announced) {
        auto there = co_await mirror_.remote(ref_);
        if (!there || *there == *known) co_return there;
    }
    auto fetched = co_await mirror_.fetch(ref_);
    // Notes of an earlier life of this instance say what was settled already.
    if (fetched && !known)
        if (const auto notes = co_await mirror_.fetch_notes(notes_ref_); !notes)
            log::warn("config repository: can't fetch the notes: {}", to_string(notes.error()));
    co_return fetched;
}

net::Task<void> ConfigRepository::write_notes() {
    while (!notes_.empty()) {
        const auto [revision, note] = *notes_.begin();
        const auto written = co_await mirror_.publish_note(
            notes_ref_, revision,
            [&note](const std::optional<std::string>& text) { return status::with_note(text.value_or(""), note); },
            [](const std::string& ours, const std::string& theirs) { return status::merged(ours, theirs); });
        const std::string problem = written ? "" : to_string(written.error());
        if (problem != notes_problem_) {
            if (!problem.empty()) log::warn("note on {}: {}", revision.short_form(), problem);
            notes_problem_ = problem;
            on_change_();
        }
        // Refused for good: the note is kept here, and the next one tries to take it along.
        const bool through = written || written.error().code == ErrorCode::denied;
        if (!through) {
            ++note_failures_;
            co_return;
        }
        // Something newer may have been said while it was on its way.
        if (const auto current = notes_.find(revision); current != notes_.end() && current->second == note)
            notes_.erase(current);
        if (notes_.empty()) on_change_();
    }
}

}  // namespace holdfast::app
