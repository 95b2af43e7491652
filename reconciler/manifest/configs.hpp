#pragma once

#include <cstddef>

#include "manifest/cross_check.hpp"

namespace holdfast::manifest {

inline constexpr std::size_t all_configs_bytes_limit = std::size_t{64} << 20U;

/// Fills in the contents of the config files that an app names. An app whose contents are what they were stays the very
/// same object, so that whoever compares sees at once that nothing changed. `bytes_left` is what all apps together may
/// still take: one file can be named by every app.
void read_configs(Candidate& candidate, const CheckOptions& options, std::size_t& bytes_left);

}  // namespace holdfast::manifest
