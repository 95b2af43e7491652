#pragma once

#include "manifest/app_reader.hpp"
#include "manifest/check.hpp"
#include "manifest/schema.hpp"

namespace holdfast::manifest {

/// An environment and what stands under each of its apps. The documents belong to the Checker's cache.
struct EnvironmentSettings {
    Environment environment;
    bool valid = true;
    bool ours = true;                       ///< no other instance's
    const Document* document = nullptr;     ///< null for a `default` that nobody declared
    const Document* platform = nullptr;     ///< where the platform's defaults stand, or null
    json::value defaults = json::object();  ///< the platform's with the environment's laid over them
    AppContext context;
};

/// What the Platform and the Environments say: everything that apps are read against.
struct Settings {
    Platform platform;
    bool usable = true;
    std::map<std::string, EnvironmentSettings, std::less<>> environments;  ///< always has `default`
    std::vector<Diagnostic> diagnostics;
};

/// Reads `holdfast.yaml` (null where there is none) and the documents of environments/.
[[nodiscard]] Settings read_settings(const std::vector<const Document*>& platforms,
                                     const std::vector<const Document*>& environments, const CheckOptions& options,
                                     Schemas& schemas);

/// A document's own text member `name`, or empty; `default` for an app's missing environment is the caller's.
[[nodiscard]] std::string kind_of(const Document& document);

/// The schema's violations as diagnostics, placed by `origins`.
void add_violations(const std::vector<Violation>& violations, const Origins& origins,
                    std::vector<Diagnostic>& diagnostics);

}  // namespace holdfast::manifest
