#pragma once

#include <span>

#include "manifest/app_file.hpp"

namespace holdfast::manifest {

/// A document of an app on its way through the checks between documents. The first problem takes it out of the valid
/// ones; the others still see it where its name is what matters.
struct Candidate {
    AppDocument* document = nullptr;
    std::vector<Diagnostic> problems;

    [[nodiscard]] bool valid() const { return problems.empty() && document->app != nullptr; }
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
