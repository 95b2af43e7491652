#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "plan/types.hpp"

namespace holdfast::plan {

[[nodiscard]] std::string_view to_string(Verb verb);

/// `2 to add, 1 to change, 0 to remove`
[[nodiscard]] std::string totals(const Plan& plan);

/// A plan for a terminal: one line an action (`~ service default_blog: image …`), its fields below it, totals last.
[[nodiscard]] std::string to_text(const Plan& plan, bool colour);

/// A plan for a pull request's comment.
[[nodiscard]] std::string to_markdown(const Plan& plan);

/// A plan for programs: {"actions":[…],"skipped":[…],"totals":{…}}.
[[nodiscard]] json::value to_json(const Plan& plan);

}  // namespace holdfast::plan
