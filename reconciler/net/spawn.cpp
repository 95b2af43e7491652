#include "net/spawn.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace holdfast::net {

namespace {

Task<void> without_throwing(Task<void> task) {
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await std::move(task);
}

/// Asio throws this into a coroutine that was cancelled before its first step.
bool never_began(const std::exception_ptr& thrown) {
    if (!thrown) return false;
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

void spawn(const Executor& executor, Task<void> task, asio::cancellation_slot slot,
           std::function<void(std::exception_ptr)> done) {
    asio::co_spawn(executor, without_throwing(std::move(task)),
                   asio::bind_cancellation_slot(slot, [done = std::move(done)](std::exception_ptr thrown) {
                       done(never_began(thrown) ? nullptr : std::move(thrown));
                   }));
}

void end_program_on(std::exception_ptr thrown) noexcept {
    if (thrown) std::rethrow_exception(std::move(thrown));
}

Clock::time_point from_now(std::chrono::nanoseconds duration) {
    const Clock::time_point now = Clock::now();
    return now + std::min<Clock::duration>(duration, Clock::time_point::max() - now);
}

}  // namespace holdfast::net
