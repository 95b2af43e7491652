#include "web/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"
#include "core/hash.hpp"
#include "core/json.hpp"

namespace holdfast::web {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RoutesTest : public testing::Test {
  protected:
    Views views() {
        return {.board = [this] { return ++looks, board; },
                .build_log = [this](std::string_view id) -> Result<std::string> {
                    asked_build = id;
                    if (id != "b-17") return fail(ErrorCode::not_found, "no such log");
                    return "Step 1/3\n";
                },
                .logs = {},
                .plan_json = [] { return std::string(R"({"actions":[]})"); },
                .counters = [] { return Counters{{"holdfast_passes_total", 3}}; },
                .on_hook = [this](Hook hook) { hooks.push_back(std::move(hook)); },
                .now = [] { return noon; }};
    }

    net::Request request(std::string target, std::string method = "GET") {
        return {.method = std::move(method), .target = std::move(target), .headers = {{"Host", "localhost:8080"}}};
    }

    net::Response ask(const net::Request& asked) { return std::get<net::Response>(routes.answer(asked)); }
    net::Response get(std::string target) { return ask(request(std::move(target))); }
    static std::string detail(const net::Response& response) {
        return text_member(parse_json(response.body).value_or(nullptr), "detail");
    }

    std::shared_ptr<const status::Board> board = board_with({live_app("blog"), live_app("api", "staging")});
    std::vector<Hook> hooks;
    std::string asked_build;
    int looks = 0;
    Routes routes{{.webhook_secret = Secret("s")}, views()};
};

TEST_F(RoutesTest, ShowsThePageAndItsParts) {
    const auto page = get("/");
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(net::header(page.headers, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(net::header(page.headers, "Cache-Control"), "no-cache");
    const auto begin = page.body.find("/assets/");
    ASSERT_NE(begin, std::string::npos);
    const auto part = get(page.body.substr(begin, page.body.find('"', begin) - begin));
    EXPECT_EQ(part.status, 200U);
    EXPECT_EQ(net::header(part.headers, "Cache-Control"), "public, max-age=31536000, immutable");
}

TEST_F(RoutesTest, ThePageBringsNoScriptOrStyleInline) {
    const auto page = get("/").body;
    EXPECT_THAT(page, Not(HasSubstr("<style")));
    EXPECT_THAT(page, Not(HasSubstr(" style=")));
    EXPECT_THAT(page, Not(HasSubstr(" onclick=")));
    EXPECT_THAT(page, Not(HasSubstr("{{")));
    EXPECT_THAT(page, Not(HasSubstr("http://")));
    EXPECT_THAT(page, Not(HasSubstr("https://")));
}

TEST_F(RoutesTest, IsHealthyWheneverItAnswers) {
    board = nullptr;
    EXPECT_EQ(get("/healthz").body, "ok\n");
    EXPECT_EQ(looks, 0) << "health needs no board";
}

TEST_F(RoutesTest, IsReadyOnceTheFirstPassIsThrough) {
    EXPECT_EQ(get("/readyz").status, 200U);
    auto unready = board_with({});
    unready->ready = false;
    unready->problem = "config repository: connection refused";
    board = unready;
    EXPECT_EQ(get("/readyz").status, 503U);
    EXPECT_EQ(detail(get("/readyz")), "config repository: connection refused");
    board = nullptr;
    EXPECT_EQ(detail(get("/readyz")), "The first pass is not through yet");
}

TEST_F(RoutesTest, ListsAppsInOrder) {
    const auto document = parse_json(get("/api/v1/apps").body);
    ASSERT_TRUE(document);
    const auto& apps = document->at("apps").as_array();
    ASSERT_EQ(apps.size(), 2U);
    EXPECT_EQ(text_member(apps[0], "name"), "blog");
    EXPECT_EQ(text_member(apps[1], "environment"), "staging");
}

TEST_F(RoutesTest, ShowsOneApp) {
    const auto app = parse_json(get("/api/v1/apps/staging/api").body);
    ASSERT_TRUE(app);
    EXPECT_EQ(text_member(*app, "phase"), "live");
    EXPECT_EQ(app->at("conditions").as_array().size(), 1U);
}

TEST_F(RoutesTest, SaysThatAnAppIsNotFound) {
    const auto response = get("/api/v1/apps/default/myapp");
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(net::header(response.headers, "Content-Type"), "application/problem+json");
    EXPECT_EQ(detail(response), "App 'myapp' not found");
}

TEST_F(RoutesTest, IsNotFooledByOddPaths) {
    for (const auto* target : {"/api/v1/apps/",
                               "/api/v1/apps/default",
                               "/api/v1/apps/default/",
                               "/api/v1/apps//blog",
                               "/api/v1/apps/default/blog/",
                               "/api/v1/apps/../../etc/passwd",
                               "/api/v1/apps/default/..%2f..%2fetc%2fpasswd",
                               "/api/v1/apps/default%2fblog",
                               "/api/v1/apps/default/blog%00",
                               "/api/v1/apps/%/%zz",
                               "/api/v1/appsx/default/blog",
                               "/assets/../index.html",
                               "/assets/",
                               "//",
                               "",
                               "*",
                               "/api/v1/apps/default/blog/logs/x",
                               "/api/v1/revisions/",
                               "/hooks/other",
                               "/.git/config",
                               "\xff\xfe"})
        EXPECT_EQ(get(target).status, 404U) << target;
}

TEST_F(RoutesTest, DecodesPercentEncodedNames) {
    EXPECT_EQ(get("/api/v1/apps/default/%62log").status, 200U);
    EXPECT_EQ(get("/api/v1/apps/default/blog?x=/../").status, 200U);
}

TEST_F(RoutesTest, AsksForLogsWithinLimits) {
    EXPECT_EQ(std::get<WantsLogs>(routes.answer(request("/api/v1/apps/default/blog/logs"))).lines, 100U);
    const auto wanted = std::get<WantsLogs>(routes.answer(request("/api/v1/apps/staging/api/logs?lines=5000")));
    EXPECT_EQ(wanted.lines, 5000U);
    EXPECT_EQ(wanted.app.str(), "staging/api");
    for (const auto* lines : {"0", "-1", "5001", "99999999999999999999", "10x", " 1", "1e3", "%31%00"})
        EXPECT_EQ(get(std::string("/api/v1/apps/default/blog/logs?lines=") + lines).status, 400U) << lines;
    EXPECT_EQ(get("/api/v1/apps/default/blog/logs?follow=1").status, 400U);
    EXPECT_EQ(get("/api/v1/apps/default/gone/logs").status, 404U);
}

TEST_F(RoutesTest, ShowsBuildLogsButReachesNoOtherFile) {
    EXPECT_EQ(get("/api/v1/apps/default/blog/builds/b-17/log").body, "Step 1/3\n");
    EXPECT_EQ(get("/api/v1/apps/default/blog/builds/b-18/log").status, 404U);
    asked_build.clear();
    for (const auto* id : {"..", ".hidden", "..%2f..%2fkeys", "a%2fb", "a%00", "", "%2e%2e"})
        EXPECT_EQ(get(std::string("/api/v1/apps/default/blog/builds/") + id + "/log").status, 404U) << id;
    EXPECT_EQ(get("/api/v1/apps/default/blog/builds/" + std::string(129, 'a') + "/log").status, 404U);
    EXPECT_EQ(asked_build, "") << "none of them reached the store";
}

TEST_F(RoutesTest, ListsRevisionsAndShowsOne) {
    const auto list = parse_json(get("/api/v1/revisions").body);
    ASSERT_TRUE(list);
    EXPECT_EQ(text_member(list->at("revisions").at(0), "note"), "result: converged\n");
    const auto one = parse_json(get("/api/v1/revisions/" + commit_hex).body);
    ASSERT_TRUE(one);
    EXPECT_EQ(text_member(*one, "subject"), "Fix header");
    EXPECT_EQ(detail(get("/api/v1/revisions/c0ffee")), "Revision 'c0ffee' not found");
}

TEST_F(RoutesTest, ShowsPlanMetricsAndStream) {
    EXPECT_EQ(get("/api/v1/plan").body, R"({"actions":[]})");
    EXPECT_THAT(get("/metrics").body, HasSubstr("holdfast_apps{phase=\"live\"} 2"));
    EXPECT_TRUE(std::holds_alternative<WantsEvents>(routes.answer(request("/api/v1/events"))));
}

TEST_F(RoutesTest, SendsADocumentOnlyOnceToWhoKeepsIt) {
    for (const auto* target :
         {"/", "/api/v1/apps", "/api/v1/apps/default/blog", "/api/v1/revisions", "/api/v1/plan", "/api/openapi.json"}) {
        auto again = request(target);
        const auto first = get(target);
        again.headers.push_back({"If-None-Match", std::string(net::header(first.headers, "ETag"))});
        EXPECT_EQ(ask(again).status, 304U) << target;
        EXPECT_EQ(ask(again).body, "") << target;
    }
}

TEST_F(RoutesTest, ShowsTheNewBoardAndTagsItAnew) {
    const auto before = get("/api/v1/apps");
    auto next = std::make_shared<status::Board>(*board);
    ++next->generation;
    next->apps.erase({"default", "blog"});
    board = next;
    const auto after = get("/api/v1/apps");
    EXPECT_NE(net::header(before.headers, "ETag"), net::header(after.headers, "ETag"));
    EXPECT_THAT(after.body, Not(HasSubstr("\"name\":\"blog\"")));
}

TEST_F(RoutesTest, OnlyReads) {
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", ""}) {
        for (const auto* target : {"/", "/healthz", "/api/v1/apps", "/api/v1/apps/default/blog", "/nowhere"}) {
            const auto response = ask(request(target, method));
            EXPECT_EQ(response.status, 405U) << method << ' ' << target;
            EXPECT_EQ(net::header(response.headers, "Allow"), "GET, HEAD");
        }
    }
    EXPECT_EQ(ask(request("/api/v1/apps", "HEAD")).status, 200U);
}

TEST_F(RoutesTest, HooksAreOnlyPosted) {
    const auto response = get("/hooks/generic");
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(net::header(response.headers, "Allow"), "POST");
}

TEST_F(RoutesTest, TakesHooksFromAnyHost) {
    const auto response =
        ask({.method = "POST",
             .target = "/hooks/generic",
             .headers = {{"Host", "hooks.example.org"}, {"X-Holdfast-Signature", "sha256=" + hmac_sha256("s", "")}}});
    EXPECT_EQ(response.status, 202U);
    EXPECT_EQ(hooks.size(), 1U);
}

TEST_F(RoutesTest, ReadsABodyForHooksAlone) {
    EXPECT_EQ(routes.body_limit(request("/hooks/generic", "POST")), 3U << 20U);
    EXPECT_EQ(routes.body_limit(request("/hooks/generic?x=1", "POST")), 3U << 20U);
    for (const auto* target : {"/", "/hooks/generic/", "/hooks/other", "/api/v1/apps"})
        EXPECT_EQ(routes.body_limit(request(target, "POST")), 0U) << target;
    EXPECT_EQ(routes.body_limit(request("/hooks/generic", "PUT")), 0U);
}

TEST_F(RoutesTest, RefusesAStrangersHost) {
    auto rebound = request("/api/v1/apps");
    rebound.headers = {{"Host", "rebound.example.org"}};
    EXPECT_EQ(ask(rebound).status, 421U);
}

TEST_F(RoutesTest, CopesWithAThousandHeaders) {
    auto crowded = request("/api/v1/apps");
    for (int i = 0; i < 1000; ++i) crowded.headers.push_back({"If-None-Match", ",,\"x\",W/"});
    EXPECT_EQ(ask(crowded).status, 200U);
}

TEST_F(RoutesTest, ElsewhereShowsAStrangerNothingButHealth) {
    Routes open({.address = "0.0.0.0"}, views());
    const auto status = [&](std::string target) {
        return std::get<net::Response>(open.answer(request(std::move(target)))).status;
    };
    for (const auto* target : {"/", "/api/v1/apps", "/api/v1/events", "/metrics", "/api/openapi.json", "/nowhere"})
        EXPECT_EQ(status(target), 403U) << target;
    EXPECT_EQ(status("/healthz"), 200U);
    auto unready = board_with({});
    unready->ready = false;
    unready->problem = "config repository: https://git.example.org is gone";
    board = unready;
    const auto response = std::get<net::Response>(open.answer(request("/readyz")));
    EXPECT_EQ(response.status, 503U);
    EXPECT_THAT(response.body, Not(HasSubstr("git.example.org")));
}

}  // namespace
}  // namespace holdfast::web
