#pragma once

#include <git2.h>
#include <memory>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "git/repository.hpp"

/// What this folder's files share about libgit2. Private to git/.
namespace holdfast::git {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* handle) const {
        Free(handle);
    }
};

template <class T, auto Free>
using Handle = std::unique_ptr<T, Freed<Free>>;

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using ReferenceHandle = Handle<git_reference, git_reference_free>;
using ObjectHandle = Handle<git_object, git_object_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using BlobHandle = Handle<git_blob, git_blob_free>;
using OdbHandle = Handle<git_odb, git_odb_free>;
using SignatureHandle = Handle<git_signature, git_signature_free>;
using TransactionHandle = Handle<git_transaction, git_transaction_free>;

/// Calls a libgit2 function whose first parameter gives the new object, and keeps that object in `handle`.
template <class H, class F, class... Arguments>
int take(H& handle, F function, Arguments... arguments) {
    typename H::pointer raw = nullptr;
    const int code = function(&raw, arguments...);
    handle.reset(raw);
    return code;
}

/// Starts libgit2 on the first call and sets it up: no configuration but the repository's own is read, small caches,
/// and no check of who owns the folder, because the daemon says itself which folders it opens.
void start_library();

/// `doing: ` and what libgit2 said last on this thread.
[[nodiscard]] std::unexpected<Error> library_failure(std::string_view doing);
/// The same after a look-up that gave `code`: not_found where there is no such object.
[[nodiscard]] std::unexpected<Error> lookup_failure(int code, std::string_view doing);

[[nodiscard]] Result<git_oid> oid_of(std::string_view hex);
[[nodiscard]] inline git_oid oid_of(const CommitId& id) {
    return *oid_of(id.str());
}
[[nodiscard]] std::string hex_of(const git_oid& id);
[[nodiscard]] CommitId commit_id_of(const git_oid& id);

/// An error where the object is larger than `limit` bytes: libgit2 itself would unpack it, however large. One that
/// isn't there is for the look-up to tell.
[[nodiscard]] Result<void> check_size(git_repository* repository, const git_oid& id, std::size_t limit);
/// The size of a blob, from its header alone.
[[nodiscard]] Result<std::size_t> size_of_blob(git_repository* repository, const git_oid& id);
/// The bytes of a blob; one of more than `limit` bytes isn't even unpacked.
[[nodiscard]] Result<std::string> read_blob(git_repository* repository, const git_oid& id, std::size_t limit);

struct Repository::State {
    RepositoryHandle handle;
};

}  // namespace holdfast::git
