#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

#include "net/task.hpp"

namespace holdfast::net {

/// A coroutine that runs on its own and is cancelled when its Job goes: cancellation reaches it at its next network
/// call, timer or process, which then return `ErrorCode::cancelled` (or end early). Belongs to the loop's thread.
class Job {
  public:
    Job() = default;
    Job(Job&&) noexcept;
    Job& operator=(Job&&) noexcept;
    ~Job();

    void cancel();
    [[nodiscard]] bool done() const;

    struct State;

  private:
    friend class Runtime;
    explicit Job(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

/// The loop (one thread, all coroutines) and the small pool beside it for work that blocks or computes for long.
class Runtime {
  public:
    explicit Runtime(std::size_t workers = 2);
    ~Runtime();
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;

    [[nodiscard]] Executor executor();
    /// Starts a coroutine; an exception out of it ends the program, as one out of a thread would.
    [[nodiscard]] Job start(Task<void> task);
    /// Starts a coroutine that nobody waits for; it lives until it returns or the loop stops.
    void detach(Task<void> task);
    /// Calls `handler` on the loop's thread for each of these signals.
    void on_signal(std::initializer_list<int> signals, std::function<void(int)> handler);

    void run();   ///< until `stop`, or until nothing is left to do
    void stop();  ///< from any thread

    /// Runs the loop until `task` is through and gives its result: for commands and tests. Its exception comes out, and
    /// std::runtime_error where the loop was stopped before.
    template <class T>
    T complete(Task<T> task) {
        std::optional<T> result;
        complete_void(store(std::move(task), result));
        return std::move(*result);
    }
    void complete(Task<void> task) { complete_void(std::move(task)); }

    /// Runs `work` on the pool while the loop goes on, and comes back to the loop with its result. It can't be
    /// cancelled: give it only what ends by itself. An exception comes back too.
    template <class F>
    auto offload(F work) -> Task<std::invoke_result_t<F>> {
        std::optional<std::invoke_result_t<F>> result;
        co_await on_pool([&] { result.emplace(work()); });
        co_return std::move(*result);
    }

  private:
    template <class T>
    static Task<void> store(Task<T> task, std::optional<T>& result) {
        result.emplace(co_await std::move(task));
    }
    void complete_void(Task<void> task);
    Task<void> on_pool(std::function<void()> work);

    struct State;
    std::unique_ptr<State> state_;
};

/// Returns after `duration`, or early (false) when the coroutine is cancelled.
Task<bool> sleep_for(std::chrono::nanoseconds duration);

/// Runs `body(0) … body(count - 1)`, at most `width` of them at a time, in order of their start; returns when all are
/// through. Cancellation reaches all of them; those not begun by then are still run, and find themselves cancelled at
/// their first call. The first exception comes out once all are through.
Task<void> for_each_parallel(std::size_t count, std::size_t width, std::function<Task<void>(std::size_t)> body);

/// "Look again", as a channel of capacity one: any number of `notify` before a `wait` wake it once. One waiter at a
/// time, on the loop's thread.
class Wake {
  public:
    explicit Wake(const Executor& executor);
    ~Wake();
    Wake(Wake&&) noexcept;
    Wake& operator=(Wake&&) noexcept;

    void notify();
    /// True when notified, false when `timeout` passed (or the coroutine was cancelled).
    Task<bool> wait(std::chrono::nanoseconds timeout);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
