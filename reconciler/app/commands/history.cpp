#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/config_repository.hpp"
#include "app/own_note.hpp"
#include "core/text.hpp"
#include "git/repository.hpp"

namespace holdfast::app {

namespace {

bool about(const status::Note& note, const std::string& app) {
    if (app.empty()) return true;
    const auto is_it = [&](const auto& item) { return item.app == app; };
    return std::ranges::any_of(note.apps, is_it) || std::ranges::any_of(note.events, is_it);
}

void print(const git::Commit& commit, const status::Note& note, const std::string& app) {
    fmt::print("{}  {}  {:<9}  {}  \"{}\"\n", to_rfc3339(note.settled), commit.id.short_form(),
               printable(note.result, 20), printable(note.instance, 60), printable(commit.subject, 72));
    for (const auto& item : note.apps)
        if (app.empty() || item.app == app)
            fmt::print("    {:<24} {:<12} {}{}\n", printable(item.app), printable(item.phase), printable(item.reason),
                       item.source.empty() ? "" : fmt::format(" [{}]", printable(item.source)));
    if (app.empty() && note.unchanged > 0) fmt::print("    {} unchanged\n", counted(note.unchanged, "app"));
    for (const auto& event : note.events)
        if (app.empty() || event.app == app)
            fmt::print("    {}  {:<24} {:<8} {}\n", to_rfc3339(event.at), printable(event.app), printable(event.what),
                       printable(event.message));
}

json::value to_json(const git::Commit& commit, const status::Note& note) {
    json::array apps;
    for (const auto& app : note.apps)
        apps.push_back({{"app", app.app},
                        {"phase", app.phase},
                        {"image", app.image},
                        {"source", app.source},
                        {"reason", app.reason},
                        {"tookMs", app.took.count()}});
    json::array events;
    for (const auto& event : note.events)
        events.push_back(
            {{"at", to_rfc3339(event.at)}, {"app", event.app}, {"what", event.what}, {"message", event.message}});
    return {{"revision", commit.id.str()}, {"subject", commit.subject},           {"instance", note.instance},
            {"result", note.result},       {"settled", to_rfc3339(note.settled)}, {"tookMs", note.took.count()},
            {"apps", std::move(apps)},     {"unchanged", note.unchanged},         {"events", std::move(events)}};
}

/// The clone that was named; else the present folder if it is one, else the daemon's own mirror, which needs no daemon.
Result<git::Repository> open(const Settings& settings, const std::filesystem::path& clone) {
    if (!clone.empty()) return git::Repository::open(clone);
    if (auto here = git::Repository::open(".")) return here;
    return git::Repository::open(settings.state_dir / "config");
}

}  // namespace

int history(const Settings& settings, const std::filesystem::path& clone, const std::string& name, Output output) {
    std::string app;
    if (!name.empty()) {
        const auto key = AppKey::parse(name);
        if (!key) return could_not_run(key.error());
        app = key->str();
    }
    const auto repository = open(settings, clone);
    if (!repository) return could_not_run(repository.error());
    const auto ref = notes_ref_of(settings.instance);
    const auto notes = repository->notes(ref);
    if (!notes && notes.error().code != ErrorCode::not_found) return could_not_run(notes.error());
    if (!notes || notes->empty()) {
        fmt::print(stderr, "holdfast: no notes under {}; a clone gets them by: git fetch origin '{}:{}'\n", ref, ref,
                   ref);
        return 1;
    }
    json::array found;
    bool any = false;
    for (const auto& [commit_id, text] : *notes) {
        const auto commit = repository->commit(commit_id);
        if (!commit) continue;  // a note on a commit that this clone doesn't have
        for (const auto& note : parse_notes(text)) {
            if (!about(note, app)) continue;
            any = true;
            if (output == Output::json) {
                found.push_back(to_json(*commit, note));
            } else {
                print(*commit, note, app);
            }
        }
    }
    if (output == Output::json) fmt::print("{}\n", json::serialize(found));
    if (!any && !app.empty()) fmt::print(stderr, "holdfast: no note speaks of {}\n", app);
    return any ? 0 : 1;
}

}  // namespace holdfast::app
