#pragma once

#include <span>

#include "manifest/cross_check.hpp"

namespace holdfast::manifest {

/// Refuses the apps that don't fit into what their environment may have in all; those before them count first.
void check_quotas(std::span<Candidate> candidates, const Settings& settings);

}  // namespace holdfast::manifest
