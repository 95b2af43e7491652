#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/desired.hpp"
#include "app/settings.hpp"
#include "build/builds.hpp"
#include "git/mirror.hpp"
#include "manifest/types.hpp"
#include "net/runtime.hpp"
#include "status/board.hpp"

namespace holdfast::app {

/// Finds what every app is to run: the manifest's image, or the image of the newest commit of its source, built where
/// the registry doesn't have it. Follows the sources on its own; a source or a build that hangs keeps up nothing but
/// its app. Loop thread only.
class Images {
  public:
    /// `on_change` is called when an answer below changed. Without `builds` (the memory target) a source's image has
    /// the name that it would be pushed by.
    Images(net::Runtime& runtime, const Settings& settings, build::Builds* builds, git::Transport transport,
           std::function<void()> on_change);
    ~Images();

    /// Follows the sources until the loop stops.
    net::Task<void> run();
    /// The apps of the newest revision; what none of them names any more is forgotten, and its build cancelled.
    void want(std::shared_ptr<const manifest::Snapshot> snapshot);
    /// A push to some source was announced.
    void look_now();
    /// The engine has no such image as this app is to run: the registry lost it, maybe. It is looked for and, where it
    /// is gone, built again.
    void missing(const AppKey& app);

    /// What each app is to run; an app whose first build isn't through is missing.
    [[nodiscard]] const std::map<AppKey, Image>& images() const { return images_; }

    /// How the newest commit of an app's source stands, where that isn't what the app runs.
    struct Progress {
        status::Phase phase = status::Phase::pending;  ///< pending, building, pushing or failed
        std::string reason;
        bool unreachable = false;  ///< its source can't be asked for its newest commit
    };
    [[nodiscard]] std::optional<Progress> progress(const AppKey& app) const;
    /// The newest build's log, or empty.
    [[nodiscard]] std::string build_id(const AppKey& app) const;

  private:
    struct Followed;
    struct Wanted;

    net::Task<void> look(std::string id, std::shared_ptr<Followed> followed);
    net::Task<void> look_at(const std::string& id, std::shared_ptr<Followed> followed, bool announced);
    net::Task<Result<CommitId>> newest(Followed& followed);
    net::Task<void> build(AppKey key, std::string id, std::shared_ptr<Followed> followed);
    void try_again_later(Wanted& wanted);
    void built(const AppKey& key, const CommitId& commit, const Result<build::BuildOutcome>& outcome);
    Followed& follow(const manifest::Source& source, const std::string& id);

    net::Runtime& runtime_;
    const Settings& settings_;
    build::Builds* builds_;
    git::Transport transport_;
    std::function<void()> on_change_;
    net::Wake wake_;
    std::chrono::milliseconds interval_;
    std::size_t looks_ = 0;  ///< at sources, right now
    std::shared_ptr<const manifest::Snapshot> snapshot_;
    std::map<std::string, std::shared_ptr<Followed>> followed_;  ///< by repository and ref
    std::map<AppKey, Wanted> wanted_;
    std::map<AppKey, Image> images_;
};

}  // namespace holdfast::app
