#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "git/libgit2.hpp"

/// The tree that keeps notes: an entry named by the annotated object's id, whose digits git spreads over folders of two
/// digits each as the notes grow in number (`ab/cd/ef01…`). Private to git/.
namespace holdfast::git {

/// Longer notes aren't ours.
inline constexpr std::size_t note_limit = std::size_t{1} << 20U;

/// From the annotated object's id in hex to the note's blob.
using NoteBlobs = std::map<std::string, git_oid>;

[[nodiscard]] Result<NoteBlobs> all_notes(git_commit* notes);
/// The blob of the note on one object, found without reading the others.
[[nodiscard]] Result<std::optional<git_oid>> find_note(git_commit* notes, const std::string& annotated);

}  // namespace holdfast::git
