#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "boards.hpp"
#include "core/json.hpp"
#include "web/board_json.hpp"

namespace holdfast::web {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The data of an event, which is one line of JSON.
json::value data_of(const std::string& event) {
    constexpr std::string_view before = "\ndata: ";
    const auto begin = event.find(before) + before.size();
    return parse_json(event.substr(begin, event.find('\n', begin) - begin)).value();
}

std::vector<std::string> names(const json::value& data, std::string_view list) {
    std::vector<std::string> result;
    for (const auto& item : member(data, list)->as_array())
        result.push_back(text_member(item, "environment") + "/" + text_member(item, "name"));
    return result;
}

TEST(BoardEvent, GivesANewReaderEverything) {
    const auto event =
        board_event(*board_with({live_app("blog"), live_app("api", "staging"), live_app("api")}), nullptr);
    EXPECT_TRUE(event.starts_with("event: board\nid: 1\ndata: {"));
    EXPECT_TRUE(event.ends_with("}\n\n"));
    EXPECT_EQ(std::ranges::count(event, '\n'), 4);
    const auto data = data_of(event);
    EXPECT_TRUE(data.at("whole").as_bool());
    EXPECT_THAT(names(data, "apps"), ElementsAre("default/api", "default/blog", "staging/api"));
    EXPECT_EQ(data.at("revisions").as_array().size(), 1U);
    EXPECT_EQ(data.at("diagnostics").at("total").to_number<int>(), 0);
}

TEST(BoardEvent, GivesAnOldReaderOnlyWhatChanged) {
    const auto kept = live_app("blog");
    const auto before = board_with({kept, live_app("api"), live_app("old"), live_app("aa")});
    auto changed = live_app("api");
    changed->phase = status::Phase::rolling_out;
    auto now = board_with({kept, changed, live_app("zoo")});
    now->apps.at({"default", "blog"}) = before->apps.at({"default", "blog"});
    now->generation = 2;
    const auto data = data_of(board_event(*now, before.get()));
    EXPECT_FALSE(data.at("whole").as_bool());
    EXPECT_THAT(names(data, "apps"), ElementsAre("default/api", "default/zoo"));
    EXPECT_THAT(names(data, "removed"), ElementsAre("default/aa", "default/old"));
    EXPECT_EQ(member(data, "revisions"), nullptr) << "they didn't change";
    EXPECT_EQ(member(data, "diagnostics"), nullptr);
}

TEST(BoardEvent, IsNothingWhereNothingChanged) {
    const auto board = board_with({live_app("blog")});
    EXPECT_THAT(board_event(*board, board.get()), IsEmpty());
}

TEST(BoardEvent, NamesNoMoreDiagnosticsThanSomebodyReads) {
    auto board = board_with({});
    board->diagnostics.assign(
        1000, {.at = {"apps/blog.yaml", 7, 9}, .pointer = "/port", .message = "70000 is greater than 65535"});
    const auto diagnostics = data_of(board_event(*board, nullptr)).at("diagnostics");
    EXPECT_EQ(diagnostics.at("total").to_number<int>(), 1000);
    EXPECT_EQ(diagnostics.at("first").as_array().size(), 200U);
    EXPECT_EQ(text_member(diagnostics.at("first").at(0), "at"), "apps/blog.yaml:7:9");
}

TEST(BoardEvent, HostileTextCannotEndTheEvent) {
    auto app = live_app("blog");
    app->reason = "x\n\nevent: board\ndata: {}\r\n\xff\u2028";
    const auto event = board_event(*board_with({app}), nullptr);
    EXPECT_EQ(std::ranges::count(event, '\n'), 4);
    EXPECT_EQ(std::ranges::count(event, '\r'), 0);
    EXPECT_EQ(text_member(data_of(event).at("apps").at(0), "reason"),
              "x\n\nevent: board\ndata: {}\r\n\xef\xbf\xbd\u2028");
}

TEST(BoardJson, OfAnAppSaysAll) {
    const auto app = json::value(app_json(*live_app("blog")));
    EXPECT_EQ(json::serialize(app.at("replicas")), R"({"desired":2,"running":2})");
    EXPECT_EQ(text_member(app.at("source"), "commit"), commit_hex);
    EXPECT_EQ(text_member(app, "since"), "2026-11-21T12:00:00Z");
    EXPECT_EQ(json::serialize(app.at("nodes")), R"(["node-1","node-2"])");
    EXPECT_EQ(text_member(app.at("revision"), "applied"), commit_hex);
    EXPECT_EQ(text_member(app.at("conditions").at(0), "type"), "Ready");
    EXPECT_TRUE(app.at("conditions").at(0).at("status").as_bool());
    EXPECT_EQ(text_member(app.at("history").at(0), "what"), "rollout");
}

TEST(BoardJson, SaysNullOfATimeThatNeverWas) {
    EXPECT_TRUE(summary_json(status::AppStatus{}).at("since").is_null());
    EXPECT_TRUE(revision_json(status::RevisionStatus{}).at("settled").is_null());
}

}  // namespace
}  // namespace holdfast::web
