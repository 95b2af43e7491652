#include "net/process.hpp"

#include <array>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/child.hpp"
#include "net/spawn.hpp"

namespace holdfast::net {

namespace {

using Stream = asio::posix::stream_descriptor;

/// One run: the program, its pipes, and why it is being killed, if it is. Shared by the coroutines that feed and read
/// the program, which may take their last step after the call has returned.
struct Run {
    Run(const Executor& executor, ProcessSpec what, Child started)
        : spec(std::move(what)),
          child(std::move(started)),
          input(executor),
          output(executor),
          errors(executor),
          exit_event(executor, child.exit_event.release()),
          deadline(executor, from_now(spec.deadline)) {
        if (child.input.get() >= 0) input.assign(child.input.release());
        output.assign(child.output.release());
        errors.assign(child.errors.release());
    }

    void end(ErrorCode code, std::string_view why) {
        if (!failure) failure = fail(code, fmt::format("{} {}", spec.arguments.front(), why)).error();
        child.kill_group();
    }

    ProcessSpec spec;
    ProcessResult result;
    std::optional<Error> failure;
    Child child;
    Stream input;
    Stream output;
    Stream errors;
    Stream exit_event;
    asio::steady_timer deadline;
};

/// Takes what a pipe holds just now; false at its end, or once it has held more than the limit. Reading stays apart
/// from waiting so that nothing is lost between the two when the program ends.
bool take(Run& run, Stream& from, std::string& into_text, const std::function<void(std::string_view)>& see) {
    if (!from.is_open()) return false;
    std::array<char, 16384> piece;
    for (;;) {
        const ssize_t size = ::read(from.native_handle(), piece.data(), piece.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno == EAGAIN;
        if (size == 0) return false;
        const std::string_view taken(piece.data(), static_cast<std::size_t>(size));
        if (taken.size() > run.spec.output_limit - into_text.size()) {
            run.end(ErrorCode::limit, fmt::format("wrote more than {} bytes", run.spec.output_limit));
            return false;
        }
        into_text.append(taken);
        if (see) see(taken);
    }
}

Task<void> read_output(std::shared_ptr<Run> run) {
    ErrorOf error;
    do {
        co_await run->output.async_wait(Stream::wait_read, into(error));
    } while (!error && take(*run, run->output, run->result.output, {}));
    run->output.close(error);
}

Task<void> read_errors(std::shared_ptr<Run> run) {
    ErrorOf error;
    do {
        co_await run->errors.async_wait(Stream::wait_read, into(error));
    } while (!error && take(*run, run->errors, run->result.errors, run->spec.on_stderr));
    run->errors.close(error);
}

Task<void> write_input(std::shared_ptr<Run> run) {
    ErrorOf error;
    std::string_view rest = run->spec.input;
    while (!rest.empty() && !error) {
        rest.remove_prefix(co_await run->input.async_write_some(asio::buffer(rest), into(error)));
    }
    run->input.close(error);  // a program that reads no further is no fault of its own
}

void start_coroutines(const Executor& executor, const std::shared_ptr<Run>& run) {
    spawn(executor, read_output(run), {}, end_program_on);
    spawn(executor, read_errors(run), {}, end_program_on);
    if (run->input.is_open()) spawn(executor, write_input(run), {}, end_program_on);
    run->deadline.async_wait([run](ErrorOf error) {
        if (!error) run->end(ErrorCode::timeout, fmt::format("took longer than {} ms", run->spec.deadline.count()));
    });
}

/// Takes what is left in the pipes rather than waiting for their end, which a process that left the group could put off
/// for ever; then lets go of everything.
ProcessResult finish(Run& run) {
    run.child.kill_group();  // what the program left behind in its group
    take(run, run.output, run.result.output, {});
    take(run, run.errors, run.result.errors, run.spec.on_stderr);
    run.deadline.cancel();
    for (Stream* stream : {&run.input, &run.output, &run.errors, &run.exit_event}) {
        ErrorOf ignored;
        stream->close(ignored);
    }
    run.result.exit_code = run.child.reap();
    return std::move(run.result);
}

}  // namespace

Task<Result<ProcessResult>> run_process(ProcessSpec spec) {
    const Executor executor = co_await asio::this_coro::executor;
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) {
        co_return fail(ErrorCode::cancelled, "cancelled before a program was started");
    }
    auto child = Child::start(spec);
    if (!child) co_return std::unexpected(std::move(child.error()));
    const auto run = std::make_shared<Run>(executor, std::move(spec), std::move(*child));
    start_coroutines(executor, run);

    ErrorOf error;
    co_await run->exit_event.async_wait(Stream::wait_read, into(error));
    if (error) {
        run->end(ErrorCode::cancelled, "was cancelled");
        co_await run->exit_event.async_wait(Stream::wait_read, into(error));
    }
    auto result = finish(*run);
    if (run->failure) co_return std::unexpected(std::move(*run->failure));
    co_return result;
}

}  // namespace holdfast::net
