#pragma once

#include <chrono>
#include <exception>
#include <functional>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/task.hpp"

/// What this folder's own files share about coroutines: how one is started, cancelled and timed. Private to net/.
namespace holdfast::net {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using ErrorOf = boost::system::error_code;

/// Starts a coroutine whose cancellation (terminal, by `slot`) shows in the results of what it awaits and is never
/// thrown. `done` gets the exception that came out of it, or none; it is dropped uncalled when the loop is destroyed.
void spawn(const Executor& executor, Task<void> task, asio::cancellation_slot slot,
           std::function<void(std::exception_ptr)> done);

/// The `done` of a coroutine that nobody waits for: an exception ends the program, as one out of a thread would.
void end_program_on(std::exception_ptr thrown) noexcept;

/// `if (is_cancelled(co_await asio::this_coro::cancellation_state))`: Asio cancels the operation under way, not the
/// ones begun afterwards, so every call of ours asks first.
[[nodiscard]] inline bool is_cancelled(const asio::cancellation_state& state) {
    return state.cancelled() != asio::cancellation_type::none;
}

/// The moment `duration` from now, which stays the end of time where the sum would overflow.
[[nodiscard]] Clock::time_point from_now(std::chrono::nanoseconds duration);

/// A completion token that stores the error instead of throwing it.
[[nodiscard]] inline auto into(ErrorOf& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace holdfast::net
