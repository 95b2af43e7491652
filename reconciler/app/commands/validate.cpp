#include <algorithm>
#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "core/text.hpp"

namespace holdfast::app {

namespace {

json::value to_json(const manifest::Snapshot& snapshot) {
    json::array diagnostics;
    for (const auto& diagnostic : snapshot.diagnostics)
        diagnostics.push_back({{"file", diagnostic.at.file},
                               {"line", diagnostic.at.line},
                               {"column", diagnostic.at.column},
                               {"pointer", diagnostic.pointer},
                               {"message", diagnostic.message},
                               {"suggestion", diagnostic.suggestion},
                               {"warning", diagnostic.warning}});
    return {{"valid", snapshot.valid()},
            {"apps", snapshot.apps.size()},
            {"invalid", snapshot.invalid.size()},
            {"diagnostics", std::move(diagnostics)}};
}

}  // namespace

int validate(const Settings& settings, const ManifestSource& source, Output output) {
    net::Runtime runtime;
    const auto revision = read_manifests_of_all(runtime, settings, source);
    if (!revision) return could_not_run(revision.error());
    const auto& snapshot = *revision->snapshot;
    if (output == Output::json) {
        fmt::print("{}\n", json::serialize(to_json(snapshot)));
        return snapshot.valid() ? 0 : 1;
    }
    for (const auto& diagnostic : snapshot.diagnostics) fmt::print("{}\n", printable(to_string(diagnostic)));
    const auto errors = static_cast<std::size_t>(std::ranges::count(snapshot.diagnostics, false, &Diagnostic::warning));
    if (errors == 0) {
        fmt::print("valid: {} in {}\n", counted(snapshot.apps.size(), "app"),
                   counted(snapshot.environments.size(), "environment"));
        return 0;
    }
    fmt::print("{}, {} valid\n", counted(errors, "error"), counted(snapshot.apps.size(), "app"));
    return 1;
}

}  // namespace holdfast::app
