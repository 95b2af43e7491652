#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "net/http_client.hpp"
#include "net/runtime.hpp"
#include "peer.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

/// `count` pieces of a body, then its end.
BodySource pieces(std::size_t count, std::string piece) {
    return [left = count, piece]() mutable -> Task<Result<std::string>> {
        co_await sleep_for(1us);
        if (left == 0) co_return std::string{};
        --left;
        co_return piece;
    };
}

class HttpStream : public testing::Test {
  protected:
    Runtime runtime;
    std::string received;
    BodySink collect = [this](std::string_view piece) {
        received += piece;
        return true;
    };
};

TEST_F(HttpStream, SendsItsSourceInChunksAndGivesTheAnswerToTheSink) {
    std::string seen;
    Peer peer(Peer::At::unix_socket, [&](RawSocket& socket, std::size_t) {
        seen = socket.read_until("0\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response =
        runtime.complete(client.stream({.method = "POST", .target = "/build"}, collect, pieces(2, "0123456789abcdef")));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(response->body, "");
    EXPECT_EQ(received, "abcdef");
    EXPECT_EQ(seen,
              "POST /build HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n"
              "10\r\n0123456789abcdef\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n");
    EXPECT_EQ(client.calls("POST"), 1U);
}

TEST_F(HttpStream, GivesPiecesAsTheyCome) {
    std::atomic<bool> first_seen = false;
    Peer peer(Peer::At::tcp, [&](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\nfirst");
        first_seen.wait(false);
        socket.send("second");
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto sink = [&](std::string_view piece) {
        received += piece;
        first_seen = true;
        first_seen.notify_all();
        return true;
    };
    const auto response = runtime.complete(client.stream({.target = "/events"}, sink));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(received, "firstsecond");
}

TEST_F(HttpStream, ASinkThatSaysNoEndsTheCallAndTheConnection) {
    bool peer_saw_the_end = false;
    {
        Peer peer(Peer::At::tcp, [&](RawSocket& socket, std::size_t) {
            socket.read_until("\r\n\r\n");
            socket.send("HTTP/1.1 200 OK\r\n\r\n");
            while (socket.send("more and more")) {
            }
            peer_saw_the_end = true;
        });
        HttpClient client(runtime.executor(), peer.endpoint());
        const auto response =
            runtime.complete(client.stream({.target = "/events"}, [](std::string_view) { return false; }));
        ASSERT_TRUE(response) << to_string(response.error());
        EXPECT_EQ(response->status, 200U);
    }
    EXPECT_TRUE(peer_saw_the_end);
}

TEST_F(HttpStream, ReturnsAnErrorsBodyInsteadOfGivingItToTheSink) {
    Peer peer(Peer::At::tcp, [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 500 Oops\r\n\r\nno space left");
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = runtime.complete(client.stream({.target = "/"}, collect));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 500U);
    EXPECT_EQ(response->body, "no space left");
    EXPECT_EQ(received, "");
}

TEST_F(HttpStream, CutsAnErrorThatDoesNotEnd) {
    Peer peer(Peer::At::tcp, [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 500 Oops\r\n\r\n");
        while (socket.send(std::string(10'000, 'x'))) {
        }
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = runtime.complete(client.stream({.target = "/"}, collect));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->body.size(), std::size_t{1} << 20U);
}

TEST_F(HttpStream, AnEarlyRefusalEndsTheSending) {
    Peer peer(Peer::At::unix_socket, [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nwhy");
        socket.read_all();
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = runtime.complete(client.stream({.method = "POST", .target = "/"}, collect,
                                                         pieces(std::size_t{1} << 40U, std::string(100'000, 'x'))));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 400U);
    EXPECT_EQ(response->body, "why");
}

TEST_F(HttpStream, AnErrorOfTheSourceIsTheCallsError) {
    Peer peer(Peer::At::unix_socket, [](RawSocket& socket, std::size_t) { socket.read_all(); });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto source = []() -> Task<Result<std::string>> {
        co_return fail(ErrorCode::limit, "the context is too big");
    };
    const auto response = runtime.complete(client.stream({.method = "POST", .target = "/"}, collect, source));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::limit);
    EXPECT_NE(response.error().message.find("the context is too big"), std::string::npos);
}

TEST_F(HttpStream, SilenceAndTheDeadlineEndIt) {
    const auto talk = [](RawSocket& socket, std::size_t connection) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\nfirst");
        if (connection == 0) {
            socket.read_all();
        } else {
            while (socket.send("more")) std::this_thread::sleep_for(1ms);
        }
    };
    Peer peer(Peer::At::tcp, talk);
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto silent = runtime.complete(client.stream({.target = "/"}, collect, {}, 0ms, 20ms));
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().code, ErrorCode::timeout);
    EXPECT_EQ(received, "first");
    const auto talkative = runtime.complete(client.stream({.target = "/"}, collect, {}, 40ms, 1h));
    ASSERT_FALSE(talkative);
    EXPECT_EQ(talkative.error().code, ErrorCode::timeout);
}

TEST_F(HttpStream, CancellationEndsBothDirections) {
    Peer peer(Peer::At::tcp, [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n\r\nfirst");
        socket.read_all();
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    std::optional<Result<Response>> response;
    const BodySource endless = []() -> Task<Result<std::string>> {
        if (!co_await sleep_for(1h)) co_return fail(ErrorCode::cancelled, "cancelled");
        co_return std::string{};
    };
    Wake first(runtime.executor());
    const auto sink = [&](std::string_view) {
        first.notify();
        return true;
    };
    const auto body = [&]() -> Task<void> {
        response = co_await client.stream({.method = "POST", .target = "/"}, sink, endless);
    };
    const auto task = [&]() -> Task<void> {
        Job job = runtime.start(body());
        co_await first.wait(1h);
        job.cancel();
        while (!job.done()) co_await sleep_for(1ms);
    };
    runtime.complete(task());
    ASSERT_TRUE(response && !*response);
    EXPECT_EQ(response->error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace holdfast::net
