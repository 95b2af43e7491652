#pragma once

#include "manifest/cross_check.hpp"

namespace holdfast::manifest {

/// Fills in the contents of the config files that an app names. An app whose contents are what they were stays the very
/// same object, so that whoever compares sees at once that nothing changed.
void read_configs(Candidate& candidate, const CheckOptions& options);

}  // namespace holdfast::manifest
