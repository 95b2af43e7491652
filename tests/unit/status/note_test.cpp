#include "status/note.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/yaml.hpp"

namespace holdfast::status {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Time at(std::string_view text) {
    return parse_rfc3339(text).value();
}

Note sample(const std::string& instance = "default") {
    return {.instance = instance,
            .result = "degraded",
            .settled = at("2026-11-21T09:00:00Z"),
            .took = std::chrono::milliseconds{3200},
            .apps = {{.app = "default/blog",
                      .phase = "live",
                      .image = "localhost:5000/default/blog@sha256:1c2d",
                      .source = "main a1b2c3d4 \"Fix: header\"",
                      .reason = "Image 9f3a… → 1c2d…",
                      .took = std::chrono::seconds{2}},
                     {.app = "shop/web", .phase = "failed", .reason = "yes"}},
            .unchanged = 998,
            .events = {{at("2026-11-21T09:05:00Z"), "default/blog", "drift", "Replicas 5 → 1, put back"}}};
}

TEST(Note, ReadsAsAnAuditLog) {
    EXPECT_EQ(to_text(sample()),
              "result: degraded\n"
              "instance: default\n"
              "settled: 2026-11-21T09:00:00Z\n"
              "took: 3.2s\n"
              "apps:\n"
              "  default/blog:\n"
              "    phase: live\n"
              "    reason: \"Image 9f3a… → 1c2d…\"\n"
              "    image: \"localhost:5000/default/blog@sha256:1c2d\"\n"
              "    source: \"main a1b2c3d4 \\\"Fix: header\\\"\"\n"
              "    took: 2.0s\n"
              "  shop/web:\n"
              "    phase: failed\n"
              "    reason: \"yes\"\n"
              "unchanged: 998\n"
              "events:\n"
              "  - at: 2026-11-21T09:05:00Z\n"
              "    app: default/blog\n"
              "    what: drift\n"
              "    message: \"Replicas 5 → 1, put back\"\n");
}

TEST(Note, ComesBackFromItsTextAsYaml) {
    const auto file = manifest::parse_yaml("note", to_text(sample()));
    ASSERT_EQ(file.documents.size(), 1U);
    const auto note = read_note(file.documents[0].value);
    ASSERT_TRUE(note);
    EXPECT_EQ(*note, sample());
}

TEST(Note, HostileTextStaysOneScalar) {
    Note note = sample();
    note.apps[0].reason = "x\nresult: converged\x1b[31m";
    EXPECT_THAT(to_text(note), Not(HasSubstr("\nresult: converged")));
    EXPECT_THAT(to_text(note), Not(HasSubstr("\x1b")));
}

TEST(Note, ReplacesItsOwnPartAndKeepsOthers) {
    Note other = sample("east");
    Note mine = sample("west");
    const auto both = with_note(with_note("", other), mine);
    mine.result = "converged";
    const auto replaced = with_note(both, mine);
    EXPECT_EQ(replaced, to_text(other) + "---\n" + to_text(mine));
    EXPECT_EQ(manifest::parse_yaml("note", replaced).documents.size(), 2U);
}

TEST(Note, AMergeLosesNothing) {
    Note newer = sample("east");
    newer.settled = at("2026-11-21T10:00:00Z");
    const auto ours = with_note(to_text(sample("east")), sample("west"));
    const auto theirs = with_note(to_text(newer), sample("north"));
    const auto result = merged(ours, theirs);
    EXPECT_THAT(result, HasSubstr("instance: west"));
    EXPECT_THAT(result, HasSubstr("instance: north"));
    EXPECT_THAT(result, HasSubstr("settled: 2026-11-21T10:00:00Z"));
    EXPECT_EQ(manifest::parse_yaml("note", result).documents.size(), 3U);
}

TEST(Note, AMergeKeepsWhatSomebodyElseWrote) {
    EXPECT_EQ(merged(to_text(sample()), "Reviewed by Ann\n"), "Reviewed by Ann\n---\n" + to_text(sample()));
}

TEST(Note, MergingIsTheSameTwice) {
    const auto text = with_note(to_text(sample("a")), sample("b"));
    EXPECT_EQ(merged(text, text), text);
}

}  // namespace
}  // namespace holdfast::status
