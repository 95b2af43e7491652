#pragma once

namespace holdfast::app {

/// Reads flags, HOLDFAST_* variables and the `--config` file, runs the subcommand and gives its exit code; 2 for a
/// command line that makes no sense.
int run_command_line(int argc, char** argv);

}  // namespace holdfast::app
