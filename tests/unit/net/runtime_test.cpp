#include "net/runtime.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

Task<int> doubled(int n) {
    co_await sleep_for(1us);
    co_return 2 * n;
}

TEST(Runtime, CompletesATaskWithItsResult) {
    Runtime runtime;
    EXPECT_EQ(runtime.complete(doubled(21)), 42);
    EXPECT_EQ(runtime.complete(doubled(4)), 8);
}

TEST(Runtime, CompleteThrowsWhatTheTaskThrew) {
    Runtime runtime;
    const auto throwing = []() -> Task<void> {
        co_await sleep_for(1us);
        throw std::logic_error("oops");
    };
    EXPECT_THROW(runtime.complete(throwing()), std::logic_error);
}

TEST(Runtime, CompleteThrowsWhenTheLoopIsStoppedBefore) {
    Runtime runtime;
    const auto stopping = [&]() -> Task<void> {
        runtime.stop();
        co_await sleep_for(1h);
    };
    EXPECT_THROW(runtime.complete(stopping()), std::runtime_error);
}

TEST(Runtime, OffloadRunsOnAnotherThreadAndComesBack) {
    Runtime runtime;
    std::thread::id pool;
    std::thread::id after;
    const auto task = [&]() -> Task<int> {
        const int result = co_await runtime.offload([&] {
            pool = std::this_thread::get_id();
            return 7;
        });
        after = std::this_thread::get_id();
        co_return result;
    };
    EXPECT_EQ(runtime.complete(task()), 7);
    EXPECT_NE(pool, std::this_thread::get_id());
    EXPECT_EQ(after, std::this_thread::get_id());
}

TEST(Runtime, OffloadBringsExceptionsBack) {
    Runtime runtime;
    const auto task = [&]() -> Task<int> {
        co_return co_await runtime.offload([]() -> int { throw std::out_of_range("far"); });
    };
    EXPECT_THROW(runtime.complete(task()), std::out_of_range);
}

TEST(Runtime, StopsFromAnotherThread) {
    Runtime runtime;
    runtime.detach([]() -> Task<void> { co_await sleep_for(1h); }());
    const std::jthread other([&] { runtime.stop(); });
    runtime.run();
}

TEST(Runtime, RunReturnsWhenNothingIsLeftToDo) {
    Runtime runtime;
    bool ran = false;
    const auto task = [&]() -> Task<void> {
        co_await sleep_for(1us);
        ran = true;
    };
    runtime.detach(task());
    runtime.run();
    EXPECT_TRUE(ran);
}

TEST(Runtime, HandsSignalsToTheLoop) {
    Runtime runtime;
    int seen = 0;
    runtime.on_signal({SIGUSR1}, [&](int signal) {
        seen = signal;
        runtime.stop();
    });
    std::raise(SIGUSR1);
    runtime.run();
    EXPECT_EQ(seen, SIGUSR1);
}

TEST(Runtime, EndsWithCoroutinesStillWaiting) {
    auto destroyed = std::make_shared<int>(0);
    const std::weak_ptr<int> watched = destroyed;
    Job job;
    {
        Runtime runtime;
        const auto waiting = [](std::shared_ptr<int>) -> Task<void> { co_await sleep_for(1h); };
        job = runtime.start(waiting(std::move(destroyed)));
        runtime.complete([]() -> Task<void> { co_await sleep_for(1us); }());
    }
    EXPECT_TRUE(watched.expired());
    EXPECT_TRUE(job.done());
}  // and the job goes after the loop, touching nothing of it

/// Runs `body` as a job, lets it get to where it waits, cancels it and waits for its end.
void cancel_while_waiting(Runtime& runtime, Task<void> body) {
    Job job = runtime.start(std::move(body));
    const auto task = [&]() -> Task<void> {
        co_await sleep_for(2ms);
        EXPECT_FALSE(job.done());
        job.cancel();
        while (!job.done()) co_await sleep_for(100us);
    };
    runtime.complete(task());
}

TEST(Job, DoesNotRunBeforeItIsKept) {
    Runtime runtime;
    bool ran = false;
    const auto body = [&]() -> Task<void> {
        ran = true;
        co_return;
    };
    const auto task = [&]() -> Task<void> {
        const Job job = runtime.start(body());
        EXPECT_FALSE(ran);
        while (!job.done()) co_await sleep_for(100us);
    };
    runtime.complete(task());
    EXPECT_TRUE(ran);
}

TEST(Job, CancelsASleep) {
    Runtime runtime;
    std::optional<bool> slept;
    std::optional<bool> slept_again;
    const auto body = [&]() -> Task<void> {
        slept = co_await sleep_for(1h);
        slept_again = co_await sleep_for(1h);
    };
    cancel_while_waiting(runtime, body());
    EXPECT_EQ(slept, false);
    EXPECT_EQ(slept_again, false);
}

TEST(Job, CancelsAWakeAndKeepsItsNotification) {
    Runtime runtime;
    Wake wake(runtime.executor());
    std::optional<bool> woken;
    std::optional<bool> woken_again;
    const auto body = [&]() -> Task<void> {
        woken = co_await wake.wait(1h);
        wake.notify();
        woken_again = co_await wake.wait(1h);
    };
    cancel_while_waiting(runtime, body());
    EXPECT_EQ(woken, false);
    EXPECT_EQ(woken_again, false);
    EXPECT_TRUE(runtime.complete(wake.wait(0ns)));
}

TEST(Job, CancelsWhatItAwaitsDeepDown) {
    Runtime runtime;
    std::optional<bool> slept;
    const auto inner = [&]() -> Task<void> { slept = co_await sleep_for(1h); };
    const auto middle = [&]() -> Task<void> { co_await inner(); };
    const auto outer = [&]() -> Task<void> { co_await middle(); };
    cancel_while_waiting(runtime, outer());
    EXPECT_EQ(slept, false);
}

TEST(Job, CancelsEveryChildOfAParallelLoopBeforeThatReturns) {
    Runtime runtime;
    std::vector<int> ended(5);
    std::size_t ended_at_return = 0;
    const auto child = [&](std::size_t i) -> Task<void> { ended[i] = co_await sleep_for(1h) ? 1 : 2; };
    const auto body = [&]() -> Task<void> {
        co_await for_each_parallel(ended.size(), 2, child);
        for (const int how : ended) ended_at_return += how == 2 ? 1U : 0U;
    };
    cancel_while_waiting(runtime, body());
    EXPECT_EQ(ended_at_return, ended.size());
}

TEST(Job, ReachesParallelLoopsWithinParallelLoops) {
    Runtime runtime;
    int cancelled = 0;
    const auto leaf = [&](std::size_t) -> Task<void> { cancelled += co_await sleep_for(1h) ? 0 : 1; };
    const auto branch = [&](std::size_t) -> Task<void> { co_await for_each_parallel(3, 3, leaf); };
    cancel_while_waiting(runtime, for_each_parallel(2, 2, branch));
    EXPECT_EQ(cancelled, 6);
}

TEST(Job, CancelledBeforeItsFirstStepEndsQuietly) {
    Runtime runtime;
    Job job = runtime.start([]() -> Task<void> { co_await sleep_for(1h); }());
    job.cancel();
    runtime.run();
    EXPECT_TRUE(job.done());
}

TEST(Job, IsCancelledWhenItGoes) {
    Runtime runtime;
    std::optional<bool> slept;
    const auto body = [&]() -> Task<void> { slept = co_await sleep_for(1h); };
    const auto task = [&]() -> Task<void> {
        Job job = runtime.start(body());
        co_await sleep_for(1ms);
        job = {};
    };
    runtime.complete(task());
    runtime.run();
    EXPECT_EQ(slept, false);
}

TEST(Job, OffloadedWorkIsWaitedForThoughCancelled) {
    Runtime runtime;
    int result = 0;
    const auto body = [&]() -> Task<void> {
        result = co_await runtime.offload([] {
            std::this_thread::sleep_for(20ms);
            return 3;
        });
    };
    cancel_while_waiting(runtime, body());
    EXPECT_EQ(result, 3);
}

TEST(ForEachParallel, RunsAllInOrderAndNoMoreThanItsWidthAtOnce) {
    Runtime runtime;
    std::vector<std::size_t> begun;
    std::size_t running = 0;
    std::size_t most = 0;
    const auto body = [&](std::size_t i) -> Task<void> {
        begun.push_back(i);
        most = std::max(most, ++running);
        co_await sleep_for(std::chrono::microseconds(50 * (i % 3)));
        --running;
    };
    runtime.complete(for_each_parallel(20, 4, body));
    EXPECT_EQ(most, 4U);
    ASSERT_EQ(begun.size(), 20U);
    EXPECT_TRUE(std::ranges::is_sorted(begun));
}

TEST(ForEachParallel, TakesThousandsOfBodiesThatNeverWait) {
    Runtime runtime;
    std::size_t ran = 0;
    const auto body = [&](std::size_t) -> Task<void> {
        ++ran;
        co_return;
    };
    runtime.complete(for_each_parallel(100'000, 0, body));
    EXPECT_EQ(ran, 100'000U);
    runtime.complete(for_each_parallel(0, 8, body));
    EXPECT_EQ(ran, 100'000U);
}

TEST(ForEachParallel, ThrowsOnceAllAreThrough) {
    Runtime runtime;
    std::size_t ended = 0;
    const auto body = [&](std::size_t i) -> Task<void> {
        if (i == 0) throw std::logic_error("first");
        co_await sleep_for(1ms);
        ++ended;
    };
    EXPECT_THROW(runtime.complete(for_each_parallel(2, 2, body)), std::logic_error);
    EXPECT_EQ(ended, 1U);
}

TEST(Wake, ManyNotificationsWakeOnce) {
    Runtime runtime;
    Wake wake(runtime.executor());
    for (int i = 0; i < 3; ++i) wake.notify();
    EXPECT_TRUE(runtime.complete(wake.wait(1h)));
    EXPECT_FALSE(runtime.complete(wake.wait(1ms)));
}

TEST(Wake, WakesWhoWaitsForEver) {
    Runtime runtime;
    Wake wake(runtime.executor());
    const auto notify = [&]() -> Task<void> {
        co_await sleep_for(1ms);
        wake.notify();
    };
    runtime.detach(notify());
    EXPECT_TRUE(runtime.complete(wake.wait(std::chrono::nanoseconds::max())));
}

}  // namespace
}  // namespace holdfast::net
