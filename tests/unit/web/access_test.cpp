#include "web/access.hpp"

#include <gtest/gtest.h>

namespace holdfast::web {
namespace {

TEST(Access, KnowsTheNamesOfThisMachine) {
    for (const auto* host : {"localhost", "LocalHost", "localhost:8080", "127.0.0.1", "127.0.0.1:80", "127.1.2.3",
                             "[::1]", "[::1]:8080", "::1"})
        EXPECT_TRUE(is_loopback(host)) << host;
}

TEST(Access, TakesNothingElseForThisMachine) {
    for (const auto* host :
         {"", "example.org", "localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "10.0.0.1", "[::]",
          "::", "localhost:evil", "evil:localhost", "127.0.0.1@example.org", "1127.0.0.1", "[::1].example.org"})
        EXPECT_FALSE(is_loopback(host)) << host;
}

unsigned status_for(std::string target, std::string host, bool loopback) {
    const auto refused = refusal({.target = std::move(target), .headers = {{"Host", std::move(host)}}}, loopback);
    return refused ? refused->status : 200;
}

TEST(Access, OnLoopbackAnswersOnlyToLoopbackHosts) {
    EXPECT_EQ(status_for("/api/v1/apps", "localhost:8080", true), 200U);
    EXPECT_EQ(status_for("/", "rebound.example.org", true), 421U);
    EXPECT_EQ(status_for("/api/v1/apps?x=/healthz", "rebound.example.org", true), 421U);
}

TEST(Access, ElsewhereShowsNothingButHealth) {
    for (const auto* target :
         {"/", "/metrics", "/api/v1/apps", "/api/v1/events", "/healthz/../api/v1/apps", "//healthz"})
        EXPECT_EQ(status_for(target, "holdfast.example.org", false), 403U) << target;
    // Saying a loopback name doesn't make a stranger a neighbour.
    EXPECT_EQ(status_for("/api/v1/apps", "localhost", false), 403U);
}

TEST(Access, LetsHealthAndHooksThroughEverywhere) {
    for (const auto* target : {"/healthz", "/readyz", "/hooks/generic"})
        for (const bool loopback : {true, false})
            EXPECT_EQ(status_for(target, "example.org", loopback), 200U) << target;
}

}  // namespace
}  // namespace holdfast::web
