#include <gtest/gtest.h>

#include "boards.hpp"
#include "core/json.hpp"
#include "web/assets.hpp"
#include "web/board_json.hpp"
#include "web/problem.hpp"

// openapi.json is written by hand; these keep it true.
namespace holdfast::web {
namespace {

const json::value& description() {
    static const auto parsed = parse_json(find_asset("/api/openapi.json")->body);
    static const json::value none;
    return parsed ? *parsed : none;
}

const json::value& schema(std::string_view name) {
    const auto* found = find_pointer(description(), "/components/schemas/" + std::string(name));
    static const json::value none;
    return found != nullptr ? *found : none;
}

/// Every member of the value is described, and what is described as required is there.
void expect_described(const json::value& value, const json::value& by, const std::string& at) {
    const json::value* described = &by;
    if (const auto reference = text_member(by, "$ref"); !reference.empty())
        described = &schema(reference.substr(reference.rfind('/') + 1));
    if (value.is_array()) {
        for (const auto& item : value.get_array()) expect_described(item, described->at("items"), at + "[]");
        return;
    }
    if (!value.is_object()) return;
    const auto* properties = member(*described, "properties");
    ASSERT_NE(properties, nullptr) << at;
    for (const auto& [name, child] : value.get_object()) {
        const auto* property = member(*properties, name);
        ASSERT_NE(property, nullptr) << at << "/" << name << " is not described";
        expect_described(child, *property, at + "/" + std::string(name));
    }
    for (const auto& [name, property] : properties->get_object())
        EXPECT_NE(member(value, name), nullptr) << at << "/" << name << " is described but missing";
}

TEST(ApiDescription, IsOpenApiWithTheVersionThatRuns) {
    EXPECT_EQ(text_member(description(), "openapi"), "3.1.0");
    EXPECT_NE(text_member(*find_pointer(description(), "/info"), "version").find('.'), std::string::npos);
}

TEST(ApiDescription, NamesEveryRoute) {
    for (const auto* path :
         {"/healthz", "/readyz", "/metrics", "/api/v1/apps", "/api/v1/apps/{environment}/{app}",
          "/api/v1/apps/{environment}/{app}/logs", "/api/v1/apps/{environment}/{app}/builds/{id}/log",
          "/api/v1/revisions", "/api/v1/revisions/{id}", "/api/v1/plan", "/api/v1/events", "/hooks/generic"})
        EXPECT_NE(member(description().at("paths"), path), nullptr) << path;
}

TEST(ApiDescription, SaysWhatAnAppARevisionAndAnErrorHold) {
    const auto board = board_with({live_app("blog")});
    expect_described(app_json(*live_app("blog")), schema("App"), "App");
    expect_described(parse_json(revisions_document(*board)).value().at("revisions").at(0), schema("Revision"),
                     "Revision");
    expect_described(parse_json(problem(404, "x").body).value(), schema("Problem"), "Problem");
}

}  // namespace
}  // namespace holdfast::web
