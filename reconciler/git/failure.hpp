#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

/// What git's words come to. Pure; private to git/.
namespace holdfast::git {

/// An error from the output of a git that failed: its one telling line, and the code that this line stands for. What
/// the remote says (`remote: …`) never decides the code, since it is anybody's text.
[[nodiscard]] Error failure_of(std::string_view errors, std::string where);

/// The same for `git push --porcelain`, whose output says for each ref why it was refused.
[[nodiscard]] Error push_failure_of(std::string_view output, std::string_view errors, std::string where);

}  // namespace holdfast::git
