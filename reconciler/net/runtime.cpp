#include "net/runtime.hpp"

#include <csignal>
#include <stdexcept>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "net/spawn.hpp"

namespace holdfast::net {

namespace {

/// A job must not run inside the statement that starts it: whoever keeps its Job would see it end before it is kept.
Task<void> in_its_own_turn(Task<void> task) {
    co_await asio::post(asio::use_awaitable);
    co_await std::move(task);
}

struct SignalHandler {
    SignalHandler(asio::io_context& loop, std::function<void(int)> f) : signals(loop), handler(std::move(f)) {}

    void wait() {
        signals.async_wait([this](ErrorOf error, int signal) {
            if (error) return;
            handler(signal);
            wait();
        });
    }

    asio::signal_set signals;
    std::function<void(int)> handler;
};

}  // namespace

struct Job::State {
    asio::cancellation_signal cancellation;
    bool done = false;
};

Job::Job(std::shared_ptr<State> state) : state_(std::move(state)) {}
Job::Job(Job&&) noexcept = default;

Job& Job::operator=(Job&& other) noexcept {
    if (this != &other) {
        cancel();
        state_ = std::move(other.state_);
    }
    return *this;
}

Job::~Job() {
    cancel();
}

void Job::cancel() {
    if (const auto state = state_; state && !state->done) state->cancellation.emit(asio::cancellation_type::terminal);
}

bool Job::done() const {
    return !state_ || state_->done;
}

/// The pool goes before the loop: what still runs on it uses the coroutines that the loop holds.
struct Runtime::State {
    explicit State(std::size_t workers) : pool(workers) {}

    asio::io_context loop{1};
    asio::thread_pool pool;
    std::vector<std::unique_ptr<SignalHandler>> signal_handlers;
};

Runtime::Runtime(std::size_t workers) : state_(std::make_unique<State>(workers)) {
    std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of the write, not the end of the program
}

Runtime::~Runtime() = default;

Executor Runtime::executor() {
    return state_->loop.get_executor();
}

Job Runtime::start(Task<void> task) {
    auto state = std::make_shared<Job::State>();
    // Called or dropped with the loop, it marks the end: nothing may be cancelled that is gone.
    const std::shared_ptr<void> end(nullptr, [state](void*) { state->done = true; });
    spawn(executor(), in_its_own_turn(std::move(task)), state->cancellation.slot(),
          [state, end](std::exception_ptr thrown) {
              state->done = true;
              end_program_on(std::move(thrown));
          });
    return Job(std::move(state));
}

void Runtime::detach(Task<void> task) {
    spawn(executor(), in_its_own_turn(std::move(task)), {}, end_program_on);
}

void Runtime::on_signal(std::initializer_list<int> signals, std::function<void(int)> handler) {
    auto& added =
        state_->signal_handlers.emplace_back(std::make_unique<SignalHandler>(state_->loop, std::move(handler)));
    for (const int signal : signals) added->signals.add(signal);
    added->wait();
}

void Runtime::run() {
    state_->loop.run();
    state_->loop.restart();  // now rather than before, where it would undo a stop that came early
}

void Runtime::stop() {
    state_->loop.stop();
}

void Runtime::complete_void(Task<void> task) {
    bool done = false;
    std::exception_ptr failure;
    spawn(executor(), std::move(task), {}, [&](std::exception_ptr thrown) {
        done = true;
        failure = std::move(thrown);
    });
    while (!done && state_->loop.run_one() != 0) {
    }
    state_->loop.restart();
    if (failure) std::rethrow_exception(failure);
    if (!done) throw std::runtime_error("the loop was stopped before the task was through");
}

Task<void> Runtime::on_pool(std::function<void()> work) {
    auto begin = [this](auto handler, std::function<void()> job) {
        auto loop = asio::make_work_guard(asio::get_associated_executor(handler));
        asio::post(state_->pool,
                   [handler = std::move(handler), loop = std::move(loop), job = std::move(job)]() mutable {
                       std::exception_ptr thrown;
                       try {
                           job();
                       } catch (...) {
                           thrown = std::current_exception();
                       }
                       const auto executor = loop.get_executor();
                       asio::post(executor, [handler = std::move(handler), thrown = std::move(thrown)]() mutable {
                           std::move(handler)(std::move(thrown));
                       });
                   });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(begin, asio::use_awaitable,
                                                                                           std::move(work));
}

Task<bool> sleep_for(std::chrono::nanoseconds duration) {
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return false;
    asio::steady_timer timer(co_await asio::this_coro::executor, from_now(duration));
    ErrorOf error;
    co_await timer.async_wait(into(error));
    co_return !error;
}

struct Wake::State {
    explicit State(const Executor& executor) : timer(executor) {}

    asio::steady_timer timer;
    bool notified = false;
};

Wake::Wake(const Executor& executor) : state_(std::make_shared<State>(executor)) {}
Wake::~Wake() = default;
Wake::Wake(Wake&&) noexcept = default;
Wake& Wake::operator=(Wake&&) noexcept = default;

void Wake::notify() {
    state_->notified = true;
    state_->timer.cancel();
}

Task<bool> Wake::wait(std::chrono::nanoseconds timeout) {
    const auto state = state_;
    if (!state->notified && !is_cancelled(co_await asio::this_coro::cancellation_state)) {
        state->timer.expires_at(from_now(timeout));
        ErrorOf error;
        co_await state->timer.async_wait(into(error));
    }
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return false;
    co_return std::exchange(state->notified, false);
}

}  // namespace holdfast::net
