#pragma once

#include <functional>
#include <string>

#include "git/libgit2.hpp"

/// Private to git/.
namespace holdfast::git {

/// The commit a ref stands at, or null where there is no such ref.
[[nodiscard]] Result<CommitHandle> tip_of(git_repository* repository, const std::string& ref);

/// Moves a ref to what `change` makes of its present commit (null: there is none yet). The ref is locked from the
/// reading to the writing, as git itself locks it, so that no other writer's change is lost between; git_note_create
/// and git_reference_create don't see to that.
[[nodiscard]] Result<void> change_ref(git_repository* repository, const std::string& ref, const std::string& message,
                                      const std::function<Result<git_oid>(git_commit* tip)>& change);

}  // namespace holdfast::git
