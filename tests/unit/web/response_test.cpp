#include "web/response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "web/problem.hpp"

namespace holdfast::web {
namespace {

unsigned status_with(std::string if_none_match) {
    const net::Request request{.headers = {{"If-None-Match", std::move(if_none_match)}}};
    return unless_known(request, tagged(json_type, "{}", "abc")).status;
}

TEST(Response, IsNotSentAgainToWhoKnowsItsTag) {
    for (const auto* known : {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "\"abc\" , \"x\"", "*"})
        EXPECT_EQ(status_with(known), 304U) << known;
    for (const auto* other : {"", "abc", "\"ab\"", "\"abcd\"", ",,,", "W/"})
        EXPECT_EQ(status_with(other), 200U) << other;
}

TEST(Response, NotModifiedHasNoBodyAndKeepsItsTag) {
    const auto response = unless_known({.headers = {{"If-None-Match", "\"abc\""}}}, tagged(json_type, "{}", "abc"));
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(net::header(response.headers, "ETag"), "\"abc\"");
    EXPECT_EQ(net::header(response.headers, "Content-Type"), "");
}

TEST(Response, ForbidsTheBrowserWhatThePageDoesNotNeed) {
    auto response = fleeting(text_type, "x");
    harden(response);
    const auto policy = net::header(response.headers, "Content-Security-Policy");
    EXPECT_THAT(std::string(policy), testing::HasSubstr("default-src 'none'"));
    EXPECT_THAT(std::string(policy), testing::HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(std::string(policy), testing::Not(testing::HasSubstr("unsafe")));
    EXPECT_EQ(net::header(response.headers, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(net::header(response.headers, "X-Frame-Options"), "DENY");
    EXPECT_EQ(net::header(response.headers, "Referrer-Policy"), "no-referrer");
}

TEST(Problem, IsADocumentOfRfc9457) {
    const auto response = problem(404, "App 'myapp' not found");
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(net::header(response.headers, "Content-Type"), "application/problem+json");
    EXPECT_EQ(response.body,
              R"({"type":"about:blank","title":"Not Found","status":404,"detail":"App 'myapp' not found"})");
}

TEST(Problem, StaysValidWhateverTheDetailHolds) {
    const auto document = parse_json(problem(400, "\xff\"\n</script>").body);
    ASSERT_TRUE(document);
    EXPECT_EQ(text_member(*document, "detail"), "\xef\xbf\xbd\"\\n</script>");
}

}  // namespace
}  // namespace holdfast::web
