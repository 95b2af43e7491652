#pragma once

#include <string>

#include "core/json.hpp"
#include "status/board.hpp"

/// The board in the words of the API (openapi.json describes them).
namespace holdfast::web {

/// What a row of the page shows.
[[nodiscard]] json::object summary_json(const status::AppStatus& app);
/// All that is known of an app: the summary with nodes, revisions, conditions and history.
[[nodiscard]] json::object app_json(const status::AppStatus& app);
/// A revision without its note, which may be long.
[[nodiscard]] json::object revision_json(const status::RevisionStatus& revision);

/// `{"generation":…,"apps":[…]}`, ordered by environment and name.
[[nodiscard]] std::string apps_document(const status::Board& board);
/// `{"generation":…,"revisions":[…]}` with their notes, newest first.
[[nodiscard]] std::string revisions_document(const status::Board& board);

/// What changed from `before` to `now`, as one server-sent event for a reader who has seen `before` (null: has seen
/// nothing, and gets everything); empty where nothing did. `data` is one line of JSON.
[[nodiscard]] std::string board_event(const status::Board& now, const status::Board* before);

}  // namespace holdfast::web
