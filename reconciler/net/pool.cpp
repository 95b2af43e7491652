#include "net/pool.hpp"

#include <algorithm>

namespace holdfast::net {

ConnectionPool::ConnectionPool(Executor executor, std::size_t connections)
    : executor_(std::move(executor)), free_(std::max<std::size_t>(connections, 1)) {}

Task<Result<ConnectionPool::Permit>> ConnectionPool::acquire(Clock::time_point until) {
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return fail(ErrorCode::cancelled, "cancelled");
    if (free_ > 0) {
        --free_;
        co_return Permit(shared_from_this());
    }
    const auto self = shared_from_this();
    const auto waiter = std::make_shared<Waiter>(executor_);
    waiter->turn.expires_at(until);
    waiters_.push_back(waiter);
    ErrorOf error;
    co_await waiter->turn.async_wait(into(error));
    // Whoever was granted a permit holds it, even where the time passed in the same moment.
    if (waiter->granted) co_return Permit(self);
    std::erase(waiters_, waiter);
    if (error) co_return fail(ErrorCode::cancelled, "cancelled");
    co_return fail(ErrorCode::timeout, "no connection came free in time");
}

void ConnectionPool::give_back() {
    if (waiters_.empty()) {
        ++free_;
        return;
    }
    const auto next = std::move(waiters_.front());
    waiters_.pop_front();
    next->granted = true;
    next->turn.cancel();
}

std::shared_ptr<Connection> ConnectionPool::take() {
    while (!idle_.empty()) {
        auto connection = std::move(idle_.back());
        idle_.pop_back();
        if (!connection->stale()) return connection;
    }
    return nullptr;
}

void ConnectionPool::keep(std::shared_ptr<Connection> connection) {
    connection->never_expire();
    idle_.push_back(std::move(connection));
}

}  // namespace holdfast::net
