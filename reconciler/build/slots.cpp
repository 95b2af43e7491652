#include "build/slots.hpp"

namespace holdfast::build {

Slots::Slot::~Slot() {
    if (!slots_) return;
    --slots_->taken_;
    slots_->grant();
}

void Slots::resize(std::size_t count) {
    count_ = std::max<std::size_t>(count, 1);
    grant();
}

net::Task<Slots::Slot> Slots::acquire() {
    const auto self = shared_from_this();
    const auto waiter = std::make_shared<Waiter>(net::Wake(executor_));
    waiting_.push_back(waiter);
    grant();
    while (!waiter->granted) {
        const bool woken = co_await waiter->wake.wait(std::chrono::hours{24});
        if (woken || waiter->granted) continue;
        std::erase(waiting_, waiter);
        co_return Slot();
    }
    co_return Slot(self);
}

void Slots::grant() {
    while (taken_ < count_ && !waiting_.empty()) {
        const auto next = waiting_.front();
        waiting_.pop_front();
        ++taken_;
        next->granted = true;
        next->wake.notify();
    }
}

}  // namespace holdfast::build
