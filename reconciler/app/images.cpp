#include "app/images.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "app/source_commit.hpp"
#include "build/key.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"
#include "log/log.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;
using status::Phase;

using Instant = std::chrono::steady_clock::time_point;

constexpr std::size_t sources_at_a_time = 8;
/// Between two tries of a build that the registry or the engine kept up.
constexpr std::chrono::seconds longest_pause = 1h;

std::string id_of(const manifest::Source& source) {
    Sha256 hash;
    hash.field(source.repo);
    hash.field(source.ref);
    return hash.finish().substr(0, 32);
}

/// `main`, `v1.2` or the commit's first digits.
std::string short_ref(const std::string& ref) {
    if (const auto slash = ref.find('/', ref.find('/') + 1); ref.starts_with("refs/") && slash != std::string::npos)
        return ref.substr(slash + 1);
    return ref.substr(0, 8);
}

}  // namespace

/// A source repository's ref, shared by all apps that are built from it.
struct Images::Followed {
    std::string ref;
    git::Mirror mirror;
    std::optional<CommitId> head;
    std::string description;  ///< `main a1b2c3d4 "Fix header"`
    std::string problem;
    unsigned failures = 0;
    Instant next_look{};
    bool looking = false;
    bool announced = false;  ///< a push, since the last look began
    bool wanted = true;
};

/// An app that is built from a source.
struct Images::Wanted {
    std::shared_ptr<const manifest::App> app;
    std::string source_id;
    CommitId requested;     ///< what was asked to be built last
    unsigned failures = 0;  ///< one after the other, for causes that pass
    std::optional<Instant> next_try;
    std::optional<Progress> progress;
    std::string build_id;
};

Images::Images(net::Runtime& runtime, const Settings& settings, build::Builds* builds, git::Transport transport,
               std::function<void()> on_change)
    : runtime_(runtime),
      settings_(settings),
      builds_(builds),
      transport_(std::move(transport)),
      on_change_(std::move(on_change)),
      wake_(runtime.executor()),
      interval_(settings.interval.value_or(default_interval)) {}

Images::~Images() = default;

void Images::look_now() {
    for (const auto& [id, followed] : followed_) {
        followed->announced = true;
        followed->next_look = {};
    }
    wake_.notify();
}

void Images::want(std::shared_ptr<const manifest::Snapshot> snapshot) {
    snapshot_ = std::move(snapshot);
    interval_ = poll_interval(settings_, snapshot_->platform.interval);
    if (builds_ != nullptr) {
        builds_->set_concurrency(snapshot_->platform.build_concurrency);
        builds_->set_logs_kept(snapshot_->platform.builds_kept);
    }
    std::set<std::string> used;
    for (const auto& [key, app] : snapshot_->apps) {
        if (!app->source) {
            images_.insert_or_assign(
                key, Image{.reference = app->image, .port = app->port.value_or(0), .commit = {}, .source = {}});
            continue;
        }
        const auto id = id_of(*app->source);
        used.insert(id);
        auto& wanted = wanted_[key];
        const bool same = wanted.app && wanted.app->source == app->source && wanted.app->port == app->port;
        wanted.app = app;
        wanted.source_id = id;
        if (same) continue;
        wanted.requested = {};
        wanted.failures = 0;
        wanted.next_try.reset();
        wanted.progress = Progress{Phase::pending, "looking for its source's newest commit"};
        // An app that was built from something else goes on running that until its new image is there.
        follow(*app->source, id).next_look = {};
    }
    std::erase_if(wanted_, [&](const auto& entry) {
        const auto app = snapshot_->apps.find(entry.first);
        const bool unwanted =
            (app == snapshot_->apps.end() || !app->second->source) && !snapshot_->invalid.contains(entry.first);
        if (unwanted && builds_ != nullptr) builds_->cancel(entry.first);
        return unwanted;
    });
    std::erase_if(images_, [&](const auto& entry) {
        return !snapshot_->apps.contains(entry.first) && !snapshot_->invalid.contains(entry.first);
    });
    for (const auto& [id, followed] : followed_) followed->wanted = used.contains(id);
    // One that is being looked at still has a git at work in its folder: it goes after that.
    std::erase_if(followed_, [](const auto& entry) { return !entry.second->wanted && !entry.second->looking; });
    wake_.notify();
}

Images::Followed& Images::follow(const manifest::Source& source, const std::string& id) {
    auto& followed = followed_[id];
    if (!followed) {
        // The URL was checked with the manifest; the daemon's own word on local paths is asked again all the same.
        auto url = git::RemoteUrl::parse(source.repo, settings_.allow_local_sources);
        followed = std::make_shared<Followed>(Followed{
            .ref = source.ref,
            .mirror = git::Mirror(settings_.state_dir / "sources" / id, url.value_or(git::RemoteUrl{}), transport_, 1),
            .head = {},
            .description = {},
            .problem = url ? "" : to_string(url.error()),
            .failures = 0,
            .next_look = {},
            .looking = false,
            .announced = false,
            .wanted = true});
    }
    return *followed;
}

net::Task<void> Images::run() {
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        std::chrono::nanoseconds wait = interval_;
        for (const auto& [id, followed] : followed_) {
            if (followed->looking) continue;
            if (followed->next_look > now) {
                wait = std::min<std::chrono::nanoseconds>(wait, followed->next_look - now);
            } else if (looks_ < sources_at_a_time) {
                ++looks_;
                followed->looking = true;
                runtime_.detach(look(id, followed));
            }
        }
        co_await wake_.wait(wait);
    }
}

/// One look at a source, on its own: a remote that hangs keeps up no other.
net::Task<void> Images::look(std::string id, std::shared_ptr<Followed> followed) {
    co_await look_at(id, followed, std::exchange(followed->announced, false));
    followed->looking = false;
    --looks_;
    if (followed->announced) followed->next_look = {};
    if (!followed->wanted) followed_.erase(id);
    wake_.notify();
}

/// Asks a source where its ref stands, and has every app built that isn't built from there.
net::Task<void> Images::look_at(const std::string& id, std::shared_ptr<Followed> followed, bool announced) {
    const auto head = co_await newest(*followed);
    const auto now = std::chrono::steady_clock::now();
    if (!head) {
        const auto longest = std::chrono::duration_cast<std::chrono::seconds>(interval_);
        followed->next_look = now + std::min(std::max(longest, 1s), 1s * (1U << std::min(followed->failures++, 10U)));
        const auto problem = to_string(head.error());
        if (problem == followed->problem && !announced) co_return;
        followed->problem = problem;
        log::warn("source {}: {}", followed->mirror.url().display(), problem);
        for (auto& [key, wanted] : wanted_)
            if (wanted.source_id == id && (!wanted.progress || wanted.progress->phase != Phase::failed))
                wanted.progress = Progress{Phase::failed, "its source can't be fetched: " + problem, true};
        on_change_();
        co_return;
    }
    const bool recovered = !followed->problem.empty();
    followed->problem.clear();
    followed->failures = 0;
    followed->next_look = now + interval_;
    if (followed->head != *head) {
        followed->head = *head;
        const auto subject = co_await runtime_.offload([followed, commit = *head]() -> std::string {
            const auto repository = followed->mirror.open();
            const auto read = repository ? repository->commit(commit) : std::unexpected(repository.error());
            return read ? read->subject : std::string();
        });
        followed->description =
            fmt::format("{} {} \"{}\"", short_ref(followed->ref), head->short_form(), printable(subject, 72));
    }
    std::vector<AppKey> outdated;
    for (const auto& [key, wanted] : wanted_) {
        if (wanted.source_id != id) continue;
        const bool due = wanted.next_try && *wanted.next_try <= now;
        if (wanted.requested != *head || recovered || due) {
            outdated.push_back(key);
        } else if (wanted.next_try) {
            followed->next_look = std::min(followed->next_look, *wanted.next_try);
        }
    }
    for (const auto& key : outdated) co_await build(key, id, followed);
}

net::Task<Result<CommitId>> Images::newest(Followed& followed) {
    const auto known = followed.mirror.fetched(followed.ref);
    // A commit doesn't move.
    const bool fixed = CommitId::parse(followed.ref).has_value();
    if (known && fixed) co_return known;
    if (known) {
        auto there = co_await followed.mirror.remote(followed.ref);
        if (!there || *there == *known) co_return there;
    }
    co_return co_await followed.mirror.fetch(followed.ref);
}

net::Task<void> Images::build(AppKey key, std::string id, std::shared_ptr<Followed> followed) {
    const auto found = wanted_.find(key);
    if (found == wanted_.end() || found->second.source_id != id) co_return;
    const auto commit = *followed->head;
    const auto app = found->second.app;
    found->second.requested = commit;
    found->second.next_try.reset();
    if (builds_ == nullptr) {
        // A target that runs nothing takes the name that the image would have.
        const auto& registry = settings_.registry.empty() ? snapshot_->platform.registry : settings_.registry;
        found->second.progress.reset();
        images_.insert_or_assign(key, Image{.reference = build::image_tag(registry, key, commit),
                                            .port = app->port.value_or(3000),
                                            .commit = commit,
                                            .source = followed->description});
        on_change_();
        co_return;
    }
    auto repository = co_await runtime_.offload([followed] { return followed->mirror.open(); });
    const auto still = wanted_.find(key);
    if (still == wanted_.end()) co_return;
    if (!repository) {
        still->second.progress = Progress{Phase::failed, to_string(repository.error())};
        try_again_later(still->second);
        on_change_();
        co_return;
    }
    const auto& platform = snapshot_->platform;
    build::BuildRequest request{
        .app = key,
        .source = *app->source,
        .registry = settings_.registry.empty() ? platform.registry : settings_.registry,
        .commit = commit,
        .tree = std::make_shared<SourceCommit>(std::move(*repository), commit, app->source->path),
        .limits = {.nano_cpus = platform.build_nano_cpus, .memory_bytes = platform.build_memory_bytes}};
    still->second.progress = Progress{Phase::building, "building " + followed->description};
    builds_->request(
        std::move(request),
        [this, key, commit, description = followed->description](const build::Progress& progress) {
            const auto wanted = wanted_.find(key);
            if (wanted == wanted_.end() || wanted->second.requested != commit) return;
            const bool pushing = progress.stage == build::Progress::Stage::pushing;
            wanted->second.build_id = progress.log_id;
            wanted->second.progress = Progress{pushing ? Phase::pushing : Phase::building,
                                               fmt::format("{} {}", pushing ? "pushing" : "building", description)};
            on_change_();
        },
        [this, key, commit](const Result<build::BuildOutcome>& outcome) { built(key, commit, outcome); });
    on_change_();
}

void Images::try_again_later(Wanted& wanted) {
    wanted.next_try =
        std::chrono::steady_clock::now() + std::min(longest_pause, 1s * (1U << std::min(wanted.failures++, 12U)));
    const auto followed = followed_.find(wanted.source_id);
    if (followed == followed_.end()) return;
    followed->second->next_look = std::min(followed->second->next_look, *wanted.next_try);
    wake_.notify();
}

void Images::missing(const AppKey& app) {
    const auto found = wanted_.find(app);
    if (found == wanted_.end() || builds_ == nullptr) return;
    builds_->forget(app, settings_.registry.empty() ? snapshot_->platform.registry : settings_.registry);
    found->second.requested = {};
    if (const auto followed = followed_.find(found->second.source_id); followed != followed_.end())
        followed->second->next_look = {};
    wake_.notify();
}

void Images::built(const AppKey& key, const CommitId& commit, const Result<build::BuildOutcome>& outcome) {
    const auto found = wanted_.find(key);
    if (found == wanted_.end() || found->second.requested != commit) return;
    auto& wanted = found->second;
    if (!outcome) {
        if (outcome.error().code == ErrorCode::cancelled) return;
        wanted.progress = Progress{Phase::failed, "build failed: " + outcome.error().message};
        // What failed by itself would fail again; what a registry or an engine that is gone kept up is worth a try.
        if (outcome.error().retry == Retry::later) try_again_later(wanted);
        log::warn("{}: build failed: {}", key.str(), outcome.error().message);
        on_change_();
        return;
    }
    wanted.progress.reset();
    wanted.failures = 0;
    wanted.build_id = outcome->log_id;
    const auto followed = followed_.find(wanted.source_id);
    images_.insert_or_assign(
        key, Image{.reference = outcome->image,
                   .port = wanted.app->port.value_or(outcome->port),
                   .commit = commit,
                   .source = followed == followed_.end() ? std::string() : followed->second->description});
    log::info("{}: {} {}", key.str(), outcome->built ? "built" : "found", outcome->image);
    on_change_();
}

std::optional<Images::Progress> Images::progress(const AppKey& app) const {
    const auto found = wanted_.find(app);
    return found == wanted_.end() ? std::nullopt : found->second.progress;
}

std::string Images::build_id(const AppKey& app) const {
    const auto found = wanted_.find(app);
    return found == wanted_.end() ? std::string() : found->second.build_id;
}

}  // namespace holdfast::app
