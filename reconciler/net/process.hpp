#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "net/task.hpp"

namespace holdfast::net {

/// A program to run: an argument vector, never a shell line.
struct ProcessSpec {
    std::vector<std::string> arguments;                            ///< arguments[0] is looked up in PATH
    std::vector<std::pair<std::string, std::string>> environment;  ///< the whole of it: nothing is inherited
    std::string directory;                                         ///< working directory; empty: ours
    std::string input;                                             ///< what it reads on its standard input
    std::chrono::milliseconds deadline{60'000};                    ///< then its process group is killed
    std::size_t output_limit = std::size_t{1} << 20U;              ///< for each of stdout and stderr; more kills it
    std::function<void(std::string_view)> on_stderr;               ///< sees the error output as it comes, for progress
};

struct ProcessResult {
    int exit_code = 0;  ///< 128 + signal where a signal ended it
    std::string output;
    std::string errors;
};

/// Runs a program in a process group of its own and waits for it without blocking the loop. Over the deadline, over the
/// output limit, or when the coroutine is cancelled, the whole group gets SIGKILL and is reaped before this returns an
/// Error (timeout, limit, cancelled). A program that ran is a ProcessResult, whatever its exit code.
Task<Result<ProcessResult>> run_process(ProcessSpec spec);

}  // namespace holdfast::net
