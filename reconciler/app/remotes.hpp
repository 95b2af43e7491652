#pragma once

#include "app/settings.hpp"
#include "core/result.hpp"
#include "git/mirror.hpp"
#include "git/transport.hpp"

namespace holdfast::app {

/// How git reaches remotes, as the settings say.
[[nodiscard]] Result<git::Transport> make_transport(const Settings& settings);
/// The config repository's mirror in the state folder. The operator named it, so it may be a local path.
[[nodiscard]] Result<git::Mirror> make_config_mirror(const Settings& settings, const git::Transport& transport);

}  // namespace holdfast::app
