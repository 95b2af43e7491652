#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/settings.hpp"
#include "core/ids.hpp"
#include "git/mirror.hpp"
#include "net/runtime.hpp"
#include "status/note.hpp"

namespace holdfast::app {

/// The config repository: follows its branch and writes the notes back. One coroutine does both, so a remote that hangs
/// keeps up nothing but itself; reconciling goes on with what was fetched last. Loop thread only.
class ConfigRepository {
  public:
    /// `on_change` is called when a look is through that changed anything that this class tells.
    ConfigRepository(net::Runtime& runtime, const Settings& settings, git::Mirror mirror,
                     std::function<void()> on_change);

    /// Follows until the loop stops: a poll each interval (ls-remote first; a fetch only where it moved), sooner when
    /// asked, with a backoff while the remote fails.
    net::Task<void> run();

    void set_interval(std::chrono::milliseconds interval) { interval_ = interval; }
    /// An object of the mirror can't be read: throw it away and fetch anew.
    void heal();
    [[nodiscard]] bool healing() const { return damaged_; }
    /// A push was announced: fetch without asking first.
    void look_now();
    /// Writes (or replaces) this instance's part of the note on a revision, and pushes it; tried again until it is
    /// through.
    void publish(const CommitId& revision, status::Note note);

    [[nodiscard]] const std::optional<CommitId>& head() const { return head_; }
    [[nodiscard]] std::uint64_t looks() const { return looks_; }  ///< how often the remote was asked
    [[nodiscard]] const std::string& problem() const {
        return problem_;
    }  ///< why the remote can't be followed, or empty
    [[nodiscard]] const std::string& notes_problem() const { return notes_problem_; }
    [[nodiscard]] bool notes_written() const { return notes_.empty(); }
    [[nodiscard]] const std::string& notes_ref() const { return notes_ref_; }
    [[nodiscard]] const git::Mirror& mirror() const { return mirror_; }

  private:
    net::Task<void> look(bool announced);
    net::Task<Result<CommitId>> newest(bool announced);
    net::Task<void> write_notes();
    [[nodiscard]] std::chrono::milliseconds delay() const;

    git::Mirror mirror_;
    std::string ref_;
    std::string notes_ref_;
    std::chrono::milliseconds interval_;
    std::function<void()> on_change_;
    net::Wake wake_;
    bool announced_ = false;
    bool damaged_ = false;
    std::optional<CommitId> head_;
    std::uint64_t looks_ = 0;
    unsigned failures_ = 0;
    unsigned note_failures_ = 0;
    std::string problem_;
    std::string notes_problem_;
    std::map<CommitId, status::Note> notes_;  ///< to be written
};

/// `refs/notes/holdfast`, or `refs/notes/holdfast-INSTANCE` for a named instance.
[[nodiscard]] std::string notes_ref_of(const std::string& instance);

}  // namespace holdfast::app
