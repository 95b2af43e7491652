#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/repository.hpp"
#include "status/note.hpp"

namespace holdfast::app {

/// The notes that a note's text holds, one for each instance that wrote it; what isn't ours is passed over.
[[nodiscard]] std::vector<status::Note> parse_notes(std::string_view text);

/// What this instance said of a revision before, if anything. Blocks.
[[nodiscard]] std::optional<status::Note> read_own_note(const git::Repository& repository, const std::string& ref,
                                                        const CommitId& revision, const std::string& instance);

}  // namespace holdfast::app
