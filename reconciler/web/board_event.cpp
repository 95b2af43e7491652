#include <fmt/format.h>

#include "core/text.hpp"
#include "web/board_json.hpp"

namespace holdfast::web {

namespace {

/// Nobody reads more of them at once, and a reader shouldn't wait for them.
constexpr std::size_t most_diagnostics = 200;

json::object diagnostic_json(const Diagnostic& diagnostic) {
    return {{"at", valid_utf8(to_string(diagnostic.at))},
            {"pointer", valid_utf8(diagnostic.pointer)},
            {"message", valid_utf8(diagnostic.message)},
            {"suggestion", valid_utf8(diagnostic.suggestion)},
            {"warning", diagnostic.warning}};
}

json::object diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
    json::array first;
    for (const auto& diagnostic : std::span(diagnostics).first(std::min(diagnostics.size(), most_diagnostics)))
        first.push_back(diagnostic_json(diagnostic));
    return {{"total", diagnostics.size()}, {"first", std::move(first)}};
}

json::array revisions_json(const std::deque<status::RevisionStatus>& revisions) {
    json::array array;
    for (const auto& revision : revisions) array.push_back(revision_json(revision));
    return array;
}

struct AppChanges {
    std::string apps;  ///< summaries, separated by commas
    json::array removed;
};

/// One walk along both boards, which are ordered alike. An app that didn't change is the same object in both.
AppChanges changes_between(const status::Board& before, const status::Board& now) {
    AppChanges changes;
    auto old = before.apps.begin();
    const auto gone = [&](const AppKey& key) {
        changes.removed.push_back({{"environment", key.environment}, {"name", key.name}});
    };
    for (const auto& [key, app] : now.apps) {
        for (; old != before.apps.end() && old->first < key; ++old) gone(old->first);
        const bool known = old != before.apps.end() && old->first == key;
        if (!known || old->second != app) {
            if (!changes.apps.empty()) changes.apps += ',';
            changes.apps += json::serialize(summary_json(*app));
        }
        if (known) ++old;
    }
    for (; old != before.apps.end(); ++old) gone(old->first);
    return changes;
}

}  // namespace

std::string board_event(const status::Board& now, const status::Board* before) {
    if (before != nullptr && before->generation == now.generation) return {};
    const auto changes = changes_between(before != nullptr ? *before : status::Board{}, now);
    json::object head{{"generation", now.generation},
                      {"whole", before == nullptr},
                      {"now", to_rfc3339(now.now)},
                      {"instance", now.instance},
                      {"target", now.target},
                      {"repository", valid_utf8(now.repository)},
                      {"branch", valid_utf8(now.branch)},
                      {"ready", now.ready},
                      {"problem", valid_utf8(now.problem)},
                      {"notes_problem", valid_utf8(now.notes_problem)},
                      {"removed", changes.removed}};
    if (before == nullptr || before->revisions != now.revisions) head["revisions"] = revisions_json(now.revisions);
    if (before == nullptr || before->diagnostics != now.diagnostics)
        head["diagnostics"] = diagnostics_json(now.diagnostics);
    auto data = json::serialize(head);
    data.pop_back();
    return fmt::format("event: board\nid: {}\ndata: {},\"apps\":[{}]}}\n\n", now.generation, data, changes.apps);
}

}  // namespace holdfast::web
