#include "manifest/schema.hpp"

#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::Contains;
using testing::IsEmpty;

const std::vector<std::string> kinds = {"App", "Environment", "Platform"};

/// Calls `visit(pointer, schema)` for each subschema below `schema`.
void for_each_subschema(const json::value& schema, const std::string& pointer, const auto& visit) {
    if (!schema.is_object()) return;
    visit(pointer, schema.get_object());
    for (const auto& [keyword, value] : schema.get_object()) {
        const auto below = pointer + "/" + std::string(keyword);
        if (keyword == "properties" || keyword == "definitions") {
            for (const auto& [key, child] : value.as_object())
                for_each_subschema(child, below + "/" + std::string(key), visit);
        } else if (keyword == "oneOf") {
            for (const auto& child : value.as_array()) for_each_subschema(child, below, visit);
        } else if (keyword == "items" || keyword == "additionalProperties" || keyword == "propertyNames") {
            for_each_subschema(value, below, visit);
        }
    }
}

void for_each_subschema(const auto& visit) {
    for (const auto& kind : kinds) for_each_subschema(json::parse(schema_of(kind)), kind, visit);
}

TEST(Schema, IsThereForEachKindAndForNothingElse) {
    for (const auto& kind : kinds) EXPECT_THAT(std::string(schema_of(kind)), testing::HasSubstr("Always " + kind));
    EXPECT_EQ(schema_of("Stack"), "");
    EXPECT_EQ(schema_of("app"), "");
}

TEST(Schema, UsesOnlyKeywordsThatAreValidatedAndExplained) {
    // valijson ignores what it doesn't know: a misspelt keyword would check nothing.
    const std::vector<std::string> allowed = {"$schema",
                                              "title",
                                              "description",
                                              "examples",
                                              "type",
                                              "enum",
                                              "const",
                                              "minimum",
                                              "maximum",
                                              "minLength",
                                              "maxLength",
                                              "pattern",
                                              "minItems",
                                              "maxItems",
                                              "items",
                                              "required",
                                              "properties",
                                              "minProperties",
                                              "oneOf",
                                              "uniqueItems",
                                              "additionalProperties",
                                              "$ref",
                                              "definitions",
                                              "propertyNames",
                                              "maxProperties",
                                              "patternErrorMessage"};
    for_each_subschema([&](const std::string& pointer, const json::object& schema) {
        for (const auto& [keyword, unused] : schema) EXPECT_THAT(allowed, Contains(std::string(keyword))) << pointer;
    });
}

TEST(Schema, BoundsTheLengthOfEachTextThatHasAPattern) {
    for_each_subschema([](const std::string& pointer, const json::object& schema) {
        if (schema.contains("pattern"))
            EXPECT_LE(schema.contains("maxLength") ? schema.at("maxLength").as_int64() : 1'000'000, 1024) << pointer;
        EXPECT_EQ(schema.contains("pattern"), schema.contains("patternErrorMessage")) << pointer;
    });
}

TEST(Schema, HasNothingBesideAReference) {
    for_each_subschema([](const std::string& pointer, const json::object& schema) {
        if (schema.contains("$ref")) EXPECT_EQ(schema.size(), 1U) << pointer;
    });
}

TEST(Schema, KeepsRulesForKeysInDefinitions) {
    // valijson 1.0 takes an inline propertyNames below a $ref for the schema that holds it.
    for_each_subschema([](const std::string& pointer, const json::object& schema) {
        if (const auto* names = schema.if_contains("propertyNames"))
            EXPECT_TRUE(names->as_object().contains("$ref")) << pointer;
    });
}

TEST(Schema, RefusesUnknownKeysInEachObject) {
    const std::vector<std::string> open = {"swarm", "kubernetes", "notifications"};
    for_each_subschema([&](const std::string& pointer, const json::object& schema) {
        const auto* type = schema.if_contains("type");
        if (type == nullptr || json::serialize(*type).find("object") == std::string::npos) return;
        if (std::ranges::any_of(open, [&](const auto& name) { return pointer.ends_with("/" + name); })) return;
        EXPECT_TRUE(schema.contains("additionalProperties")) << pointer;
    });
}

TEST(Schema, AcceptsItsOwnExamples) {
    Schemas schemas;
    for_each_subschema(json::parse(schema_of("App")), "", [&](const std::string& pointer, const json::object& schema) {
        constexpr std::string_view definitions = "/definitions/";
        const auto* examples = schema.if_contains("examples");
        if (examples == nullptr || !pointer.starts_with(definitions)) return;
        const auto field = pointer.substr(definitions.size());
        if (find_pointer(json::parse(schema_of("App")), "/properties/" + field) == nullptr) return;
        for (const auto& example : examples->as_array()) {
            json::value app = {{"apiVersion", "holdfast.dev/v1"}, {"kind", "App"}, {"name", "x"}, {"image", "y"}};
            app.as_object()[field] = example;
            for (const auto& violation : schemas.violations("App", app)) ADD_FAILURE() << pointer << violation.message;
        }
    });
}

TEST(Schema, SurvivesLongTextWhereAPatternIs) {
    Schemas schemas;
    for (const auto* key : {"name", "environment", "workingDir"}) {
        json::value app = {{"apiVersion", "holdfast.dev/v1"}, {"kind", "App"}, {"name", "x"}, {"image", "y"}};
        app.as_object()[key] = json::string(std::string(500'000, 'a'));
        EXPECT_EQ(schemas.violations("App", app).size(), 1U) << key;
    }
    json::value app = {{"apiVersion", "holdfast.dev/v1"}, {"kind", "App"}, {"name", "x"}, {"image", "y"}};
    app.as_object()["env"] = {{std::string(500'000, 'A'), "x"}};
    EXPECT_EQ(schemas.violations("App", app).size(), 1U);
}

}  // namespace
}  // namespace holdfast::manifest
