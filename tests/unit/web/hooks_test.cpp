#include "web/hooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"
#include "core/hash.hpp"
#include "core/json.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string secret = "correct horse";

net::Request signed_hook(std::string body, std::vector<net::Header> more = {}) {
    net::Request request{
        .method = "POST", .target = "/hooks/generic", .headers = std::move(more), .body = std::move(body)};
    request.headers.push_back({"X-Holdfast-Signature", "sha256=" + hmac_sha256(secret, request.body)});
    return request;
}

net::Request unsigned_hook() {
    return {.method = "POST", .target = "/hooks/generic", .body = "{}"};
}

class HooksTest : public testing::Test {
  protected:
    std::string id_of(const net::Response& response) {
        return text_member(parse_json(response.body).value_or(nullptr), "id");
    }

    Time now = noon;
    std::vector<Hook> delivered;
    Hooks hooks{Secret(secret), [this](Hook hook) { delivered.push_back(std::move(hook)); }, [this] { return now; }};
};

TEST(HookSignature, IsAcceptedInBothHeadersAndOnlyWhenRight) {
    const std::string body = R"({"ref":"refs/heads/main"})";
    const std::string right = hmac_sha256(secret, body);
    struct Case {
        std::string header, value;
        bool accepted;
    };
    const std::vector<Case> cases{
        {"X-Holdfast-Signature", "sha256=" + right, true},
        {"x-hub-signature-256", "sha256=" + right, true},
        {"X-Holdfast-Signature", right, false},
        {"X-Holdfast-Signature", "sha1=" + right, false},
        {"X-Holdfast-Signature", "sha256=" + right.substr(1), false},
        {"X-Holdfast-Signature", "sha256=" + right + "0", false},
        {"X-Holdfast-Signature", "sha256=", false},
        {"X-Holdfast-Signature", "", false},
        {"X-Holdfast-Signature", "sha256=" + hmac_sha256("other", body), false},
        {"X-Holdfast-Signature", "sha256=" + hmac_sha256(secret, body + " "), false},
        {"X-Signature", "sha256=" + right, false},
    };
    for (const auto& c : cases)
        EXPECT_EQ(is_signed({.headers = {{c.header, c.value}}, .body = body}, Secret(secret)), c.accepted)
            << c.header << ": " << c.value;
}

TEST(HookSignature, OursCountsWhereBothAreGiven) {
    const net::Request request{.headers = {{"X-Hub-Signature-256", "sha256=" + hmac_sha256(secret, "")},
                                           {"X-Holdfast-Signature", "sha256=00"}}};
    EXPECT_FALSE(is_signed(request, Secret(secret)));
}

TEST(HookBody, IsReadForWhatItNames) {
    const auto hook = read_hook(
        R"({"repository":"https://git.example.org/a.git","ref":"refs/heads/main","commit":"c0ffee","app":"default/blog"})");
    ASSERT_TRUE(hook);
    EXPECT_EQ(hook->source, "generic");
    EXPECT_EQ(hook->repository, "https://git.example.org/a.git");
    EXPECT_EQ(hook->ref, "refs/heads/main");
    EXPECT_EQ(hook->commit, "c0ffee");
    EXPECT_EQ(hook->app, "default/blog");
}

TEST(HookBody, MayBeAForgesPush) {
    const auto hook = read_hook(
        R"({"ref":"refs/heads/main","after":"c0ffee","repository":{"clone_url":"https://git.example.org/a.git"},"commits":[{}]})");
    ASSERT_TRUE(hook);
    EXPECT_EQ(hook->repository, "https://git.example.org/a.git");
    EXPECT_EQ(hook->commit, "c0ffee");
}

TEST(HookBody, MayBeEmptyOrNameNothing) {
    for (const auto* body : {"", " \n", "{}", R"({"ref":5,"repository":[],"app":null})"}) {
        const auto hook = read_hook(body);
        ASSERT_TRUE(hook) << body;
        EXPECT_EQ(hook->repository + hook->ref + hook->commit + hook->app, "") << body;
    }
}

TEST(HookBody, IsRefusedWhereItIsNoJsonObject) {
    for (const auto& body : {std::string("[]"), std::string("1"), std::string("{"), std::string("payload=%7B%7D"),
                             std::string("{}{}"), std::string(100'000, '[')})
        EXPECT_FALSE(read_hook(body)) << body.substr(0, 20);
}

TEST(HookBody, CannotForgeLogLines) {
    const auto hook = read_hook(R"({"ref":"main\n2026 ERROR all is lost\u001b[2J"})");
    ASSERT_TRUE(hook);
    EXPECT_EQ(hook->ref, "main\\n2026 ERROR all is lost\\x1b[2J");
}

TEST_F(HooksTest, TellsSignedOnesOnAndAnswersWithTheirId) {
    const auto response = hooks.receive(signed_hook(R"({"app":"default/blog"})"));
    EXPECT_EQ(response.status, 202U);
    ASSERT_EQ(delivered.size(), 1U);
    EXPECT_EQ(delivered[0].app, "default/blog");
    EXPECT_EQ(delivered[0].id, id_of(response));
    EXPECT_FALSE(delivered[0].id.empty());
}

TEST_F(HooksTest, TellsNothingOfUnsignedOrMalformedOnes) {
    const auto refused = hooks.receive(unsigned_hook());
    EXPECT_EQ(refused.status, 401U);
    EXPECT_THAT(refused.body, HasSubstr("X-Holdfast-Signature"));
    EXPECT_EQ(hooks.receive(signed_hook("{")).status, 400U);
    EXPECT_TRUE(delivered.empty());
}

TEST_F(HooksTest, TheSameBodyTwiceAsksTwice) {
    const auto first = id_of(hooks.receive(signed_hook("{}")));
    const auto second = id_of(hooks.receive(signed_hook("{}")));
    EXPECT_NE(first, second);
    EXPECT_EQ(delivered.size(), 2U);
}

TEST_F(HooksTest, TheSameDeliveryTwiceIsToldOnOnce) {
    for (int i = 0; i < 3; ++i) {
        const auto response = hooks.receive(signed_hook("{}", {{"X-GitHub-Delivery", "72d3162e-cc78"}}));
        EXPECT_EQ(response.status, 202U);
        EXPECT_EQ(id_of(response), "72d3162e-cc78");
    }
    EXPECT_EQ(delivered.size(), 1U);
}

TEST_F(HooksTest, AnUnsignedDeliveryDoesNotUseItsIdUp) {
    auto forged = unsigned_hook();
    forged.headers = {{"X-GitHub-Delivery", "72d3162e"}};
    hooks.receive(forged);
    hooks.receive(signed_hook("{}", {{"X-GitHub-Delivery", "72d3162e"}}));
    EXPECT_EQ(delivered.size(), 1U);
}

TEST_F(HooksTest, ADeliveryIdUnfitForALogIsReplaced) {
    for (const auto& id : {std::string("a b"), std::string("<script>"), std::string(65, 'a'), std::string("\xc3\xa4")})
        EXPECT_NE(id_of(hooks.receive(signed_hook("{}", {{"X-Holdfast-Delivery", id}}))), id);
}

TEST_F(HooksTest, RefusesSlowerUnderAFloodButStillTakesSignedOnes) {
    EXPECT_EQ(hooks.body_limit(), 3U << 20U);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(hooks.receive(unsigned_hook()).status, 401U);
    const auto limited = hooks.receive(unsigned_hook());
    EXPECT_EQ(limited.status, 429U);
    EXPECT_EQ(net::header(limited.headers, "Retry-After"), "1");
    EXPECT_EQ(hooks.body_limit(), 64U << 10U);
    EXPECT_EQ(hooks.receive(signed_hook("{}")).status, 202U);
    now += 2s;
    EXPECT_EQ(hooks.body_limit(), 3U << 20U);
    EXPECT_EQ(hooks.receive(unsigned_hook()).status, 401U);
}

TEST_F(HooksTest, AClockSetBackGivesNothing) {
    for (int i = 0; i < 10; ++i) hooks.receive(unsigned_hook());
    now -= 24h;
    EXPECT_EQ(hooks.receive(unsigned_hook()).status, 429U);
}

TEST(Hooks, AreOffWithoutASecret) {
    Hooks off{Secret(), [](const Hook&) { FAIL(); }, [] { return noon; }};
    const auto response =
        off.receive({.headers = {{"X-Holdfast-Signature", "sha256=" + hmac_sha256("", "{}")}}, .body = "{}"});
    EXPECT_EQ(response.status, 503U);
    EXPECT_THAT(response.body, HasSubstr("--webhook-secret-file"));
}

}  // namespace
}  // namespace holdfast::web
