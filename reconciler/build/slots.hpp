#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "net/runtime.hpp"

namespace holdfast::build {

/// Lets a bounded number of coroutines through at a time, in order of arrival. Loop thread only.
class Slots : public std::enable_shared_from_this<Slots> {
  public:
    /// Gives the slot back when it goes.
    class Slot {
      public:
        Slot() = default;
        explicit Slot(std::shared_ptr<Slots> slots) : slots_(std::move(slots)) {}
        Slot(Slot&&) noexcept = default;
        Slot& operator=(Slot&&) = delete;
        ~Slot();

        [[nodiscard]] explicit operator bool() const { return slots_ != nullptr; }

      private:
        std::shared_ptr<Slots> slots_;
    };

    Slots(net::Executor executor, std::size_t count) : executor_(std::move(executor)), count_(count) {}

    /// Waits for its turn; an empty Slot means that the coroutine was cancelled meanwhile.
    net::Task<Slot> acquire();
    /// What is over a smaller number goes on; at least 1.
    void resize(std::size_t count);

  private:
    struct Waiter {
        net::Wake wake;
        bool granted = false;
    };

    void grant();

    net::Executor executor_;
    std::size_t count_;
    std::size_t taken_ = 0;
    std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace holdfast::build
