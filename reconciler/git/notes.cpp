#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>

#include "git/libgit2.hpp"
#include "git/locked_ref.hpp"
#include "git/notes_tree.hpp"
#include "git/repository.hpp"

namespace holdfast::git {

namespace {

using Join = std::function<std::string(std::string, std::string)>;

/// A signature of now, in UTC like everything else that we write.
Result<SignatureHandle> signature_of(std::string_view author, std::string_view email) {
    SignatureHandle signature;
    const git_time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    if (take(signature, git_signature_new, std::string(author).c_str(), std::string(email).c_str(), now, 0) != 0)
        return library_failure("sign as " + std::string(author));
    return signature;
}

Result<std::optional<std::string>> read_note(git_repository* repository, git_commit* notes,
                                             const std::string& annotated) {
    if (notes == nullptr) return std::nullopt;
    const auto blob = find_note(notes, annotated);
    if (!blob) return std::unexpected(blob.error());
    if (!*blob) return std::nullopt;
    return read_blob(repository, **blob, note_limit);
}

/// The notes commit that follows `tip` (null: the first one) and has `text` as the note on `annotated`.
Result<CommitHandle> with_note(git_repository* repository, git_commit* tip, const git_signature* signature,
                               const git_oid& annotated, const std::string& text) {
    constexpr int overwrite = 1;
    git_oid written;
    CommitHandle commit;
    if (git_note_commit_create(&written, nullptr, repository, tip, signature, signature, &annotated, text.c_str(),
                               overwrite) != 0 ||
        take(commit, git_commit_lookup, repository, &written) != 0)
        return library_failure("write the note on " + hex_of(annotated));
    return commit;
}

/// 0 where there is no such commit here: shallow copies and rewritten branches leave notes behind.
git_time_t time_of(git_repository* repository, const git_oid& id) {
    CommitHandle commit;
    return take(commit, git_commit_lookup, repository, &id) == 0 ? git_commit_time(commit.get()) : 0;
}

/// A merge of two notes commits neither of which follows from the other.
class NotesMerge {
  public:
    NotesMerge(git_repository* repository, const git_signature* signature, const Join& join)
        : repository_(repository), signature_(signature), join_(join) {}

    /// A commit with both as parents: the tree of `theirs` with what is only or newer in `ours`.
    Result<git_oid> run(git_commit* ours, git_commit* theirs) const {
        const auto our_notes = all_notes(ours);
        if (!our_notes) return std::unexpected(our_notes.error());
        const auto their_notes = all_notes(theirs);
        if (!their_notes) return std::unexpected(their_notes.error());
        const auto base_notes = common_notes(ours, theirs);
        if (!base_notes) return std::unexpected(base_notes.error());

        CommitHandle merged;
        for (const auto& [annotated, our_blob] : *our_notes) {
            const git_oid* their_blob = find(*their_notes, annotated);
            const git_oid* base_blob = find(*base_notes, annotated);
            if (their_blob != nullptr && (same(their_blob, our_blob) || (base_blob && same(base_blob, our_blob))))
                continue;
            const bool both_changed = their_blob != nullptr && !(base_blob && same(base_blob, *their_blob));
            auto text = both_changed ? joined(our_blob, *their_blob) : read_blob(repository_, our_blob, note_limit);
            if (!text) return std::unexpected(std::move(text.error()));
            auto next = with_note(repository_, merged ? merged.get() : theirs, signature_, *oid_of(annotated), *text);
            if (!next) return std::unexpected(std::move(next.error()));
            merged = std::move(*next);
        }
        return commit(merged ? merged.get() : theirs, ours, theirs);
    }

  private:
    static bool same(const git_oid* a, const git_oid& b) { return git_oid_equal(a, &b) != 0; }
    static const git_oid* find(const NoteBlobs& notes, const std::string& annotated) {
        const auto found = notes.find(annotated);
        return found == notes.end() ? nullptr : &found->second;
    }

    Result<std::string> joined(const git_oid& ours, const git_oid& theirs) const {
        if (!join_) return fail(ErrorCode::conflict, "a note was changed here and by another writer");
        auto our_text = read_blob(repository_, ours, note_limit);
        if (!our_text) return our_text;
        auto their_text = read_blob(repository_, theirs, note_limit);
        if (!their_text) return their_text;
        return join_(std::move(*our_text), std::move(*their_text));
    }

    /// The notes of the commit that both come from; none where they began apart.
    Result<NoteBlobs> common_notes(git_commit* ours, git_commit* theirs) const {
        git_oid id;
        CommitHandle base;
        const int code = git_merge_base(&id, repository_, git_commit_id(ours), git_commit_id(theirs));
        if (code == GIT_ENOTFOUND) return NoteBlobs();
        if (code != 0 || take(base, git_commit_lookup, repository_, &id) != 0)
            return library_failure("merge the notes");
        return all_notes(base.get());
    }

    Result<git_oid> commit(git_commit* content, git_commit* ours, git_commit* theirs) const {
        TreeHandle tree;
        git_oid id;
        std::array<const git_commit*, 2> parents{ours, theirs};
        if (take(tree, git_commit_tree, content) != 0 ||
            git_commit_create(&id, repository_, nullptr, signature_, signature_, nullptr,
                              "Merge the notes of another writer\n", tree.get(), parents.size(), parents.data()) != 0)
            return library_failure("merge the notes");
        return id;
    }

    git_repository* repository_;
    const git_signature* signature_;
    const Join& join_;
};

}  // namespace

Result<std::optional<std::string>> Repository::note(const std::string& ref, const CommitId& commit) const {
    const auto tip = tip_of(state_->handle.get(), ref);
    if (!tip) return std::unexpected(tip.error());
    return read_note(state_->handle.get(), tip->get(), commit.str());
}

Result<std::vector<std::pair<CommitId, std::string>>> Repository::notes(const std::string& ref) const {
    git_repository* const repository = state_->handle.get();
    std::vector<std::pair<CommitId, std::string>> texts;
    const auto tip = tip_of(repository, ref);
    if (!tip) return std::unexpected(tip.error());
    if (!*tip) return texts;
    const auto blobs = all_notes(tip->get());
    if (!blobs) return std::unexpected(blobs.error());

    std::vector<std::tuple<git_time_t, CommitId, git_oid>> order;
    order.reserve(blobs->size());
    for (const auto& [annotated, blob] : *blobs) {
        const git_oid id = *oid_of(annotated);
        order.emplace_back(time_of(repository, id), commit_id_of(id), blob);
    }
    std::ranges::sort(order, std::greater(),
                      [](const auto& entry) { return std::tie(std::get<0>(entry), std::get<1>(entry)); });
    for (auto& [time, id, blob] : order) {
        auto text = read_blob(repository, blob, note_limit);
        if (!text && text.error().code == ErrorCode::limit) continue;
        if (!text) return std::unexpected(std::move(text.error()));
        texts.emplace_back(std::move(id), std::move(*text));
    }
    return texts;
}

Result<void> Repository::edit_note(const std::string& ref, const CommitId& commit, std::string_view author,
                                   std::string_view email,
                                   const std::function<std::string(std::optional<std::string>)>& edit) const {
    git_repository* const repository = state_->handle.get();
    const auto signature = signature_of(author, email);
    if (!signature) return std::unexpected(signature.error());
    return change_ref(repository, ref, "Write a note", [&](git_commit* tip) -> Result<git_oid> {
        const auto before = read_note(repository, tip, commit.str());
        if (!before) return std::unexpected(before.error());
        const std::string text = edit(*before);
        if (*before == text) return *git_commit_id(tip);
        const auto written = with_note(repository, tip, signature->get(), oid_of(commit), text);
        if (!written) return std::unexpected(written.error());
        return *git_commit_id(written->get());
    });
}

Result<void> Repository::merge_notes(const std::string& ours, const std::string& theirs, std::string_view author,
                                     std::string_view email, const Join& join) const {
    git_repository* const repository = state_->handle.get();
    const auto signature = signature_of(author, email);
    if (!signature) return std::unexpected(signature.error());
    const auto their_tip = tip_of(repository, theirs);
    if (!their_tip) return std::unexpected(their_tip.error());
    if (!*their_tip) return {};
    const git_oid& their_id = *git_commit_id(their_tip->get());
    return change_ref(repository, ours, "Merge notes", [&](git_commit* tip) -> Result<git_oid> {
        if (tip == nullptr) return their_id;
        const git_oid& our_id = *git_commit_id(tip);
        if (git_oid_equal(&our_id, &their_id) != 0) return our_id;
        if (git_graph_descendant_of(repository, &our_id, &their_id) == 1) return our_id;
        if (git_graph_descendant_of(repository, &their_id, &our_id) == 1) return their_id;
        return NotesMerge(repository, signature->get(), join).run(tip, their_tip->get());
    });
}

}  // namespace holdfast::git
