#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/time.hpp"

namespace holdfast::status {

/// What happened to one app under a revision.
struct NoteApp {
    std::string app;    ///< environment/name
    std::string phase;  ///< `live`, `failed`, `removed`, …
    std::string image;
    std::string source;  ///< `main a1b2c3d4 "Fix header"`
    std::string reason;
    std::chrono::milliseconds took{0};

    friend bool operator==(const NoteApp&, const NoteApp&) = default;
};

/// Something that happened on a revision after it had settled.
struct NoteEvent {
    Time at{};
    std::string app;
    std::string what;  ///< `drift`, `deploy`, `rollback`, …
    std::string message;

    friend bool operator==(const NoteEvent&, const NoteEvent&) = default;
};

/// How many events a note keeps: the newest.
inline constexpr std::size_t events_kept = 50;

/// The record of one instance on one revision of the config repository.
struct Note {
    std::string instance;
    std::string result;  ///< converged, degraded or failed
    Time settled{};
    std::chrono::milliseconds took{0};
    std::vector<NoteApp> apps;      ///< those acted upon
    std::size_t unchanged = 0;      ///< those not touched
    std::vector<NoteEvent> events;  ///< oldest first

    friend bool operator==(const Note&, const Note&) = default;
};

/// The note's text: YAML that reads as an audit log. It begins with the result, so that one line of `git log --notes`
/// tells.
[[nodiscard]] std::string to_text(const Note& note);

/// A parsed YAML document as a Note; nothing where it isn't one of ours.
[[nodiscard]] std::optional<Note> read_note(const json::value& document);

/// The text of a revision's note with this instance's part replaced by `note`; parts of other instances stay.
[[nodiscard]] std::string with_note(std::string_view text, const Note& note);

/// Both sides of a race: every instance's part is kept; of two parts of the same instance the one that settled later,
/// or has more to say, wins.
[[nodiscard]] std::string merged(std::string_view ours, std::string_view theirs);

}  // namespace holdfast::status
