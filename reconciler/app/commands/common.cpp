#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

#include "app/commands/commands.hpp"
#include "core/text.hpp"

namespace holdfast::app {

int could_not_run(const Error& error) {
    fmt::print(stderr, "holdfast: {}\n", printable(to_string(error)));
    return 2;
}

bool wants_colour() {
    return ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace holdfast::app
