#include "git/mirror.hpp"

#include <fmt/format.h>

#include "git/folder_lock.hpp"
#include "git/refs.hpp"

namespace holdfast::git {

namespace {

using Join = std::function<std::string(std::string, std::string)>;

constexpr int push_tries = 5;
/// Fetches after which git is asked whether packing is worth the while.
constexpr unsigned fetches_until_tidy = 50;
constexpr std::string_view author = "Holdfast";
constexpr std::string_view email = "holdfast@localhost";

Result<void> check_notes_ref(const std::string& ref) {
    if (!ref.starts_with("refs/notes/")) return fail(ErrorCode::invalid, "notes are kept under refs/notes/");
    return check_ref(ref);
}

}  // namespace

struct Mirror::State {
    std::filesystem::path path;
    RemoteUrl url;
    Transport transport;
    unsigned depth;
    std::optional<FolderLock> lock;         ///< held where no other process uses the copy
    bool leftovers = true;                  ///< a process may have died here since the last clearing up
    bool known_whole = false;               ///< verified, and no fetch went well since
    unsigned fetches = fetches_until_tidy;  ///< since git last looked whether to pack; the first look comes early

    State(std::filesystem::path path_, RemoteUrl url_, Transport transport_, unsigned depth_)
        : path(std::move(path_)), url(std::move(url_)), transport(std::move(transport_)), depth(depth_) {}

    net::Task<Result<void>> prepare();
    net::Task<Result<void>> tracked(net::Task<Result<void>> run);
    net::Task<Result<CommitId>> fetch(std::string ref);
    net::Task<Result<void>> fetch_commit(std::string id);
    net::Task<bool> is_damaged();
    net::Task<Result<void>> take_notes(std::string ref, Join join);
};

/// The copy's folder, ready for git to write into.
net::Task<Result<void>> Mirror::State::prepare() {
    std::error_code error;
    const bool present = std::filesystem::exists(path / "HEAD", error);
    if (!present) std::filesystem::create_directories(path.parent_path(), error);
    if (!lock) lock = FolderLock::take(path);
    if (std::exchange(leftovers, false) && present && lock) remove_leftovers(path);
    if (present) co_return Result<void>();
    co_return co_await tracked(transport.init_bare(path));
}

/// Runs git on the copy and remembers whether it was killed in the midst of something.
net::Task<Result<void>> Mirror::State::tracked(net::Task<Result<void>> run) {
    leftovers = true;
    auto done = co_await std::move(run);
    leftovers = !done && (done.error().code == ErrorCode::timeout || done.error().code == ErrorCode::limit ||
                          done.error().code == ErrorCode::cancelled);
    co_return done;
}

net::Task<Result<CommitId>> Mirror::State::fetch(std::string ref) {
    if (auto ready = co_await prepare(); !ready) co_return std::unexpected(std::move(ready.error()));
    auto done = is_commit_id(ref)
                    ? co_await fetch_commit(ref)
                    : co_await tracked(transport.fetch(path, url, {fmt::format("+{}:{}", ref, mirrored(ref))}, depth));
    if (!done) co_return std::unexpected(std::move(done.error()));
    ++fetches;
    const auto repository = Repository::open(path);
    if (!repository) co_return std::unexpected(repository.error());
    co_return repository->resolve(is_commit_id(ref) ? ref : mirrored(ref));
}

net::Task<Result<void>> Mirror::State::fetch_commit(std::string id) {
    auto done = co_await tracked(transport.fetch(path, url, {fmt::format("+{}:{}", id, mirrored(id))}, depth));
    if (done || done.error().code != ErrorCode::not_found) co_return done;
    // Servers needn't give a commit by its id; in which branch and how deep it lies nobody knows.
    co_return co_await tracked(transport.fetch(path, url, {all_branches}, 0));
}

/// Asked after a failure that has no cause outside: reads the whole copy, but once only until a fetch goes well again.
net::Task<bool> Mirror::State::is_damaged() {
    if (known_whole) co_return false;
    const auto whole = co_await tracked(transport.verify(path));
    known_whole = whole.has_value();
    co_return !whole && whole.error().code == ErrorCode::failed;
}

net::Task<Result<void>> Mirror::State::take_notes(std::string ref, Join join) {
    const std::string theirs = mirrored(ref);
    auto fetched = co_await tracked(transport.fetch(path, url, {fmt::format("+{}:{}", ref, theirs)}, 0));
    if (!fetched) co_return fetched;
    const auto repository = Repository::open(path);
    if (!repository) co_return std::unexpected(repository.error());
    co_return repository->merge_notes(ref, theirs, author, email, join);
}

Mirror::Mirror(std::filesystem::path path, RemoteUrl url, Transport transport, unsigned depth)
    : state_(std::make_unique<State>(std::move(path), std::move(url), std::move(transport), depth)) {}
Mirror::Mirror(Mirror&&) noexcept = default;
Mirror& Mirror::operator=(Mirror&&) noexcept = default;
Mirror::~Mirror() = default;

Result<Repository> Mirror::open() const {
    return Repository::open(state_->path);
}
const std::filesystem::path& Mirror::path() const {
    return state_->path;
}
const RemoteUrl& Mirror::url() const {
    return state_->url;
}

net::Task<Result<CommitId>> Mirror::remote(std::string ref) {
    if (is_commit_id(ref)) co_return CommitId::parse(ref);
    const auto there = co_await state_->transport.ls_remote(state_->url, ref);
    if (!there) co_return std::unexpected(there.error());
    if (!*there)
        co_return fail(ErrorCode::not_found, fmt::format("the repository has no {}", ref), state_->url.display());
    // Nothing new is the time to tidy: nobody waits. An untidy copy works as well, so a failure doesn't matter.
    if (state_->fetches >= fetches_until_tidy && fetched(ref) == **there) {
        state_->fetches = 0;
        (void)co_await state_->tracked(state_->transport.tidy(state_->path));
    }
    co_return **there;
}

net::Task<Result<CommitId>> Mirror::fetch(std::string ref) {
    if (is_commit_id(ref)) {
        if (auto here = fetched(ref)) co_return here;
    } else if (auto valid = check_ref(ref); !valid) {
        co_return std::unexpected(std::move(valid.error()));
    }
    auto commit = co_await state_->fetch(ref);
    if (!commit && commit.error().code == ErrorCode::failed && co_await state_->is_damaged()) {
        if (auto gone = discard(); !gone) co_return std::unexpected(std::move(gone.error()));
        commit = co_await state_->fetch(std::move(ref));
    }
    if (commit) state_->known_whole = false;
    co_return commit;
}

Result<CommitId> Mirror::fetched(const std::string& ref) const {
    const auto repository = open();
    if (!repository) return std::unexpected(repository.error());
    return repository->resolve(is_commit_id(ref) ? ref : mirrored(ref));
}

net::Task<Result<void>> Mirror::publish_note(std::string ref, CommitId commit,
                                             std::function<std::string(std::optional<std::string>)> edit, Join join) {
    if (auto valid = check_notes_ref(ref); !valid) co_return valid;
    if (auto ready = co_await state_->prepare(); !ready) co_return ready;
    const auto repository = open();
    if (!repository) co_return std::unexpected(repository.error());
    // With the notes of others before the first of ours there is nothing to merge. Where that fails, so does the push.
    if (!repository->resolve(ref)) (void)co_await fetch_notes(ref);
    if (auto edited = repository->edit_note(ref, commit, author, email, edit); !edited) co_return edited;
    Result<void> pushed;
    for (int i = 0; i < push_tries; ++i) {
        pushed =
            co_await state_->tracked(state_->transport.push(state_->path, state_->url, fmt::format("{0}:{0}", ref)));
        if (pushed || pushed.error().code != ErrorCode::conflict) co_return pushed;
        if (auto merged = co_await state_->take_notes(ref, join); !merged) co_return merged;
    }
    co_return pushed;
}

net::Task<Result<void>> Mirror::fetch_notes(std::string ref) {
    if (auto valid = check_notes_ref(ref); !valid) co_return valid;
    if (auto ready = co_await state_->prepare(); !ready) co_return ready;
    const auto there = co_await state_->transport.ls_remote(state_->url, ref);
    if (!there) co_return std::unexpected(there.error());
    if (!*there) co_return Result<void>();
    auto taken = co_await state_->take_notes(ref, {});
    if (!taken && taken.error().code == ErrorCode::conflict) co_return Result<void>();
    co_return taken;
}

Result<void> Mirror::discard() {
    if (!state_->lock) state_->lock = FolderLock::take(state_->path);
    if (!state_->lock)
        return fail(ErrorCode::conflict, "the copy is damaged, and another process uses it", state_->path.string());
    std::error_code error;
    std::filesystem::remove_all(state_->path, error);
    if (error) return fail(ErrorCode::failed, "can't remove the copy: " + error.message(), state_->path.string());
    return {};
}

}  // namespace holdfast::git
