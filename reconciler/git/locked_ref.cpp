#include "git/locked_ref.hpp"

#include <chrono>
#include <thread>

namespace holdfast::git {

namespace {

using namespace std::chrono_literals;

/// Others hold the lock for the time of writing a few small files.
constexpr auto lock_patience = 2s;
constexpr auto lock_pause = 2ms;

Result<TransactionHandle> lock(git_repository* repository, const std::string& ref) {
    TransactionHandle transaction;
    if (take(transaction, git_transaction_new, repository) != 0) return library_failure("lock " + ref);
    const auto end = std::chrono::steady_clock::now() + lock_patience;
    for (;;) {
        const int code = git_transaction_lock_ref(transaction.get(), ref.c_str());
        if (code == 0) return transaction;
        if (code != GIT_ELOCKED) return library_failure("lock " + ref);
        if (std::chrono::steady_clock::now() > end)
            return fail(ErrorCode::conflict, ref + " is locked by another process for too long");
        std::this_thread::sleep_for(lock_pause);
    }
}

}  // namespace

Result<CommitHandle> tip_of(git_repository* repository, const std::string& ref) {
    git_oid id;
    CommitHandle commit;
    const int code = git_reference_name_to_id(&id, repository, ref.c_str());
    if (code == GIT_ENOTFOUND) return commit;
    if (code != 0 || take(commit, git_commit_lookup, repository, &id) != 0) return library_failure("read " + ref);
    return commit;
}

Result<void> change_ref(git_repository* repository, const std::string& ref, const std::string& message,
                        const std::function<Result<git_oid>(git_commit* tip)>& change) {
    const auto transaction = lock(repository, ref);
    if (!transaction) return std::unexpected(transaction.error());
    const auto tip = tip_of(repository, ref);
    if (!tip) return std::unexpected(tip.error());
    const auto target = change(tip->get());
    if (!target) return std::unexpected(target.error());
    if (*tip && git_oid_equal(git_commit_id(tip->get()), &*target) != 0) return {};
    if (git_transaction_set_target(transaction->get(), ref.c_str(), &*target, nullptr, message.c_str()) != 0 ||
        git_transaction_commit(transaction->get()) != 0)
        return library_failure("write " + ref);
    return {};
}

}  // namespace holdfast::git
