#pragma once

#include <string>

#include "core/result.hpp"

/// Names of refs. Private to git/.
namespace holdfast::git {

/// An error unless `ref` is `HEAD` or a well-formed full name such as `refs/heads/main`: nothing that git would take
/// for an option, a pattern or another refspec.
[[nodiscard]] Result<void> check_ref(const std::string& ref);

/// Where a mirror keeps what it fetched as `ref`: a namespace of its own that neither git nor a remote writes into, and
/// one level deep, so that a branch `a` can be followed by a branch `a/b`.
[[nodiscard]] std::string mirrored(const std::string& ref);

/// Whether a ref that is to be followed is the id of a commit.
[[nodiscard]] bool is_commit_id(const std::string& ref);

/// The branches of the remote that are searched for a commit which the remote doesn't give by its id.
inline constexpr const char* all_branches = "+refs/heads/*:refs/holdfast-branches/*";

}  // namespace holdfast::git
