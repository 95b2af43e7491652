#pragma once

#include "app/settings.hpp"
#include "core/result.hpp"

namespace holdfast::app {

/// What a run came to, with the exit code of the command (spec, section 5).
enum class Outcome { all_good = 0, some_not = 1 };

/// Runs Holdfast until it is told to stop by SIGTERM or SIGINT or, with `once`, until everything is settled. The error
/// says why it could not run at all.
Result<Outcome> run_daemon(const Settings& settings, bool once);

}  // namespace holdfast::app
