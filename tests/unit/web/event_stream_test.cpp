#include "web/event_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"
#include "net/runtime.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A reader that takes a piece only when it is let, and tells when there is one.
class SlowReader final : public net::ResponseWriter {
  public:
    explicit SlowReader(net::Runtime& runtime) : arrived_(runtime.executor()), taken_(runtime.executor()) {}

    net::Task<bool> write(std::string_view piece) override {
        piece_ = piece;
        arrived_.notify();
        co_await taken_.wait(1h);
        co_return !gone_;
    }

    /// Waits for the next piece and takes it.
    net::Task<std::string> next() {
        co_await arrived_.wait(1h);
        taken_.notify();
        co_return std::move(piece_);
    }

    /// Waits for the next piece without taking it: the writer goes on waiting.
    net::Task<std::string> look() {
        co_await arrived_.wait(1h);
        co_return piece_;
    }

    void take() { taken_.notify(); }

    void leave() {
        gone_ = true;
        taken_.notify();
    }

  private:
    net::Wake arrived_, taken_;
    std::string piece_;
    bool gone_ = false;
};

class EventStreamTest : public testing::Test {
  protected:
    EventStream& stream(EventOptions options) {
        events = std::make_unique<EventStream>(runtime.executor(), [this] { return board; }, options);
        return *events;
    }

    void show(std::uint64_t generation, std::string problem) {
        auto next = std::make_shared<status::Board>(*board);
        next->generation = generation;
        next->problem = std::move(problem);
        board = std::move(next);
        events->publish();
    }

    net::Job read(SlowReader& reader) {
        reply = events->reply();
        return runtime.start(reply.stream(reader));
    }

    std::string next(SlowReader& reader) { return runtime.complete(reader.next()); }

    net::Runtime runtime;
    std::shared_ptr<const status::Board> board = board_with({live_app("blog")});
    std::unique_ptr<EventStream> events;
    net::Reply reply;
};

TEST_F(EventStreamTest, SendsTheWholeBoardAndThenTheChanges) {
    stream({.heartbeat = 1h, .least_distance = 0ms});
    SlowReader reader(runtime);
    const auto job = read(reader);
    EXPECT_EQ(next(reader), "retry: 2000\n\n");
    EXPECT_THAT(next(reader), HasSubstr("\"whole\":true"));
    show(2, "the engine is gone");
    EXPECT_THAT(next(reader), testing::AllOf(StartsWith("event: board\nid: 2\n"), HasSubstr("the engine is gone"),
                                             HasSubstr("\"whole\":false")));
}

TEST_F(EventStreamTest, ASlowReaderGetsOnlyTheNewest) {
    stream({.heartbeat = 1h, .least_distance = 0ms});
    SlowReader reader(runtime);
    const auto job = read(reader);
    next(reader);
    EXPECT_THAT(runtime.complete(reader.look()), HasSubstr("id: 1\n"));
    for (std::uint64_t generation = 2; generation <= 50; ++generation)
        show(generation, fmt::format("problem {}", generation));
    reader.take();
    EXPECT_THAT(next(reader), testing::AllOf(HasSubstr("id: 50\n"), HasSubstr("problem 50")));
    show(51, "problem 51");
    EXPECT_THAT(next(reader), HasSubstr("id: 51\n"));
}

TEST_F(EventStreamTest, SaysInTheSilenceThatItIsStillThere) {
    stream({.heartbeat = 1ms, .least_distance = 0ms});
    SlowReader reader(runtime);
    const auto job = read(reader);
    next(reader);
    next(reader);
    EXPECT_EQ(next(reader), ": still here\n\n");
    EXPECT_EQ(next(reader), ": still here\n\n");
}

TEST_F(EventStreamTest, ForgetsAReaderThatLeft) {
    stream({.heartbeat = 1h, .least_distance = 0ms});
    SlowReader reader(runtime);
    const auto job = read(reader);
    next(reader);
    runtime.complete(reader.look());
    EXPECT_EQ(events->readers(), 1U);
    reader.leave();
    while (!job.done()) runtime.complete(net::sleep_for(0ms));
    EXPECT_EQ(events->readers(), 0U);
}

TEST_F(EventStreamTest, ForgetsAReaderWhoseConnectionWasCancelled) {
    stream({.heartbeat = 1h, .least_distance = 1h});
    SlowReader reader(runtime);
    auto job = read(reader);
    next(reader);
    next(reader);
    job.cancel();
    while (!job.done()) runtime.complete(net::sleep_for(0ms));
    EXPECT_EQ(events->readers(), 0U);
}

TEST_F(EventStreamTest, EndsItsReadersWhenItStops) {
    stream({.heartbeat = 1h, .least_distance = 0ms});
    SlowReader reader(runtime);
    const auto job = read(reader);
    next(reader);
    next(reader);
    events.reset();
    while (!job.done()) runtime.complete(net::sleep_for(0ms));
}

TEST_F(EventStreamTest, TakesNoMoreReadersThanItMay) {
    stream({.readers = 1});
    SlowReader reader(runtime);
    const auto job = read(reader);
    next(reader);
    const auto refused = events->reply();
    EXPECT_EQ(refused.response.status, 503U);
    EXPECT_EQ(net::header(refused.response.headers, "Retry-After"), "30");
    EXPECT_FALSE(refused.stream);
}

}  // namespace
}  // namespace holdfast::web
