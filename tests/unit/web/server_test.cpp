#include "web/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"
#include "core/hash.hpp"
#include "net/http_client.hpp"
#include "net/runtime.hpp"

namespace holdfast::web {
namespace {

using testing::HasSubstr;

/// The whole server over a real connection: what only shows there.
class ServerTest : public testing::Test {
  protected:
    void SetUp() override {
        const auto started = server.start();
        ASSERT_TRUE(started) << to_string(started.error());
        client = std::make_unique<net::HttpClient>(runtime.executor(),
                                                   net::Endpoint{.host = "127.0.0.1", .port = server.port()});
    }

    Views views() {
        return {.board = [this] { return board; },
                .build_log = [](std::string_view) -> Result<std::string> { return ""; },
                .logs = [](AppKey app, unsigned lines) -> net::Task<Result<std::string>> {
                    if (app.name == "broken") co_return fail(ErrorCode::unavailable, "the engine is gone");
                    co_return fmt::format("{} lines of {}", lines, app.str());
                },
                .plan_json = [] { return std::string("{}"); },
                .counters = [] { return Counters{}; },
                .on_hook = [this](Hook hook) { hooks.push_back(std::move(hook)); },
                .now = [] { return noon; }};
    }

    net::Response call(net::Request request) {
        auto response = runtime.complete(client->call(std::move(request)));
        EXPECT_TRUE(response) << to_string(response.error());
        return response.value_or(net::Response{.status = 0});
    }

    std::shared_ptr<const status::Board> board = board_with({live_app("blog"), live_app("broken")});
    std::vector<Hook> hooks;
    net::Runtime runtime;
    Server server{runtime.executor(), {.port = 0, .webhook_secret = Secret("s")}, views()};
    std::unique_ptr<net::HttpClient> client;
};

TEST_F(ServerTest, HardensEveryResponse) {
    for (const auto* target : {"/", "/api/v1/apps", "/nowhere", "/api/v1/apps/default/blog/logs"}) {
        const auto response = call({.target = target});
        EXPECT_THAT(std::string(net::header(response.headers, "Content-Security-Policy")),
                    HasSubstr("default-src 'none'"))
            << target;
        EXPECT_EQ(net::header(response.headers, "X-Content-Type-Options"), "nosniff") << target;
    }
}

TEST_F(ServerTest, FetchesLogsAndTellsWhyItCant) {
    EXPECT_EQ(call({.target = "/api/v1/apps/default/blog/logs?lines=7"}).body, "7 lines of default/blog");
    const auto failed = call({.target = "/api/v1/apps/default/broken/logs"});
    EXPECT_EQ(failed.status, 503U);
    EXPECT_THAT(failed.body, HasSubstr("the engine is gone"));
}

TEST_F(ServerTest, TakesASignedHookAndRefusesAHugeOneUnread) {
    net::Request hook{.method = "POST", .target = "/hooks/generic", .body = std::string((3U << 20U) - 2, ' ') + "{}"};
    hook.headers = {{"X-Holdfast-Signature", "sha256=" + hmac_sha256("s", hook.body)}};
    EXPECT_EQ(call(hook).status, 202U);
    hook.body += ' ';
    EXPECT_EQ(call(hook).status, 413U);
    EXPECT_EQ(hooks.size(), 1U);
}

TEST_F(ServerTest, ReadsNoBodyElsewhere) {
    EXPECT_EQ(call({.method = "POST", .target = "/api/v1/apps", .body = "x"}).status, 413U);
    EXPECT_EQ(call({.method = "POST", .target = "/api/v1/apps"}).status, 405U);
}

TEST_F(ServerTest, StreamsChangesWhileItsReaderListens) {
    std::string seen;
    bool changed = false;
    const auto sink = [&](std::string_view piece) {
        seen += piece;
        if (!changed && seen.find("\"whole\":true") != std::string::npos) {
            changed = true;
            auto next = std::make_shared<status::Board>(*board);
            next->generation = 2;
            next->problem = "the engine is gone";
            board = next;
            server.publish();
        }
        return seen.find("the engine is gone") == std::string::npos;
    };
    runtime.complete(client->stream({.target = "/api/v1/events"}, sink));
    EXPECT_THAT(seen, HasSubstr("id: 2\n"));
}

TEST_F(ServerTest, SaysWhichAddressIsTaken) {
    Server second(runtime.executor(), {.port = server.port()}, views());
    const auto started = second.start();
    ASSERT_FALSE(started);
    EXPECT_THAT(to_string(started.error()), HasSubstr(fmt::format("{}", server.port())));
}

}  // namespace
}  // namespace holdfast::web
