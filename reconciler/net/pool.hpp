#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "net/connection.hpp"

/// A client's connections to its endpoint. Private to net/.
namespace holdfast::net {

/// Lets a number of calls through at a time, the others wait in the order in which they came; and keeps connections
/// that may be used again. Loop thread only.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
  public:
    /// The right to hold one connection; given back when it goes.
    class Permit {
      public:
        explicit Permit(std::shared_ptr<ConnectionPool> pool) : pool_(std::move(pool)) {}
        Permit(Permit&&) noexcept = default;
        Permit& operator=(Permit&&) = delete;
        ~Permit() {
            if (pool_) pool_->give_back();
        }

      private:
        std::shared_ptr<ConnectionPool> pool_;
    };

    ConnectionPool(Executor executor, std::size_t connections);

    Task<Result<Permit>> acquire(Clock::time_point until);

    /// The connection used last that is still good, or none.
    [[nodiscard]] std::shared_ptr<Connection> take();
    void keep(std::shared_ptr<Connection> connection);

  private:
    struct Waiter {
        explicit Waiter(const Executor& executor) : turn(executor) {}
        asio::steady_timer turn;
        bool granted = false;
    };

    void give_back();

    Executor executor_;
    std::size_t free_;
    std::deque<std::shared_ptr<Waiter>> waiters_;
    std::vector<std::shared_ptr<Connection>> idle_;
};

}  // namespace holdfast::net
