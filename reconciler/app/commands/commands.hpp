#pragma once

#include <filesystem>
#include <string>

#include "app/manifests.hpp"
#include "app/settings.hpp"

/// The subcommands, one file each. Each prints to standard output, its errors to standard error, and gives the exit
/// code of the spec's section 5.
namespace holdfast::app {

/// How a command prints what it found.
enum class Output { text, json, markdown };

int run(const Settings& settings, bool once);
int validate(const Settings& settings, const ManifestSource& source, Output output);
int plan(const Settings& settings, const ManifestSource& source, Output output);
int render(const Settings& settings, const ManifestSource& source, const std::string& name);
int status(const Settings& settings, const std::string& daemon, const std::string& app, Output output);
int history(const Settings& settings, const std::filesystem::path& clone, const std::string& name, Output output);
int init(const std::filesystem::path& folder);

/// Prints `holdfast: error` and gives 2, could not run.
int could_not_run(const Error& error);
/// Whether standard output is a terminal that wants colour (https://no-color.org).
[[nodiscard]] bool wants_colour();

}  // namespace holdfast::app
