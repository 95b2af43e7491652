#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "app/config_repository.hpp"
#include "app/desired.hpp"
#include "app/failures.hpp"
#include "app/images.hpp"
#include "app/record.hpp"
#include "app/revision.hpp"
#include "app/settings.hpp"
#include "net/runtime.hpp"
#include "plan/diff.hpp"
#include "plan/types.hpp"
#include "status/board.hpp"
#include "status/note.hpp"
#include "target/target.hpp"

namespace holdfast::app {

/// Makes the target equal to the config repository, pass by pass. Level-triggered: a pass looks at the newest of
/// everything, and what it couldn't finish (a rollout that takes its time, a build, an engine that is gone) is looked
/// at again by a later one, so no pass waits for anything but the engine's answers. The phases are in pass.cpp,
/// top-down. Loop thread only.
class Reconciler {
  public:
    Reconciler(net::Runtime& runtime, const Settings& settings, target::Target& target, ConfigRepository& repository,
               Images& images);

    /// One pass. Cheap where nothing moved.
    net::Task<void> pass();

    /// The images of some apps moved: the next pass makes the desired state anew.
    void images_changed() { inputs_changed_ = true; }
    /// The engine reports a change: the next pass looks at it.
    void changed(const target::Change& change);
    /// How long until a pass is worth it with nothing reported.
    [[nodiscard]] std::chrono::nanoseconds look_again_in() const;

    [[nodiscard]] std::shared_ptr<const status::Board> board() const { return board_; }
    [[nodiscard]] const plan::Plan& plan() const { return plan_; }
    /// What was done since the start, for /metrics.
    [[nodiscard]] std::map<std::string, double> counters() const;
    /// Nothing is on its way any more: every app is live, suspended or will stay as it is until something changes.
    [[nodiscard]] bool settled() const { return settled_; }
    /// There is a revision, it can't be read, and there is none before it to go on with.
    [[nodiscard]] bool unreadable() const { return !revision_ && !revision_problem_.empty(); }
    /// Called after each published board that differs from the one before.
    std::function<void()> on_board;

  private:
    // The phases of a pass, in their order.
    net::Task<void> take_revision();
    void take_images();
    net::Task<bool> observe();
    void make_plan();
    net::Task<void> carry_out();
    net::Task<void> look_at_workloads();
    void take_stock();
    void publish();

    // take_revision
    void adopt(Revision revision, std::optional<status::Note> note);
    // make_plan
    [[nodiscard]] plan::Circumstances circumstances() const;
    [[nodiscard]] std::string waits_for(const plan::DesiredApp& app) const;
    [[nodiscard]] std::string obstacle_of(const std::string& environment) const;
    // carry_out (apply.cpp)
    net::Task<void> carry_out_shared(std::vector<const plan::Action*> actions);
    net::Task<void> carry_out_app(std::vector<const plan::Action*> actions);
    net::Task<void> remove(std::vector<const plan::Action*> actions);
    net::Task<Result<void>> write(const plan::Action& action);
    void wrote(const plan::Action& action, const target::Applied& applied);
    void engine_failed(const Error& error);
    // look_at_workloads (stock.cpp)
    void judge_app(const AppKey& key, const target::Workload& workload);
    // take_stock
    void stand(const AppKey& key, Record& record);
    void set_phase(Record& record, status::Phase phase, std::string reason);
    void drop_removed();
    [[nodiscard]] bool can_shed(const AppKey& key, const Record& record) const;
    [[nodiscard]] bool is_released(const AppKey& key, const Record& record) const;
    [[nodiscard]] bool is_settled() const;
    void look_again_at(Instant when);
    // report.cpp
    void settle();
    [[nodiscard]] std::string result() const;
    [[nodiscard]] status::Note first_note(Instant now) const;
    bool append_events(status::Note& note);
    void remember(Record& record, std::string what, std::string message);
    static void act(Record& record, std::string reason, bool drift = false);
    [[nodiscard]] std::string problem() const;

    net::Runtime& runtime_;
    const Settings& settings_;
    target::Target& target_;
    ConfigRepository& repository_;
    Images& images_;
    RevisionReader reader_;
    DesiredState desired_state_;
    FailureMemory failures_;

    // What should be.
    std::optional<Revision> revision_;
    CommitId taken_;                ///< the newest head that was looked at, usable or not
    CommitId healed_;               ///< the head that the mirror was fetched anew for, because it couldn't be read
    std::string revision_problem_;  ///< why it can't be used
    Instant revision_known_{};
    bool inputs_changed_ = true;  ///< the desired state must be made anew
    plan::Desired desired_;

    // What is.
    plan::Observed observed_;
    bool observe_everything_ = true;
    std::set<plan::ResourceKey> dirty_;
    std::set<AppKey> moved_;  ///< apps whose workloads may have moved
    Instant observed_at_{};
    std::string engine_problem_;
    unsigned engine_failures_ = 0;

    // What is done about it.
    /// Something that an environment's apps share and that can't be made: they wait until it is worth another try.
    struct Obstacle {
        std::string environment;
        std::string reason;
        Instant next_try{};
    };
    plan::Plan plan_;
    std::map<plan::ResourceKey, Obstacle> obstacles_;
    std::optional<std::string> guarded_;
    std::map<AppKey, Record> records_;
    unsigned removal_failures_ = 0;
    Instant next_removals_{};  ///< the last ones were refused: not before
    bool removals_pending_ = false;
    std::set<AppKey> leftovers_;  ///< apps with outdated parts that are removed once they are live
    std::optional<Instant> look_again_;

    // What is said about it.
    bool settled_ = false;
    std::optional<status::Note> note_;  ///< of this revision, once it settled
    std::deque<status::RevisionStatus> revisions_;
    std::shared_ptr<const status::Board> board_;
    std::uint64_t passes_ = 0, actions_ = 0, repairs_ = 0;
    double converge_seconds_ = 0;
};

}  // namespace holdfast::app
