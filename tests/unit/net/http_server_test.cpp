#include "net/http_server.hpp"

#include <gtest/gtest.h>
#include <stdexcept>

#include "net/http_client.hpp"
#include "net/runtime.hpp"
#include "peer.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t body_limit = 1000;

/// Tells what it was asked; a few paths do something else.
Task<Reply> answer(Request request) {
    if (request.target == "/throw") throw std::runtime_error("secret inside");
    if (request.target == "/split") co_return Reply{.response = {.headers = {{"X", "a\r\nY: b"}}}};
    if (request.target == "/empty") co_return Reply{.response = {.status = 204}};
    if (request.target == "/big") co_return Reply{.response = {.body = std::string(3'000'000, 'x')}};
    if (request.target == "/slow") co_await sleep_for(20ms);
    if (request.target == "/stream") {
        co_return Reply{.response = {.headers = {{"Content-Type", "text/event-stream"}}},
                        .stream = [](ResponseWriter& writer) -> Task<void> {
                            co_await writer.write("one");
                            co_await writer.write("");
                            co_await writer.write("two");
                        }};
    }
    co_return Reply{
        .response = {.headers = {{"X-Method", request.method}},
                     .body = request.target + "|" + std::string(header(request.headers, "X")) + "|" + request.body}};
}

class HttpServerTest : public testing::Test {
  protected:
    void start(ServerOptions options = {}, Handler handler = answer) {
        options.port = 0;
        server.emplace(runtime.executor(), options, [](const Request&) { return body_limit; }, std::move(handler));
        const auto started = server->start();
        ASSERT_TRUE(started) << to_string(started.error());
        client.emplace(runtime.executor(), Endpoint{.unix_path = {}, .host = "127.0.0.1", .port = server->port()});
    }

    Result<Response> call(Request request) { return runtime.complete(client->call(std::move(request))); }

    /// Sends these bytes on a connection of its own and returns all that comes until it is closed.
    std::string raw(std::string bytes) {
        return runtime.complete(runtime.offload([this, bytes = std::move(bytes)] {
            auto socket = RawSocket::connect_to(server->port());
            socket.send(bytes);
            return socket.read_all();
        }));
    }

    Runtime runtime;
    std::optional<HttpServer> server;
    std::optional<HttpClient> client;
};

TEST_F(HttpServerTest, AnswersRequests) {
    start();
    const auto response = call({.method = "POST", .target = "/a?b=c", .headers = {{"X", "y"}}, .body = "text"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 200U);
    EXPECT_EQ(header(response->headers, "X-Method"), "POST");
    EXPECT_EQ(response->body, "/a?b=c|y|text");
    EXPECT_FALSE(header(response->headers, "Date").empty());
}

TEST_F(HttpServerTest, AnswersThousandsOfCallsOnFewConnections) {
    start({.connections = 8});
    std::size_t good = 0;
    const auto body = [&](std::size_t i) -> Task<void> {
        const auto response = co_await client->call({.target = "/" + std::to_string(i)});
        good += response && response->body == "/" + std::to_string(i) + "||" ? 1U : 0U;
    };
    runtime.complete(for_each_parallel(2000, 16, body));
    EXPECT_EQ(good, 2000U);
}

TEST_F(HttpServerTest, AnswersRequestsThatComeInOneGo) {
    start();
    const std::string text =
        raw("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_NE(text.find("/1||"), std::string::npos);
    EXPECT_NE(text.find("/2||"), std::string::npos);
}

TEST_F(HttpServerTest, HeadHasTheHeadersOfGetWithoutTheBody) {
    start();
    const auto response = call({.method = "HEAD", .target = "/a"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(header(response->headers, "Content-Length"), "4");
    EXPECT_EQ(response->body, "");
    EXPECT_TRUE(call({.target = "/b"}));
    EXPECT_TRUE(raw("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, BodilessStatusHasNoLength) {
    start();
    const auto response = call({.target = "/empty"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 204U);
    EXPECT_EQ(header(response->headers, "Content-Length"), "");
}

TEST_F(HttpServerTest, SendsBigAnswersWhole) {
    start();
    const auto response = call({.target = "/big"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->body.size(), 3'000'000U);
}

TEST_F(HttpServerTest, ExceptionsBecome500AndTellNothing) {
    start();
    const auto response = call({.target = "/throw"});
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(response->status, 500U);
    EXPECT_EQ(response->body.find("secret"), std::string::npos);
    EXPECT_EQ(call({.target = "/split"})->status, 500U);
}

TEST_F(HttpServerTest, RefusesWhatItShouldWithTheRightStatus) {
    start({.header_limit = 2000});
    const struct {
        std::string request;
        std::string status;
    } cases[] = {
        {"nonsense\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"},
        {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", "400"},
        {"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'y') + "\r\n\r\n", "431"},
        {"GET /" + std::string(100'000, 'y') + " HTTP/1.1\r\nHost: x\r\n\r\n", "431"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "413"},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'x'), "413"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
             "\r\n0\r\n\r\n",
         "413"},
        {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
    };
    for (const auto& [request, status] : cases) {
        const std::string text = raw(request);
        EXPECT_TRUE(text.starts_with("HTTP/1.1 " + status + " ")) << request.substr(0, 80) << "\n" << text;
        EXPECT_NE(text.find("Connection: close"), std::string::npos);
    }
    EXPECT_TRUE(call({.target = "/still-here"}));
}

TEST_F(HttpServerTest, TakesBodiesUpToTheLimit) {
    start();
    const std::string body(body_limit, 'x');
    EXPECT_EQ(call({.method = "POST", .target = "/", .body = body})->body, "/||" + body);
    const auto text =
        raw("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + body +
            "\r\n0\r\n\r\n");
    EXPECT_TRUE(text.ends_with(body));
}

TEST_F(HttpServerTest, AllBodiesOnTheirWayInShareALimit) {
    start({.bodies_limit = 100});
    const auto status = [&](std::size_t size) {
        const auto response = call({.method = "POST", .target = "/", .headers = {}, .body = std::string(size, 'x')});
        return response ? response->status : 0U;
    };
    EXPECT_EQ(status(101), 503U);
    EXPECT_EQ(status(100), 200U);
    EXPECT_EQ(status(100), 200U) << "those that came in make room";
}

TEST_F(HttpServerTest, AsksForABodyThatWaitsToBeAskedFor) {
    start();
    const auto text = runtime.complete(runtime.offload([&] {
        auto socket = RawSocket::connect_to(server->port());
        socket.send(
            "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n");
        std::string all = socket.read_until("\r\n\r\n");
        socket.send("ab");
        return all + socket.read_all();
    }));
    EXPECT_TRUE(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << text;
    EXPECT_TRUE(raw("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n")
                    .starts_with("HTTP/1.1 413"));
}

TEST_F(HttpServerTest, HangsUpOnThoseWhoDoNotFinish) {
    start({.header_deadline = 20ms, .body_deadline = 20ms, .idle = 20ms});
    EXPECT_EQ(raw(""), "");
    EXPECT_EQ(raw("GET / HT"), "");
    EXPECT_EQ(raw("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"), "");
    const auto kept = raw("GET /kept HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(kept.ends_with("/kept||"));
}

TEST_F(HttpServerTest, TurnsAwayOneConnectionTooMany) {
    start({.connections = 1});
    EXPECT_TRUE(call({.target = "/"}));  // whose connection is kept
    EXPECT_TRUE(raw("").starts_with("HTTP/1.1 503 "));
    client.reset();
    const auto again = [&]() -> Task<bool> {
        for (int i = 0; i < 1000; ++i) {
            HttpClient other(runtime.executor(), {.unix_path = {}, .host = "127.0.0.1", .port = server->port()});
            const auto response = co_await other.call({.target = "/"});
            if (response && response->status == 200) co_return true;
            co_await sleep_for(1ms);
        }
        co_return false;
    };
    EXPECT_TRUE(runtime.complete(again()));
}

TEST_F(HttpServerTest, StreamsInChunks) {
    start();
    std::vector<std::string> pieces;
    const auto sink = [&](std::string_view piece) {
        pieces.emplace_back(piece);
        return true;
    };
    const auto response = runtime.complete(client->stream({.target = "/stream"}, sink));
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_EQ(header(response->headers, "Content-Type"), "text/event-stream");
    EXPECT_EQ(pieces, (std::vector<std::string>{"one", "two"}));
}

TEST_F(HttpServerTest, AStreamEndsWhenItsReaderGoes) {
    Wake ended(runtime.executor());
    const auto handler = [&](Request) -> Task<Reply> {
        co_return Reply{.response = {}, .stream = [&](ResponseWriter& writer) -> Task<void> {
                            while (co_await writer.write("beat")) co_await sleep_for(1ms);
                            ended.notify();
                        }};
    };
    start({}, handler);
    EXPECT_TRUE(runtime.complete(client->stream({.target = "/"}, [](std::string_view) { return false; })));
    EXPECT_TRUE(runtime.complete(ended.wait(10s)));
}

TEST_F(HttpServerTest, AStreamWaitsForASlowReader) {
    std::size_t written = 0;
    Wake ended(runtime.executor());
    const std::string piece(100'000, 'x');
    const auto handler = [&](Request) -> Task<Reply> {
        co_return Reply{.response = {}, .stream = [&](ResponseWriter& writer) -> Task<void> {
                            while (co_await writer.write(piece)) written += piece.size();
                            ended.notify();
                        }};
    };
    start({.idle = 50ms}, handler);
    std::optional<RawSocket> lazy;
    lazy.emplace(RawSocket::connect_to(server->port()));
    lazy->send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(runtime.complete(ended.wait(10s)));  // for it reads nothing at all
    EXPECT_LT(written, 100'000'000U);
}

TEST_F(HttpServerTest, AStreamThatThrowsIsCutShort) {
    const auto handler = [](Request) -> Task<Reply> {
        co_return Reply{.response = {}, .stream = [](ResponseWriter& writer) -> Task<void> {
                            co_await writer.write("half");
                            throw std::runtime_error("oops");
                        }};
    };
    start({}, handler);
    const auto response = runtime.complete(client->stream({.target = "/"}, [](std::string_view) { return true; }));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
}

TEST_F(HttpServerTest, StopLetsARequestBeAnsweredAndClosesTheRest) {
    start();
    EXPECT_TRUE(call({.target = "/kept"}));
    std::optional<Result<Response>> slow;
    const auto body = [&]() -> Task<void> { slow = co_await client->call({.target = "/slow"}); };
    const auto task = [&]() -> Task<void> {
        Job job = runtime.start(body());
        co_await sleep_for(5ms);
        server->stop();
        while (!job.done()) co_await sleep_for(1ms);
    };
    runtime.complete(task());
    ASSERT_TRUE(slow && *slow) << to_string(slow->error());
    EXPECT_EQ((*slow)->status, 200U);
    EXPECT_EQ(call({.target = "/"}).error().code, ErrorCode::unavailable);
}

TEST_F(HttpServerTest, EndsItsStreamsWhenItGoes) {
    Wake ended(runtime.executor());
    const auto handler = [&](Request) -> Task<Reply> {
        co_return Reply{.response = {}, .stream = [&](ResponseWriter& writer) -> Task<void> {
                            co_await writer.write("hello");
                            EXPECT_FALSE(co_await sleep_for(1h));
                            EXPECT_FALSE(co_await writer.write("gone"));
                            ended.notify();
                        }};
    };
    start({}, handler);
    const auto sink = [&](std::string_view) {
        server.reset();
        return true;
    };
    EXPECT_FALSE(runtime.complete(client->stream({.target = "/"}, sink)));
    EXPECT_TRUE(runtime.complete(ended.wait(10s)));
}

TEST_F(HttpServerTest, NamesTheAddressThatIsTaken) {
    start();
    HttpServer second(runtime.executor(), {.port = server->port()}, [](const Request&) { return body_limit; }, answer);
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::conflict);
    EXPECT_NE(started.error().message.find(std::to_string(server->port())), std::string::npos);
}

TEST_F(HttpServerTest, ListensAtIPv6) {
    start({.address = "::1"});
    HttpClient six(runtime.executor(), {.unix_path = {}, .host = "::1", .port = server->port()});
    const auto response = runtime.complete(six.call({.target = "/"}));
    ASSERT_TRUE(response) << to_string(response.error());
}

TEST_F(HttpServerTest, RefusesAnAddressThatIsNone) {
    HttpServer bad(runtime.executor(), {.address = "localhost"}, [](const Request&) { return body_limit; }, answer);
    EXPECT_EQ(bad.start().error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace holdfast::net
