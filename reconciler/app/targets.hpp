#pragma once

#include <memory>

#include "app/settings.hpp"
#include "core/result.hpp"
#include "net/runtime.hpp"
#include "target/target.hpp"

namespace holdfast::app {

/// The target that the settings name. It isn't contacted yet.
[[nodiscard]] Result<std::unique_ptr<target::Target>> make_target(net::Runtime& runtime, const Settings& settings);

}  // namespace holdfast::app
