#include "target/swarm/watch.hpp"

#include "net/runtime.hpp"
#include "target/swarm/json_items.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::chrono::milliseconds shortest_pause{200};
constexpr std::chrono::milliseconds longest_pause{10'000};

bool says_something(const target::Change& change) {
    return change.everything || !change.keys.empty() || !change.workloads.empty();
}

/// One connection's worth of events; true if any came. It begins at the moment of the greeting, because what happens
/// between that and the subscription would be lost; the engine keeps the newest 256 events for this.
net::Task<bool> follow(Session& session, const std::function<void(target::Change)>& on_change) {
    bool heard = false;
    JsonItems events([&](const json::value& event) {
        heard = true;
        auto change = change_of(event, session.remembered.known);
        if (says_something(change)) on_change(std::move(change));
    });
    std::string path = "/events?filters=" + filters(event_filters());
    if (session.engine.greeted_at() > 0) path += fmt::format("&since={}", session.engine.greeted_at());
    co_await session.engine.stream(
        std::move(path), [&](std::string_view piece) { return events.feed(piece); }, std::chrono::milliseconds{0});
    co_return heard;
}

}  // namespace

net::Task<void> watch_events(Session& session, std::function<void(target::Change)> on_change) {
    auto pause = shortest_pause;
    bool gap = false;
    for (;;) {
        if (co_await session.engine.greet()) {
            if (gap) on_change({.everything = true});
            if (co_await follow(session, on_change)) pause = shortest_pause;
        }
        gap = true;
        session.engine.forget();
        if (!co_await net::sleep_for(pause)) co_return;
        pause = std::min(pause * 2, longest_pause);
    }
}

}  // namespace holdfast::swarm
