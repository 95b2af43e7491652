#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/types.hpp"

namespace holdfast::plan {

/// Where two specs (canonical JSON texts) differ, sorted by path. Lists of `NAME=value` are compared by name, other
/// lists item by item. Values at a pointer that `rules` calls secret are masked: `***`.
[[nodiscard]] std::vector<FieldChange> field_changes(std::string_view before, std::string_view after,
                                                     const Rules& rules);

/// Whether a pointer matches a pattern: member by member, where `*` stands for any text within one member; without
/// case.
[[nodiscard]] bool pointer_matches(std::string_view pointer, std::string_view pattern);

/// The changes in one line: `image 9f3a… → 1c2d…, replicas 2 → 3 and 4 more`.
[[nodiscard]] std::string summary(const std::vector<FieldChange>& changes, const Rules& rules);

}  // namespace holdfast::plan
