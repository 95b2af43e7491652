#pragma once

#include "manifest/settings.hpp"

namespace holdfast::manifest {

/// One document of apps/ that names an app, read on its own: valid where it has an `app`.
struct AppDocument {
    AppKey key;
    std::shared_ptr<const App> app;  ///< with the contents of its config files once they are read
    std::string effective_hash;      ///< of everything but those contents
    Document marks;                  ///< without a value, and with those positions alone that later checks point at
    std::vector<Diagnostic> problems;
};

/// What a file of apps/ holds.
struct AppFile {
    std::vector<AppDocument> documents;
    std::vector<Diagnostic> diagnostics;    ///< what belongs to no app
    std::vector<std::string> environments;  ///< whose settings the documents were read against, sorted
    std::size_t size = 0;                   ///< how many documents the file has, of any kind
    bool broken = false;                    ///< it may hold apps whose names can't be told
};

/// Reads a file of apps/ against the settings.
[[nodiscard]] AppFile read_app_file(const std::string& path, std::string_view text, const Settings& settings,
                                    Schemas& schemas);

}  // namespace holdfast::manifest
