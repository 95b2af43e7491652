#include <gtest/gtest.h>

#include "apps.hpp"
#include "golden.hpp"
#include "manifest/yaml.hpp"
#include "target/swarm/spec/app_compose.hpp"
#include "target/swarm/spec/desire.hpp"

namespace holdfast::swarm {
namespace {

class AppGolden : public ::testing::TestWithParam<NamedApp> {};

TEST_P(AppGolden, GivesTheSameComposeFileAsBefore) {
    const auto& [name, app, snapshot] = GetParam();
    const auto compose = compose_of(snapshot, app, app.image, *app.port);
    ASSERT_TRUE(compose) << to_string(compose.error());
    expect_golden("apps/" + name + ".compose.yaml", render_compose(*compose));
}

TEST_P(AppGolden, GivesTheSameSpecsAsBefore) {
    const auto& [name, app, snapshot] = GetParam();
    const auto resources = desire_app(snapshot, app, app.image, *app.port, "test");
    ASSERT_TRUE(resources) << to_string(resources.error());
    std::string text;
    for (const auto& resource : *resources)
        text += "# " + resource.key.str() + "\n" + manifest::to_yaml(*parse_json(resource.spec));
    expect_golden("apps/" + name + ".specs.yaml", text);
}

INSTANTIATE_TEST_SUITE_P(Of, AppGolden, ::testing::ValuesIn(app_catalogue()), [](const auto& test) {
    std::string name = test.param.name;
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace holdfast::swarm
