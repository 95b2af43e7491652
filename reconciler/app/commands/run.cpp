#include "app/commands/commands.hpp"
#include "app/daemon.hpp"
#include "log/log.hpp"

namespace holdfast::app {

int run(const Settings& settings, bool once) {
    const auto level = log::parse_level(settings.log_level);
    if (!level) return could_not_run(level.error());
    log::set_up(*level, settings.log_format == "json" ? log::Format::json : log::Format::text);
    const auto outcome = run_daemon(settings, once);
    if (!outcome) return could_not_run(outcome.error());
    return static_cast<int>(*outcome);
}

}  // namespace holdfast::app
