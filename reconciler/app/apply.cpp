// How a plan is carried out: what apps share first, then every app on its own and in parallel, removals last.
#include <algorithm>
#include <fmt/format.h>

#include "app/clock.hpp"
#include "app/reconciler.hpp"
#include "core/text.hpp"
#include "log/log.hpp"
#include "plan/explain.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;

/// Drift of one app that is repaired more often than this in a minute is somebody else's will: repairing goes on, but
/// slower.
constexpr unsigned repairs_a_minute = 5;
/// Something shared that the engine refuses for good (somebody else has its name) is tried again this seldom.
constexpr auto obstacle_pause = 1min;
/// A removal that the engine refuses for this many passes is a problem to be told, not waited for.
constexpr unsigned patient_removals = 10;

/// Whether there is nobody to write to, as opposed to a write that is refused: that is the object's own trouble.
bool is_engine_gone(const Error& error) {
    return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
}

}  // namespace

net::Task<void> Reconciler::carry_out() {
    std::vector<const plan::Action*> shared;
    std::map<AppKey, std::vector<const plan::Action*>> by_app;
    std::vector<const plan::Action*> removals;
    for (const auto& action : plan_.actions) {
        if (action.verb == plan::Verb::remove) {
            removals.push_back(&action);
        } else if (action.app) {
            by_app[*action.app].push_back(&action);
        } else {
            shared.push_back(&action);
        }
    }
    co_await carry_out_shared(std::move(shared));

    std::vector<std::vector<const plan::Action*>> apps;
    apps.reserve(by_app.size());
    for (auto& [key, actions] : by_app) apps.push_back(std::move(actions));
    const auto started = std::chrono::steady_clock::now();
    co_await net::for_each_parallel(apps.size(), settings_.width, [&](std::size_t i) -> net::Task<void> {
        co_await carry_out_app(std::move(apps[i]));
    });
    if (!apps.empty()) {
        const auto now = std::chrono::steady_clock::now();
        converge_seconds_ = std::chrono::duration<double>(now - revision_known_).count();
        log::info("applied {} in {}, {} after the revision was known", counted(apps.size(), "app"),
                  to_text(std::chrono::duration_cast<std::chrono::milliseconds>(now - started)),
                  to_text(std::chrono::duration_cast<std::chrono::milliseconds>(now - revision_known_)));
    }
    co_await remove(std::move(removals));
}

/// What the apps of an environment share. Where it can't be made, they are told why and keep what they have.
net::Task<void> Reconciler::carry_out_shared(std::vector<const plan::Action*> actions) {
    // What nothing is to be done about any more keeps nobody waiting.
    std::erase_if(obstacles_, [&](const auto& entry) {
        return std::ranges::none_of(actions, [&](const auto* action) { return action->key == entry.first; });
    });
    co_await net::for_each_parallel(actions.size(), settings_.width, [&](std::size_t i) -> net::Task<void> {
        const auto& action = *actions[i];
        const auto now = std::chrono::steady_clock::now();
        const auto known = obstacles_.find(action.key);
        if (!engine_problem_.empty() || (known != obstacles_.end() && known->second.next_try > now)) co_return;
        log::info("{}: {} {}: {}", desired_.shared.at(action.key).environment, plan::to_string(action.verb),
                  action.key.str(), action.reason);
        const auto written = co_await write(action);
        if (written) {
            obstacles_.erase(action.key);
        } else if (is_engine_gone(written.error())) {
            engine_failed(written.error());
        } else if (written.error().retry != Retry::on_conflict) {
            log::warn("{}", written.error().message);
            obstacles_[action.key] = {desired_.shared.at(action.key).environment, written.error().message,
                                      now + obstacle_pause};
        }
    });
}

/// One app's writes, in order. The first that fails ends them: what follows may need what it was to make.
net::Task<void> Reconciler::carry_out_app(std::vector<const plan::Action*> actions) {
    const AppKey key = *actions.front()->app;
    auto& record = records_[key];
    record.error.clear();
    // Its environment isn't ready for it.
    if (!obstacle_of(key.environment).empty()) co_return;
    for (const auto* action : actions) {
        // Engine gone: every further write would only wait for its deadline.
        if (!engine_problem_.empty()) co_return;
        log::info("{}: {} {}: {}", key.str(), plan::to_string(action->verb), action->key.str(), action->reason);
        for (const auto& change : action->changes)
            if (action->drift) log::info("{}:   {}: {} → {}", key.str(), change.path, change.before, change.after);
        const auto written = co_await write(*action);
        if (!written) {
            const auto& error = written.error();
            if (error.retry == Retry::on_conflict) {
                log::info("{}: {}, looking again", key.str(), error.message);
                co_return;
            }
            if (is_engine_gone(error)) {
                engine_failed(error);
                co_return;
            }
            record.error = error.message;
            act(record, error.message);
            failures_.failed(key, desired_.apps.at(key)->input_hash, error.message, wall_now());
            co_return;
        }
    }

    const auto now = std::chrono::steady_clock::now();
    const auto& app = *revision_->snapshot->apps.at(key);
    record.applied_hash = desired_.apps.at(key)->input_hash;
    record.failed_hash.clear();
    record.rollout =
        Rollout{.started = now, .monitor = app.update.monitor.value_or(5s), .deadline = settings_.rollout_deadline};
    // The most telling action is the last: the workload itself.
    act(record, actions.back()->reason, actions.back()->drift);
    if (actions.back()->drift) {
        ++repairs_;
        record.repairs = now - record.repaired_at < 1min ? record.repairs + 1 : 1;
        record.repaired_at = now;
        if (record.repairs > repairs_a_minute) record.repair_after = now + 1min;
        remember(record, "drift", actions.back()->reason);
    } else {
        remember(record, "rollout", actions.back()->reason);
    }
    set_phase(record, status::Phase::rolling_out, actions.back()->reason);
    moved_.insert(key);
}

/// Removals go last: what left git once nothing rolls out any more, an app's outdated parts once its new ones are live.
net::Task<void> Reconciler::remove(std::vector<const plan::Action*> actions) {
    leftovers_.clear();
    if (!actions.empty() && std::chrono::steady_clock::now() < next_removals_) co_return look_again_at(next_removals_);
    removals_pending_ = false;
    const bool rolling = std::ranges::any_of(
        records_, [&](const auto& entry) { return entry.second.rollout && desired_.apps.contains(entry.first); });
    bool refused = false;
    for (const auto* action : actions) {
        if (!engine_problem_.empty()) co_return;
        const bool wanted = action->app && desired_.apps.contains(*action->app);
        if (!wanted && rolling) {
            removals_pending_ = true;
            continue;
        }
        if (wanted) {
            const auto record = records_.find(*action->app);
            const bool live = record != records_.end() && record->second.status.phase == status::Phase::live &&
                              !record->second.rollout;
            if (!live) {
                leftovers_.insert(*action->app);
                continue;
            }
        }
        log::info("{}: remove {}: {}", action->app ? action->app->str() : "shared", action->key.str(), action->reason);
        const auto written = co_await write(*action);
        if (written) {
            if (action->app && !wanted) {
                auto& record = records_[*action->app];
                if (!record.acted) remember(record, "removed", action->reason);
                act(record, action->reason);
            }
            continue;
        }
        log::info("remove {}: {}", action->key.str(), written.error().message);
        if (is_engine_gone(written.error())) engine_failed(written.error());
        if (action->app && !wanted) records_[*action->app].error = written.error().message;
        refused = true;
    }
    if (!refused) co_return;
    // A network stays busy until the last task on it is gone; that takes the engine some seconds.
    removals_pending_ = ++removal_failures_ < patient_removals;
    next_removals_ = std::chrono::steady_clock::now() + (removals_pending_ ? 1s : 60s);
    look_again_at(next_removals_);
}

net::Task<Result<void>> Reconciler::write(const plan::Action& action) {
    ++actions_;
    const auto applied = co_await target_.apply(action);
    // Whatever came of it, the target is asked how it stands now: for the version, and to see what it made of our spec.
    dirty_.insert(action.key);
    if (!applied) co_return std::unexpected(applied.error());
    wrote(action, *applied);
    co_return Result<void>{};
}

/// Keeps what was observed true to what was just written.
void Reconciler::wrote(const plan::Action& action, const target::Applied& applied) {
    if (action.verb == plan::Verb::remove) {
        observed_.resources.erase(action.key);
        return;
    }
    auto& resource = observed_.resources[action.key];
    resource.id = applied.id;
    resource.version = applied.version;
    resource.app = action.app;
    resource.spec = action.spec;
}

void Reconciler::engine_failed(const Error& error) {
    const bool first = engine_problem_.empty();
    engine_problem_ = error.message;
    if (first) log::warn("engine: {}", engine_problem_);
    observe_everything_ = true;
    const auto delay = std::min<std::chrono::seconds>(30s, 1s * (1U << std::min(engine_failures_++, 5U)));
    look_again_at(std::chrono::steady_clock::now() + delay);
}

}  // namespace holdfast::app
