#include "web/board_json.hpp"

#include "core/text.hpp"

namespace holdfast::web {

namespace {

/// Text that came from outside at some time: JSON must be UTF-8 (RFC 8259), and a commit's subject needn't be.
json::value text(std::string_view value) {
    return json::value(valid_utf8(value));
}

json::value time_or_null(Time time) {
    return time == Time{} ? json::value(nullptr) : json::value(to_rfc3339(time));
}

template <class Items, class ToJson>
json::array array_of(const Items& items, const ToJson& to_json) {
    json::array array;
    array.reserve(items.size());
    for (const auto& item : items) array.push_back(to_json(item));
    return array;
}

json::object condition_json(const status::Condition& condition) {
    return {{"type", condition.type},
            {"status", condition.status},
            {"reason", text(condition.reason)},
            {"message", text(condition.message)},
            {"since", time_or_null(condition.since)}};
}

json::object history_json(const status::Event& event) {
    return {{"at", time_or_null(event.at)},
            {"what", event.what},
            {"revision", event.revision},
            {"image", text(event.image)},
            {"message", text(event.message)}};
}

}  // namespace

json::object summary_json(const status::AppStatus& app) {
    return {{"environment", app.key.environment},
            {"name", app.key.name},
            {"phase", to_string(app.phase)},
            {"sync", to_string(app.sync)},
            {"health", to_string(app.health)},
            {"reason", text(app.reason)},
            {"image", text(app.image)},
            {"source", {{"commit", app.source_commit.str()}, {"description", text(app.source)}}},
            {"url", text(app.url)},
            {"replicas", {{"desired", app.replicas_desired}, {"running", app.replicas_running}}},
            {"build", text(app.build_id)},
            {"since", time_or_null(app.since)}};
}

json::object app_json(const status::AppStatus& app) {
    auto object = summary_json(app);
    object["nodes"] = array_of(app.nodes, text);
    object["revision"] = {
        {"observed", app.observed_revision}, {"attempted", app.attempted_revision}, {"applied", app.applied_revision}};
    object["conditions"] = array_of(app.conditions, condition_json);
    object["history"] = array_of(app.history, history_json);
    return object;
}

json::object revision_json(const status::RevisionStatus& revision) {
    return {{"id", revision.id.str()},
            {"subject", text(revision.subject)},
            {"author", text(revision.author)},
            {"committed", time_or_null(revision.committed)},
            {"settled", time_or_null(revision.settled.value_or(Time{}))},
            {"result", revision.result}};
}

// App by app rather than as one value: of a thousand apps that would be many times the text.
std::string apps_document(const status::Board& board) {
    std::string out = fmt::format(R"({{"generation":{},"apps":[)", board.generation);
    for (const char* separator = ""; const auto& [key, app] : board.apps) {
        out += std::exchange(separator, ",");
        out += json::serialize(app_json(*app));
    }
    return out + "]}\n";
}

std::string revisions_document(const status::Board& board) {
    const auto with_note = [](const status::RevisionStatus& revision) {
        auto object = revision_json(revision);
        object["note"] = text(revision.note);
        return object;
    };
    const json::object document{{"generation", board.generation}, {"revisions", array_of(board.revisions, with_note)}};
    return json::serialize(document) + "\n";
}

}  // namespace holdfast::web
