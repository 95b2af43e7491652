#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "net/http_server.hpp"
#include "net/task.hpp"
#include "status/board.hpp"

namespace holdfast::web {

struct EventOptions {
    std::size_t readers = 64;  ///< more are refused
    std::chrono::milliseconds heartbeat{
        15'000};  ///< a comment after so much silence, so that proxies and we notice an end
    std::chrono::milliseconds least_distance{100};  ///< between two events: what comes in between goes out as one
};

/// Tells any number of readers of each change of the board (server-sent events, WHATWG HTML section 9.2). A reader gets
/// the whole board first and then what differs from what it got before, so a slow one skips what is outdated, and one
/// that comes back needs no memory of ours. Loop thread only.
class EventStream {
  public:
    using BoardView = std::function<std::shared_ptr<const status::Board>()>;

    EventStream(net::Executor executor, BoardView board, EventOptions options = {});
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;

    /// The response to a new reader, or 503 where there are too many.
    [[nodiscard]] net::Reply reply();
    void publish();
    /// Ends all readers at their next step.
    void stop();
    [[nodiscard]] std::size_t readers() const;

  private:
    struct State;
    class Reader;
    static net::Task<void> serve(std::shared_ptr<State> state, net::ResponseWriter& writer);
    std::shared_ptr<State> state_;
};

}  // namespace holdfast::web
