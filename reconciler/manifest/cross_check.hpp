#pragma once

#include <span>

#include "manifest/app_file.hpp"

namespace holdfast::manifest {

/// A document of an app on its way through the checks between documents. The first problem takes it out of the valid
/// ones; the others still see it where its name is what matters.
struct Candidate {
    AppDocument* document = nullptr;
    std::vector<Diagnostic> problems;
    /// Makes the app invalid too, but follows from what is reported where it arose: once, not once an app.
    std::optional<Diagnostic> consequence;

    [[nodiscard]] bool valid() const { return problems.empty() && !consequence && document->app != nullptr; }
    [[nodiscard]] const App& app() const { return *document->app; }
    void refuse(std::string_view pointer, std::string message, std::string suggestion = {});
};

/// Finds what no document can know of the others: unknown and invalid environments, one domain or one port for two,
/// dependencies that are unknown or go in a circle, quotas. Each costs about the number of apps.
///
/// `candidates` have distinct keys. Where two exclude each other, the first one stays. With `files_missing`, apps may
/// exist that nobody could read, so a dependency isn't called unknown.
void check_between(std::span<Candidate> candidates, const Settings& settings, bool files_missing);

}  // namespace holdfast::manifest
