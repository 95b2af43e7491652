#include "web/event_stream.hpp"

#include <set>

#include "net/runtime.hpp"
#include "web/board_json.hpp"
#include "web/problem.hpp"

namespace holdfast::web {

struct EventStream::State {
    net::Executor executor;
    BoardView board;
    EventOptions options;
    std::set<net::Wake*> readers;
    bool stopped = false;
};

/// One reader's place among those that are woken, for as long as it reads.
class EventStream::Reader {
  public:
    explicit Reader(State& state) : wake(state.executor), state_(state) { state_.readers.insert(&wake); }
    ~Reader() { state_.readers.erase(&wake); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    net::Wake wake;

  private:
    State& state_;
};

EventStream::EventStream(net::Executor executor, BoardView board, EventOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(board), options)) {}

EventStream::~EventStream() {
    stop();
}

net::Reply EventStream::reply() {
    if (state_->readers.size() >= state_->options.readers) {
        auto refused = problem(
            503, fmt::format("There are {} readers of events already, and no more are taken", state_->options.readers));
        refused.headers.push_back({"Retry-After", "30"});
        return {.response = std::move(refused)};
    }
    return {.response = {.headers = {{"Content-Type", "text/event-stream"},
                                     {"Cache-Control", "no-store"},
                                     {"X-Accel-Buffering", "no"}}},  // nginx would keep events back otherwise
            .stream = [state = state_](net::ResponseWriter& writer) { return serve(state, writer); }};
}

net::Task<void> EventStream::serve(std::shared_ptr<State> state, net::ResponseWriter& writer) {
    Reader reader(*state);
    std::shared_ptr<const status::Board> seen;
    bool there = co_await writer.write("retry: 2000\n\n");
    while (there && !state->stopped) {
        const auto board = state->board();
        // Empty where only somebody else's change woke us, or nothing did: then the reader hears that we are still
        // here.
        auto event = board ? board_event(*board, seen.get()) : std::string{};
        const bool news = !event.empty();
        seen = board;
        there = co_await writer.write(news ? event : std::string_view(": still here\n\n"));
        event = {};  // while it waits, a reader costs next to nothing
        if (there && news) there = co_await net::sleep_for(state->options.least_distance);
        if (there) co_await reader.wake.wait(state->options.heartbeat);
    }
}

void EventStream::publish() {
    for (auto* wake : state_->readers) wake->notify();
}

void EventStream::stop() {
    state_->stopped = true;
    publish();
}

std::size_t EventStream::readers() const {
    return state_->readers.size();
}

}  // namespace holdfast::web
