#include "core/time.hpp"

#include <gtest/gtest.h>

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(Rfc3339, IsReadAndWrittenInUtc) {
    struct Case {
        std::string_view text;
        std::chrono::milliseconds since_epoch;
    };
    const Case cases[] = {
        {"1970-01-01T00:00:00Z", 0s},
        {"1969-12-31T23:59:59Z", -1s},
        {"2000-02-29T12:30:45Z", 951827445s},
        {"2026-11-21T08:53:00Z", 1795251180s},
        {"9999-12-31T23:59:59Z", 253402300799s},
    };
    for (const auto& [text, since_epoch] : cases) {
        EXPECT_EQ(parse_rfc3339(text), Time{since_epoch}) << text;
        EXPECT_EQ(to_rfc3339(Time{since_epoch}), text);
    }
}

TEST(Rfc3339, AFractionIsReadAndNotWritten) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z"), Time{1500ms});
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.123456789Z"), Time{1123ms});
    EXPECT_EQ(to_rfc3339(Time{1999ms}), "1970-01-01T00:00:01Z");
    EXPECT_EQ(to_rfc3339(Time{-1ms}), "1969-12-31T23:59:59Z");
}

TEST(Rfc3339, AnythingElseIsRefused) {
    for (const auto* text :
         {"", "yesterday", "2026-11-21", "2026-11-21 08:53:00Z", "2026-11-21T08:53:00", "2026-11-21T08:53:00+01:00",
          "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:-1Z", "2026--1-01T00:00:00Z",
          "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.abcZ", "2026-01-01T00:00:00.\xff\xff\xffZ",
          "2026-01-01T00:00:00xZ", "2026-01-01T00:00:00ZZ"})
        EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Durations, AreToldInTheUnitsThatSaySomething) {
    struct Case {
        std::chrono::milliseconds duration;
        std::string_view text;
    };
    const Case cases[] = {
        {0ms, "0ms"},     {450ms, "450ms"},        {999ms, "999ms"},      {1s, "1.0s"},
        {2000ms, "2.0s"}, {2340ms, "2.3s"},        {9940ms, "9.9s"},      {9999ms, "9.9s"},
        {10s, "10s"},     {59'999ms, "59s"},       {1min, "1m"},          {3min + 5s, "3m5s"},
        {1h, "1h"},       {2h + 5s, "2h"},         {2h + 30min, "2h30m"}, {24h, "1d"},
        {25h, "1d1h"},    {24h * 9 + 59min, "9d"},
    };
    for (const auto& [duration, text] : cases) EXPECT_EQ(to_text(duration), text) << duration.count();
}

TEST(Durations, AreReadAsComposeAndGoWriteThem) {
    struct Case {
        std::string_view text;
        std::chrono::nanoseconds duration;
    };
    const Case cases[] = {
        {"0", 0ns},       {"0s", 0ns},    {"10m", 10min},   {"1m30s", 90s},        {"1h2m3s", 3723s}, {"500ms", 500ms},
        {"1.5s", 1500ms}, {".5s", 500ms}, {"100us", 100us}, {"100\u00b5s", 100us}, {"7ns", 7ns},      {"8784h", 8784h},
    };
    for (const auto& [text, duration] : cases) EXPECT_EQ(parse_duration(text), duration) << text;
}

TEST(Durations, WhatIsNoneIsRefusedInWords) {
    for (const auto* text : {"", "10", "s", "-1s", "+1s", "1 s", "1x", "1s1", "1.2.3s", ".s", "1e3s", "nan", "inf",
                             "8785h", "999999999999999999999999h", "1d", "1S"})
        EXPECT_FALSE(parse_duration(text)) << text;
    EXPECT_EQ(parse_duration("ten").error().message, "'ten' is not a duration like 30s, 10m or 1h30m");
}

}  // namespace
}  // namespace holdfast
