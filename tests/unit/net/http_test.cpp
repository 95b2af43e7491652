#include "net/http.hpp"

#include <gtest/gtest.h>

#include "net/http_client.hpp"
#include "net/parser.hpp"
#include "net/wire.hpp"

namespace holdfast::net {
namespace {

TEST(Http, FindsHeadersWhateverTheirCase) {
    const std::vector<Header> headers{{"Content-Type", "a"}, {"X-Y", "b"}};
    EXPECT_EQ(header(headers, "content-TYPE"), "a");
    EXPECT_EQ(header(headers, "x-y"), "b");
    EXPECT_EQ(header(headers, "x"), "");
}

TEST(Http, PercentCodingRoundTrips) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    EXPECT_EQ(percent_decoded(percent_encoded(all)), all);
    EXPECT_EQ(percent_encoded("aZ09-._~ /%+&"), "aZ09-._~%20%2F%25%2B%26");
    EXPECT_EQ(percent_decoded("%"), "%");
    EXPECT_EQ(percent_decoded("%4"), "%4");
    EXPECT_EQ(percent_decoded("%4g%41"), "%4gA");
}

TEST(Http, TakesTargetsApart) {
    EXPECT_EQ(path_of("/a/b?c=d#e"), "/a/b");
    EXPECT_EQ(path_of("/a#e?x"), "/a");
    EXPECT_EQ(query_value("/a?x=1&y=a%26b+c&z", "y"), "a&b c");
    EXPECT_EQ(query_value("/a?x=1&y=2#y=3", "y"), "2");
    EXPECT_EQ(query_value("/a?x=1&&z", "z"), "");
    EXPECT_EQ(query_value("/a?%78=1", "x"), "1");
    EXPECT_EQ(query_value("/a", "x"), "");
}

TEST(Endpoint, ReadsWhatItWrites) {
    for (const auto* url :
         {"unix:///run/docker.sock", "tcp://127.0.0.1:2375", "tcp://[::1]:80", "tcp://engine-1.local:1"}) {
        const auto endpoint = Endpoint::parse(url);
        ASSERT_TRUE(endpoint) << url << ": " << to_string(endpoint.error());
        EXPECT_EQ(endpoint->str(), url);
    }
    EXPECT_EQ(Endpoint::parse("http://localhost:8080/")->str(), "tcp://localhost:8080");
}

TEST(Endpoint, RefusesWhatIsNone) {
    const std::vector<std::string> bad{"",
                                       "docker.sock",
                                       "unix://relative",
                                       "unix://",
                                       "tcp://host",
                                       "tcp://host:",
                                       "tcp://:1",
                                       "tcp://h:0",
                                       "tcp://h:65536",
                                       "tcp://h:1x",
                                       "tcp://h:1/path",
                                       "tcp://a@b:1",
                                       "tcp://::1:1",
                                       "tcp://[h]:1",
                                       "https://host:443",
                                       "tcp://h\r\nX: y:1",
                                       "unix:///" + std::string(200, 'x')};
    for (const auto& url : bad) {
        const auto endpoint = Endpoint::parse(url);
        ASSERT_FALSE(endpoint) << url;
        EXPECT_EQ(endpoint.error().code, ErrorCode::invalid);
    }
}

TEST(Wire, WritesARequest) {
    const Request request{
        .method = "POST", .target = "/a?b=c", .headers = {{"X", "y"}, {"host", "evil"}}, .body = "12345"};
    EXPECT_EQ(request_head(request, "docker", {.length = 5}),
              "POST /a?b=c HTTP/1.1\r\nHost: docker\r\nX: y\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(request_head(request, "docker", {.chunked = true}),
              "POST /a?b=c HTTP/1.1\r\nHost: docker\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(Wire, RefusesWhatCouldBeTakenForMore) {
    const std::vector<Request> bad{
        {.method = "GET /", .target = "/"},
        {.method = "", .target = "/"},
        {.method = "GET", .target = ""},
        {.method = "GET", .target = "/a b"},
        {.method = "GET", .target = "/a\r\nX: y"},
        {.method = "GET", .target = "/", .headers = {{"X", "a\r\nY: b"}}},
        {.method = "GET", .target = "/", .headers = {{"X", "a\nb"}}},
        {.method = "GET", .target = "/", .headers = {{"X", std::string("a\0b", 3)}}},
        {.method = "GET", .target = "/", .headers = {{"X: y\r\nZ", "a"}}},
        {.method = "GET", .target = "/", .headers = {{"", "a"}}},
    };
    for (const auto& request : bad) {
        const auto head = request_head(request, "docker", {});
        ASSERT_FALSE(head);
        EXPECT_EQ(head.error().code, ErrorCode::invalid);
    }
    EXPECT_FALSE(
        response_head({.status = 200, .headers = {{"Location", "/\r\nSet-Cookie: a=b"}}, .body = {}}, {}, true));
}

/// Gives a parser the text in pieces of `step` bytes, as a socket might.
struct Parsed {
    Result<void> outcome;
    MessageHead head;
    std::string body;
    bool done = false;
};

Parsed parse(MessageKind kind, std::string_view text, std::size_t step) {
    Parsed result;
    MessageParser parser(kind, 1000, [&](std::string_view piece) {
        result.body += piece;
        return true;
    });
    std::string waiting;
    while (!parser.done() && !text.empty()) {
        waiting += text.substr(0, step);
        text.remove_prefix(std::min(step, text.size()));
        while (!parser.done() && !waiting.empty()) {
            const auto taken = parser.put(waiting);
            if (!taken) {
                result.outcome = std::unexpected(taken.error());
                return result;
            }
            if (*taken == 0) break;
            waiting.erase(0, *taken);
        }
    }
    if (!parser.done()) result.outcome = parser.put_end();
    result.done = parser.done();
    result.head = parser.head();
    return result;
}

TEST(MessageParser, ReadsMessagesHoweverTheyAreCut) {
    const std::string text =
        "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3;x=y\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nA: trailer\r\n\r\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        const auto parsed = parse(MessageKind::response, text, step);
        ASSERT_TRUE(parsed.outcome) << step << to_string(parsed.outcome.error());
        EXPECT_TRUE(parsed.done);
        EXPECT_EQ(parsed.head.status, 200U);
        EXPECT_EQ(parsed.body, "abc0123456789abcdef");
        EXPECT_EQ(parsed.head.headers.size(), 2U);  // a trailer is none
    }
}

TEST(MessageParser, ReadsABodyThatEndsWithTheConnection) {
    const auto parsed = parse(MessageKind::response, "HTTP/1.0 200 OK\r\n\r\nrest", 3);
    EXPECT_TRUE(parsed.outcome && parsed.done);
    EXPECT_EQ(parsed.body, "rest");
}

TEST(MessageParser, AnswersToHeadHaveNoBody) {
    const auto parsed = parse(MessageKind::response_to_head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 7);
    EXPECT_TRUE(parsed.outcome && parsed.done);
}

TEST(MessageParser, RefusesWhatIsAmbiguousOrEndless) {
    struct Case {
        MessageKind kind;
        std::string text;
        ErrorCode code;
    };
    const std::string post = "POST / HTTP/1.1\r\n";
    const std::vector<Case> cases{
        {MessageKind::request, "nonsense\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, std::string("\0\1\2\3\r\n\r\n", 8), ErrorCode::invalid},
        {MessageKind::request, post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Content-Length: -1\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Content-Length: 99999999999999999999999\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Bad Name: x\r\n\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", ErrorCode::invalid},
        {MessageKind::request, post + "A: " + std::string(2000, 'x'), ErrorCode::limit},
        {MessageKind::request, post + "A: " + std::string(500, 'x') + "\r\nB: " + std::string(500, 'x') + "\r\n\r\n",
         ErrorCode::limit},
        {MessageKind::request, std::string(2000, 'G'), ErrorCode::limit},
        {MessageKind::response, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ErrorCode::unavailable},
        {MessageKind::response, "HTTP/1.1 200 OK\r\nA", ErrorCode::unavailable},
        {MessageKind::response, "", ErrorCode::unavailable},
    };
    for (const auto& c : cases) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{4000}}) {
            const auto parsed = parse(c.kind, c.text, step);
            ASSERT_FALSE(parsed.outcome) << c.text;
            if (c.code == ErrorCode::limit && step == 1) {
                EXPECT_NE(parsed.outcome.error().code, ErrorCode::unavailable) << c.text;
            } else {
                EXPECT_EQ(parsed.outcome.error().code, c.code) << c.text;
            }
        }
    }
}

}  // namespace
}  // namespace holdfast::net
