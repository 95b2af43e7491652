#pragma once

#include "manifest/fields.hpp"

namespace holdfast::manifest {

/// What the meaning of an app's fields depends on beside the app itself.
struct AppContext {
    std::string target = "swarm";
    bool allow_local_sources = false;
    std::string platform_domain;
    std::string environment_domain;  ///< replaces the platform's, where not empty
};

/// An app from its effective value: what its schema has approved of, with the defaults merged under it. What no schema
/// can say (units, references, what goes together) is checked here.
[[nodiscard]] App read_app(const Fields& fields, const AppContext& context);

/// Checks the same of a `defaults` section, which is only a part of an app.
void check_defaults(const Fields& fields, const AppContext& context);

}  // namespace holdfast::manifest
