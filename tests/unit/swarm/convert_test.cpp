#include "target/swarm/spec/convert.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/yaml.hpp"

namespace holdfast::swarm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Result<StackSpecs> converted(std::string_view yaml) {
    return convert(manifest::parse_yaml("test.yaml", yaml).documents.at(0).value, "s");
}

std::string problem(std::string_view yaml) {
    const auto specs = converted(yaml);
    return specs ? "" : specs.error().message;
}

TEST(Convert, SaysWhereSomethingIsWrong) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"services: []", "services: must be a mapping"},
        {"services: {web: text}", "services.web: must be a mapping"},
        {"services: {web: {}}", "services.web: needs an image"},
        {"services: {web: {image: a, ports: ['x']}}", "services.web.ports[0]: "},
        {"services: {web: {image: a, ports: 80}}", "services.web.ports: must be a list"},
        {"services: {web: {image: a, environment: {A: [1]}}}",
         "services.web.environment.A: must be a string or a number"},
        {"services: {web: {image: a, tty: 1}}", "services.web.tty: must be true or false"},
        {"services: {web: {image: a, deploy: {replicas: -1}}}", "services.web.deploy.replicas: must not be negative"},
        {"services: {web: {image: a, deploy: {replicas: 1.5}}}",
         "services.web.deploy.replicas: must be a whole number"},
        {"services: {web: {image: a, mem_limit: 5}}",
         "services.web.mem_limit: not possible in a stack; use deploy.resources"},
        {"services: {web: {image: a, comand: x}}",
         "services.web: docker doesn't know \"comand\" here; did you mean \"command\"?"},
        {"services: {web: {image: a, networks: [x]}}",
         "services.web.networks: the network \"x\" isn't defined under networks"},
        {"services: {web: {image: a, configs: [x]}}", "services.web.configs[0]: \"x\" isn't defined at the top level"},
        {"services: {web: {image: a, volumes: ['data:/x']}}",
         "services.web.volumes[0]: the volume \"data\" isn't defined"},
        {"version: '2.1'", "version: must be 3.0 to 3.9"},
        {"configs: {c: {file: ./x}}", "configs.c: no files can be read here"},
        {"configs: {c: {}}", "configs.c: needs a file, or external: true"},
    };
    for (const auto& [yaml, expected] : table) EXPECT_THAT(problem(yaml), StartsWith(expected)) << yaml;
    EXPECT_EQ(convert(json::array{}, "s").error().message, "a compose file must be a mapping");
}

TEST(Convert, WarnsOfWhatDockerIgnores) {
    const auto specs = converted(R"(
services:
  web: {image: a, build: ., tmpfs: /tmp, container_name: x, expose: [80], ports: ["127.0.0.1:80:80"], restart: always}
)");
    ASSERT_TRUE(specs);
    EXPECT_THAT(specs->warnings, ::testing::SizeIs(6));
    EXPECT_THAT(
        specs->warnings,
        ::testing::Contains(HasSubstr("services.web.tmpfs: ignored by docker in a stack; use a volume of type tmpfs")));
}

TEST(Convert, MakesTheDefaultNetworkOnlyWhereAServiceIsInIt) {
    EXPECT_EQ(converted("services: {web: {image: a}}")->networks.count("s_default"), 1U);
    EXPECT_THAT(converted("{services: {web: {image: a, networks: [x]}}, networks: {x: {external: true}}}")->networks,
                IsEmpty());
    EXPECT_THAT(
        converted("{services: {web: {image: a, networks: [x]}}, networks: {x: {external: true}}}")->external_networks,
        ElementsAre("x"));
}

TEST(Convert, TakesInlineConfigs) {
    const auto specs = converted("configs: {c: {content: hello}}");
    ASSERT_TRUE(specs);
    EXPECT_EQ(text_member(specs->configs.at("s_c"), "Data"), "aGVsbG8=");
}

TEST(Convert, WritesDataAsTheEngineTakesIt) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}};
    for (const auto& [data, expected] : table) {
        const auto specs = convert({{"configs", {{"c", {{"content", data}}}}}}, "s");
        ASSERT_TRUE(specs);
        EXPECT_EQ(text_member(specs->configs.at("s_c"), "Data"), expected);
    }
}

TEST(Convert, CarriesEveryByteOfAConfig) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    const auto specs = convert({{"configs", {{"c", {{"content", bytes}}}}}}, "s");
    ASSERT_TRUE(specs);
    EXPECT_THAT(text_member(specs->configs.at("s_c"), "Data"),
                StartsWith("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"));
}

}  // namespace
}  // namespace holdfast::swarm
