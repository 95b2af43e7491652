#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "net/runtime.hpp"
#include "net/spawn.hpp"

namespace holdfast::net {

namespace {

/// Shared by the call and its lanes: each lane takes the next index until none is left.
struct Lanes {
    Lanes(const Executor& executor, std::size_t n, std::function<Task<void>(std::size_t)> f)
        : all_through(executor, Clock::time_point::max()), count(n), body(std::move(f)) {}

    asio::steady_timer all_through;
    std::size_t next = 0;
    std::size_t count;
    std::size_t running = 0;
    std::function<Task<void>(std::size_t)> body;
    std::exception_ptr failure;
    std::deque<asio::cancellation_signal> cancellations;
};

Task<void> run_lane(std::shared_ptr<Lanes> lanes) {
    while (lanes->next < lanes->count) co_await lanes->body(lanes->next++);
}

void start_lane(const Executor& executor, const std::shared_ptr<Lanes>& lanes) {
    ++lanes->running;
    auto& cancellation = lanes->cancellations.emplace_back();
    spawn(executor, run_lane(lanes), cancellation.slot(), [lanes](std::exception_ptr thrown) {
        if (thrown && !lanes->failure) lanes->failure = std::move(thrown);
        if (--lanes->running == 0) lanes->all_through.cancel();
    });
}

}  // namespace

Task<void> for_each_parallel(std::size_t count, std::size_t width, std::function<Task<void>(std::size_t)> body) {
    const Executor executor = co_await asio::this_coro::executor;
    const auto lanes = std::make_shared<Lanes>(executor, count, std::move(body));
    while (lanes->next < count && lanes->running < std::max<std::size_t>(width, 1)) start_lane(executor, lanes);
    while (lanes->running > 0) {
        if (is_cancelled(co_await asio::this_coro::cancellation_state)) {
            for (auto& lane : lanes->cancellations) lane.emit(asio::cancellation_type::terminal);
        }
        ErrorOf woken;
        co_await lanes->all_through.async_wait(into(woken));
    }
    if (lanes->failure) std::rethrow_exception(lanes->failure);
}

}  // namespace holdfast::net
