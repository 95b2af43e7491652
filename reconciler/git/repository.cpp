#include "git/repository.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "git/libgit2.hpp"

namespace holdfast::git {

namespace {

constexpr std::size_t message_limit = std::size_t{64} << 10U;
constexpr std::size_t commit_limit = std::size_t{4} << 20U;
constexpr std::size_t shortest_id = 7;

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

Result<CommitId> peeled(const git_object* object, const std::string& name) {
    ObjectHandle commit;
    if (take(commit, git_object_peel, object, GIT_OBJECT_COMMIT) != 0) return library_failure("read " + name);
    return commit_id_of(*git_object_id(commit.get()));
}

/// The commit that begins with these hex digits.
Result<CommitId> by_id(git_repository* repository, const std::string& hex) {
    git_oid id;
    CommitHandle commit;
    if (git_oid_fromstrn(&id, hex.data(), hex.size()) != 0 ||
        take(commit, git_commit_lookup_prefix, repository, &id, hex.size()) != 0)
        return fail(ErrorCode::not_found, "there is no commit " + hex);
    return commit_id_of(*git_commit_id(commit.get()));
}

std::string_view text_or_empty(const char* text) {
    return text == nullptr ? std::string_view() : text;
}

}  // namespace

Repository::Repository(std::unique_ptr<State> state) : state_(std::move(state)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository& Repository::operator=(Repository&&) noexcept = default;
Repository::~Repository() = default;

Result<Repository> Repository::open(const std::filesystem::path& path) {
    start_library();
    auto state = std::make_unique<State>();
    const int code =
        take(state->handle, git_repository_open_ext, path.c_str(), unsigned{GIT_REPOSITORY_OPEN_NO_SEARCH}, nullptr);
    if (code == GIT_ENOTFOUND) return fail(ErrorCode::not_found, "there is no git repository", path.string());
    if (code != 0) return library_failure("open " + path.string());
    return Repository(std::move(state));
}

Result<CommitId> Repository::resolve(const std::string& ref) const {
    git_repository* const repository = state_->handle.get();
    if (ref.size() == GIT_OID_HEXSZ && is_hex(ref)) return by_id(repository, ref);
    ReferenceHandle reference;
    // To libgit2 an empty name is HEAD.
    const int code = ref.empty() ? GIT_ENOTFOUND : take(reference, git_reference_dwim, repository, ref.c_str());
    if (code == GIT_ENOTFOUND || code == GIT_EINVALIDSPEC) {
        if (ref.size() >= shortest_id && ref.size() < GIT_OID_HEXSZ && is_hex(ref)) return by_id(repository, ref);
        return fail(ErrorCode::not_found, fmt::format("there is no branch, tag or commit {}", printable(ref, 200)));
    }
    if (const git_oid* target = code == 0 ? git_reference_target(reference.get()) : nullptr)
        if (auto checked = check_size(repository, *target, commit_limit); !checked) return fail(checked.error(), ref);
    ObjectHandle object;
    // A ref that is there but can't be followed is a damaged repository, not a missing ref.
    if (code != 0 || take(object, git_reference_peel, reference.get(), GIT_OBJECT_ANY) != 0)
        return library_failure("read " + ref);
    return peeled(object.get(), ref);
}

Result<Commit> Repository::commit(const CommitId& id) const {
    const git_oid oid = oid_of(id);
    if (auto checked = check_size(state_->handle.get(), oid, commit_limit); !checked)
        return fail(checked.error(), "commit " + id.str());
    CommitHandle commit;
    const int code = take(commit, git_commit_lookup, state_->handle.get(), &oid);
    if (code != 0) return lookup_failure(code, "read commit " + id.str());
    const git_signature* author = git_commit_author(commit.get());
    return Commit{.id = id,
                  .subject = std::string(text_or_empty(git_commit_summary(commit.get())).substr(0, message_limit)),
                  .message = std::string(text_or_empty(git_commit_message(commit.get())).substr(0, message_limit)),
                  .author = std::string(author == nullptr ? std::string_view() : text_or_empty(author->name)),
                  .time = Time(std::chrono::seconds(git_commit_time(commit.get())))};
}

Result<std::string> Repository::blob(const std::string& id, std::size_t limit) const {
    const auto oid = oid_of(id);
    if (!oid) return std::unexpected(oid.error());
    return read_blob(state_->handle.get(), *oid, limit);
}

Result<std::uint64_t> Repository::blob_size(const std::string& id) const {
    const auto oid = oid_of(id);
    if (!oid) return std::unexpected(oid.error());
    return size_of_blob(state_->handle.get(), *oid);
}

}  // namespace holdfast::git
