#include "target/swarm/api_version.hpp"

#include <gtest/gtest.h>

#include "target/swarm/engine.hpp"

namespace holdfast::swarm {
namespace {

std::string spoken_with(std::string_view engines) {
    const auto version = negotiated(*ApiVersion::parse(engines));
    return version ? version->str() : "refused";
}

TEST(ApiVersion, SpeaksTheEnginesOwnUpToTheNewestThatIsKnown) {
    EXPECT_EQ(spoken_with("1.41"), "1.41");
    EXPECT_EQ(spoken_with("1.44"), "1.44");
    EXPECT_EQ(spoken_with("1.52"), newest_api.str());
    EXPECT_EQ(spoken_with("2.0"), newest_api.str());
}

TEST(ApiVersion, IsNewEnoughForEnginesThatRefuseOldClients) {
    EXPECT_GE(newest_api, (ApiVersion{1, 44}));
}

TEST(ApiVersion, RefusesEnginesThatAreTooOld) {
    const auto version = negotiated(*ApiVersion::parse("1.40"));
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().message, "the engine speaks API 1.40; 1.41 or newer (Docker 20.10) is needed");
}

TEST(ApiVersion, ComparesAsNumbers) {
    EXPECT_LT((ApiVersion{1, 9}), (ApiVersion{1, 41}));
}

TEST(ApiVersion, RefusesWhatIsNoVersion) {
    for (const auto* text : {"", "1", "1.", ".41", "v1.41", "1.41.2", "1.-4", "-1.4", "1.4 "}) {
        EXPECT_FALSE(ApiVersion::parse(text)) << text;
    }
}

TEST(HttpDate, IsReadAsSeconds) {
    EXPECT_EQ(seconds_of_http_date("Thu, 01 Jan 1970 00:00:10 GMT"), 10);
    EXPECT_EQ(seconds_of_http_date("Sat, 21 Nov 2026 09:15:33 GMT"), 1795252533);
    EXPECT_EQ(seconds_of_http_date(""), 0);
    EXPECT_EQ(seconds_of_http_date("yesterday"), 0);
}

}  // namespace
}  // namespace holdfast::swarm
