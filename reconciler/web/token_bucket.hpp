#pragma once

#include <algorithm>
#include <chrono>

#include "core/time.hpp"

namespace holdfast::web {

/// Lets `capacity` pass at once and `per_second` in the long run.
class TokenBucket {
  public:
    TokenBucket(double capacity, double per_second) : capacity_(capacity), per_second_(per_second), tokens_(capacity) {}

    bool take(Time now) {
        tokens_ = available(now);
        at_ = now;
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

    /// A clock that was set back gives nothing and takes nothing.
    [[nodiscard]] double available(Time now) const {
        const std::chrono::duration<double> passed = std::max(now - at_, Time::duration::zero());
        return std::min(capacity_, tokens_ + passed.count() * per_second_);
    }

  private:
    double capacity_;
    double per_second_;
    double tokens_;
    Time at_;
};

}  // namespace holdfast::web
