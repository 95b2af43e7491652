#include "net/http_client.hpp"

#include <gtest/gtest.h>

#include "net/runtime.hpp"
#include "peer.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request on a connection.
void answer_all(RawSocket& socket, std::size_t) {
    while (socket.read_until("\r\n\r\n").ends_with("\r\n\r\n")) socket.send(ok);
}

/// Reads and says nothing, until the client goes.
void never_answer(RawSocket& socket, std::size_t) {
    socket.read_all();
}

class HttpClientAt : public testing::TestWithParam<Peer::At> {
  protected:
    Runtime runtime;

    Result<Response> call(HttpClient& client, Request request = {.target = "/"}, CallLimits limits = {}) {
        return runtime.complete(client.call(std::move(request), limits));
    }
};

INSTANTIATE_TEST_SUITE_P(Sockets, HttpClientAt, testing::Values(Peer::At::tcp, Peer::At::unix_socket),
                         [](const auto& at) { return at.param == Peer::At::tcp ? "Tcp" : "Unix"; });

TEST_P(HttpClientAt, SendsWhatItShouldAndReturnsTheAnswer) {
    std::string seen;
    Peer peer(GetParam(), [&](RawSocket& socket, std::size_t) {
        seen = socket.read_until("body!");
        socket.send("HTTP/1.1 409 Conflict\r\nX-Y: z\r\nContent-Length: 3\r\n\r\nno!");
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = call(client, {.method = "POST", .target = "/a?b", .headers = {{"X", "1"}}, .body = "body!"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 409U);
    EXPECT_EQ(header(response->headers, "x-y"), "z");
    EXPECT_EQ(response->body, "no!");
    const std::string host = GetParam() == Peer::At::tcp ? peer.endpoint().str().substr(6) : "docker";
    EXPECT_EQ(seen, "POST /a?b HTTP/1.1\r\nHost: " + host + "\r\nX: 1\r\nContent-Length: 5\r\n\r\nbody!");
}

TEST_P(HttpClientAt, KeepsItsConnection) {
    Peer peer(GetParam(), answer_all);
    {
        HttpClient client(runtime.executor(), peer.endpoint());
        for (int i = 0; i < 10; ++i) EXPECT_TRUE(call(client));
        EXPECT_EQ(client.calls("GET"), 10U);
        EXPECT_EQ(client.calls("POST"), 0U);
    }
    EXPECT_EQ(peer.accepted(), 1U);
}

TEST_P(HttpClientAt, ConnectsAnewWhenAKeptConnectionWasClosed) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send(ok);
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    for (int i = 0; i < 5; ++i) {
        const auto response = call(client);
        ASSERT_TRUE(response) << to_string(response.error());
    }
    EXPECT_EQ(peer.accepted(), 5U);
}

TEST_P(HttpClientAt, TriesOnceMoreWhenAKeptConnectionClosesUponTheRequest) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t connection) {
        socket.read_until("\r\n\r\n");
        socket.send(ok);
        socket.read_until("\r\n\r\n");
        if (connection > 0) socket.send(ok);
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    EXPECT_TRUE(call(client));
    const auto response = call(client, {.method = "POST", .target = "/", .body = "x"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(peer.accepted(), 2U);
}

TEST_P(HttpClientAt, DoesNotTryAgainOnceAnAnswerBegan) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send(ok);
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 2");
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    EXPECT_TRUE(call(client));
    const auto response = call(client);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_EQ(peer.accepted(), 1U);
}

TEST_P(HttpClientAt, DoesNotTryAgainOnANewConnection) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) { socket.read_until("\r\n\r\n"); });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = call(client);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_EQ(peer.accepted(), 1U);
}

TEST_P(HttpClientAt, SkipsInformationalAnswers) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok);
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = call(client);
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 200U);
}

TEST_P(HttpClientAt, DropsAConnectionThatSaysMoreThanWasAsked) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send(ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        socket.read_all();
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    for (int i = 0; i < 3; ++i) {
        const auto response = call(client);
        ASSERT_TRUE(response) << to_string(response.error());
        EXPECT_EQ(response->body, "ok");
    }
}

TEST_P(HttpClientAt, TakesABodyUpToItsLimit) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t connection) {
        socket.read_until("\r\n\r\n");
        const std::string body(100'000, 'x');
        if (connection % 2 == 0) {
            socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" + body);
        } else {
            socket.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + body + "\r\n0\r\n\r\n");
        }
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    for (int i = 0; i < 2; ++i) {
        const auto response = call(client, {.target = "/"}, {.body_limit = 100'000});
        ASSERT_TRUE(response) << to_string(response.error());
        EXPECT_EQ(response->body.size(), 100'000U);
    }
    for (int i = 0; i < 2; ++i) {
        const auto response = call(client, {.target = "/"}, {.body_limit = 99'999});
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().code, ErrorCode::limit);
    }
}

TEST_P(HttpClientAt, RefusesAnEndlessHead) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 200 OK\r\n");
        while (socket.send("X: " + std::string(1000, 'y') + "\r\n")) {
        }
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    EXPECT_EQ(call(client).error().code, ErrorCode::limit);
}

TEST_P(HttpClientAt, DeadlineCoversAServerThatNeverAnswers) {
    Peer peer(GetParam(), never_answer);
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response = call(client, {.target = "/secret?token=hidden"}, {.deadline = 20ms});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::timeout);
    EXPECT_EQ(response.error().message.find("hidden"), std::string::npos);
}

TEST_P(HttpClientAt, DeadlineCoversTheWaitForAConnection) {
    Peer peer(GetParam(), never_answer);
    HttpClient client(runtime.executor(), peer.endpoint(), 1);
    std::optional<Result<Response>> first;
    std::optional<Result<Response>> second;
    const auto body = [&](std::size_t i) -> Task<void> {
        (i == 0 ? first : second) = co_await client.call({.target = "/"}, {.deadline = i == 0 ? 300ms : 20ms});
    };
    runtime.complete(for_each_parallel(2, 2, body));
    EXPECT_EQ(first->error().code, ErrorCode::timeout);
    EXPECT_EQ(second->error().code, ErrorCode::timeout);
    EXPECT_EQ(client.calls("GET"), 1U);
}

TEST_P(HttpClientAt, ManyCallsShareFewConnectionsInTheirOrder) {
    Peer peer(GetParam(), answer_all);
    std::vector<std::size_t> order;
    {
        HttpClient client(runtime.executor(), peer.endpoint(), 1);
        const auto body = [&](std::size_t i) -> Task<void> {
            if (co_await client.call({.target = "/"})) order.push_back(i);
        };
        runtime.complete(for_each_parallel(50, 50, body));
    }
    ASSERT_EQ(order.size(), 50U);
    EXPECT_TRUE(std::ranges::is_sorted(order));
    EXPECT_EQ(peer.accepted(), 1U);
}

TEST_P(HttpClientAt, CancellationEndsACallAndThoseThatWait) {
    Peer peer(GetParam(), never_answer);
    HttpClient client(runtime.executor(), peer.endpoint(), 1);
    std::vector<ErrorCode> codes;
    const auto body = [&](std::size_t) -> Task<void> {
        auto response = co_await client.call({.target = "/"});
        if (!response) codes.push_back(response.error().code);
    };
    const auto task = [&]() -> Task<void> {
        Job job = runtime.start(for_each_parallel(4, 3, body));
        co_await sleep_for(5ms);
        job.cancel();
        while (!job.done()) co_await sleep_for(1ms);
    };
    runtime.complete(task());
    EXPECT_EQ(codes, std::vector<ErrorCode>(4, ErrorCode::cancelled));
}

TEST_P(HttpClientAt, EndsWithCallsStillUnderWay) {
    Peer peer(GetParam(), never_answer);
    Runtime brief;
    HttpClient client(brief.executor(), peer.endpoint(), 1);
    for (int i = 0; i < 3; ++i) {
        brief.detach([](HttpClient& c) -> Task<void> { co_await c.call({.target = "/"}); }(client));
    }
    brief.complete([]() -> Task<void> { co_await sleep_for(2ms); }());
}

TEST_P(HttpClientAt, ReadsARefusalOfABodyThatIsNotReadToItsEnd) {
    Peer peer(GetParam(), [](RawSocket& socket, std::size_t) {
        socket.read_until("\r\n\r\n");
        socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        socket.read_all();
    });
    HttpClient client(runtime.executor(), peer.endpoint());
    const auto response =
        runtime.complete(client.stream({.method = "POST", .target = "/", .body = std::string(20'000'000, 'x')}, {}));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 413U);
}

TEST(HttpClient, NobodyListeningIsUnavailable) {
    Runtime runtime;
    HttpClient missing(runtime.executor(), {.unix_path = "/nonexistent/socket"});
    const auto response = runtime.complete(missing.call({.target = "/"}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_NE(response.error().message.find("/nonexistent/socket"), std::string::npos);
}

TEST(HttpClient, LooksHostNamesUp) {
    Runtime runtime;
    Peer peer(Peer::At::tcp, answer_all);
    auto endpoint = peer.endpoint();
    endpoint.host = "localhost";
    HttpClient client(runtime.executor(), endpoint);
    const auto response = runtime.complete(client.call({.target = "/"}));
    ASSERT_TRUE(response) << to_string(response.error());
}

TEST(HttpClient, RefusesInjectedLines) {
    Runtime runtime;
    HttpClient client(runtime.executor(), {.unix_path = "/nonexistent/socket"});
    const auto response = runtime.complete(client.call({.target = "/", .headers = {{"X", "a\r\nY: b"}}}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::invalid);
    EXPECT_EQ(client.calls("GET"), 0U);
}

}  // namespace
}  // namespace holdfast::net
