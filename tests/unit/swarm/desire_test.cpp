#include "target/swarm/spec/desire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps.hpp"
#include "plan/fields.hpp"
#include "target/swarm/spec/convert.hpp"
#include "target/swarm/spec/normalise.hpp"
#include "target/swarm/spec/rules.hpp"

namespace holdfast::swarm {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::vector<plan::DesiredResource> desired(const manifest::App& app, std::uint16_t port = 8080) {
    auto resources = desire_app(snapshot(), app, app.image, port, "test");
    EXPECT_TRUE(resources) << to_string(resources.error());
    return resources ? *resources : std::vector<plan::DesiredResource>{};
}

TEST(Desire, GivesAServiceNamedAfterItsEnvironment) {
    const auto resources = desired(plain_app("blog", "staging"));
    ASSERT_EQ(resources.size(), 1U);
    EXPECT_EQ(resources[0].key, (plan::ResourceKey{"service", "staging_blog"}));
    EXPECT_EQ(resources[0].app, (AppKey{"staging", "blog"}));
    EXPECT_EQ(resources[0].environment, "staging");
}

TEST(Desire, IsNormalAndCanonicalAlready) {
    for (const auto& [name, app, state] : app_catalogue()) {
        const auto resources = desire_app(state, app, app.image, *app.port, "test");
        ASSERT_TRUE(resources) << name;
        for (const auto& resource : *resources) {
            const auto spec = *parse_json(resource.spec);
            EXPECT_EQ(resource.spec, canonical(spec)) << name;
            EXPECT_EQ(resource.spec,
                      canonical(resource.key.kind == "service" ? normalise_service(spec) : normalise_config(spec)))
                << name;
        }
    }
}

TEST(Desire, RotatesAConfigWhoseContentChanges) {
    auto app = plain_app();
    app.configs = {{.target = "/etc/app.conf", .file = "", .content = "one"}};
    const auto before = desired(app);
    app.configs[0].content = "two";
    const auto after = desired(app);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].key.kind, "config");
    EXPECT_NE(before[0].key.name, after[0].key.name);
    EXPECT_THAT(before[0].key.name, testing::MatchesRegex("default_blog_app.conf_[0-9a-f]+"));
    EXPECT_THAT(after[1].spec, HasSubstr(after[0].key.name));
}

TEST(Desire, KeepsNamesOfConfigsWithinTheEnginesLimit) {
    auto app = plain_app("a-name-of-twenty-chr", "an-environment-of-20");
    app.configs = {{.target = "/etc/a very long name with ünicode.configuration", .file = "", .content = "x"}};
    const auto name = desired(app)[0].key.name;
    EXPECT_LE(name.size(), 64U);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."),
              std::string::npos)
        << name;
}

TEST(Desire, NeedsOneConfigForEqualFiles) {
    auto app = plain_app();
    app.configs = {{.target = "/a/x", .file = "", .content = "same"},
                   {.target = "/b/x", .file = "", .content = "same"}};
    EXPECT_EQ(desired(app).size(), 2U);
}

TEST(Desire, LeavesTheTaskAloneWhenOnlyTheManifestMoves) {
    auto app = plain_app();
    const auto before = *parse_json(desired(app)[0].spec);
    app.file = "apps/other.yaml";
    const auto after = *parse_json(desired(app)[0].spec);
    EXPECT_NE(canonical(before), canonical(after));
    EXPECT_EQ(canonical(before.at("TaskTemplate")), canonical(after.at("TaskTemplate")));
}

TEST(Desire, PublishesNothingWithoutAPort) {
    EXPECT_THAT(desired(plain_app(), 0)[0].spec, Not(HasSubstr("traefik")));
    EXPECT_THAT(desired(plain_app())[0].spec, HasSubstr("traefik-public"));
}

TEST(Desire, GivesTheNetworkThatTheAppsComposeFileDescribes) {
    const auto app = plain_app("blog", "staging");
    manifest::Environment environment;
    environment.name = "staging";
    const auto shared = desire_environment(environment, "test");
    ASSERT_EQ(shared.size(), 1U);
    auto spec = *parse_json(shared[0].spec);
    for (const auto* label : {"dev.holdfast.instance", "dev.holdfast.environment"})
        spec.at("Labels").as_object().erase(label);
    const auto stack = convert(*compose_of(snapshot(), app, app.image, 8080), "staging");
    EXPECT_EQ(canonical(spec), canonical(normalise_network(stack->networks.at("staging_default"))));
}

manifest::Snapshot with_template(const std::string& text) {
    auto out = snapshot();
    out.templates["swarm/app.compose.mustache"] = text;
    return out;
}

TEST(Desire, TakesATemplateOfTheRepositoryInYaml) {
    const auto app = plain_app();
    const auto resources =
        desire_app(with_template("services:\n  {{app}}:\n    image: \"{{image}}\"\n"), app, "x:1", 0, "test");
    ASSERT_TRUE(resources) << to_string(resources.error());
    EXPECT_THAT(resources->front().spec, HasSubstr("\"Image\":\"x:1\""));
}

TEST(Desire, SaysWhatIsWrongWithATemplate) {
    const auto app = plain_app();
    const std::vector<std::pair<std::string, std::string>> table{
        {"{{nme}}", "unknown names: nme"},
        {"{\"services\": {}}", "must define the service \"blog\""},
        {"{\"services\":", "swarm/app.compose.mustache: not JSON"},
        {"{\"services\": {\"blog\": {\"image\": \"a\", \"imge\": 1}}}", "did you mean \"image\"?"},
    };
    for (const auto& [text, expected] : table) {
        const auto resources = desire_app(with_template(text), app, "x:1", 0, "test");
        ASSERT_FALSE(resources) << text;
        EXPECT_THAT(to_string(resources.error()), HasSubstr(expected)) << text;
    }
}

TEST(Rules, OrderKindsByWhatNeedsWhat) {
    EXPECT_THAT(swarm_rules().kinds, testing::ElementsAre("network", "config", "secret", "service"));
}

TEST(Rules, ReplaceAServiceOnlyWhereTheEngineCannotUpdateIt) {
    const auto& pointers = swarm_rules().immutable.at("service");
    const auto immutable = [&](std::string_view path) {
        return std::ranges::any_of(pointers, [&](const auto& pattern) { return plan::pointer_matches(path, pattern); });
    };
    EXPECT_TRUE(immutable("/Mode/Global"));
    EXPECT_FALSE(immutable("/Mode/Replicated/Replicas"));
    EXPECT_FALSE(immutable("/TaskTemplate/ContainerSpec/Image"));
}

}  // namespace
}  // namespace holdfast::swarm
