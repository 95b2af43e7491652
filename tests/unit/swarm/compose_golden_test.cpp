#include <gtest/gtest.h>

#include "golden.hpp"
#include "manifest/yaml.hpp"
#include "target/swarm/spec/convert.hpp"
#include "target/swarm/spec/normalise.hpp"

namespace holdfast::swarm {
namespace {

const std::filesystem::path files = std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/integration/compose";

std::vector<std::string> compose_files() {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(files))
        if (entry.path().extension() == ".yaml") out.push_back(entry.path().stem());
    std::ranges::sort(out);
    return out;
}

json::object sorted(const std::map<std::string, json::value>& specs) {
    json::object out;
    for (const auto& [name, spec] : specs) out[name] = spec;
    return out;
}

/// The files that the difference test sends through docker as well: here without an engine, so that a change shows at
/// once.
class ComposeGolden : public ::testing::TestWithParam<std::string> {};

TEST_P(ComposeGolden, GivesTheSameSpecsAsBefore) {
    const auto yaml = manifest::parse_yaml(GetParam(), read_text(files / (GetParam() + ".yaml")));
    ASSERT_EQ(yaml.documents.size(), 1U);
    const auto specs =
        convert(yaml.documents.front().value, "stack",
                {.read_file = [](const std::string& path) -> Result<std::string> { return read_text(files / path); },
                 .working_directory = "/work",
                 .variable = [](const std::string& name) -> std::optional<std::string> {
                     if (name == "HOME") return "/home/somebody";
                     return name == "FROM_OUTSIDE" ? std::optional<std::string>("taken from outside") : std::nullopt;
                 }});
    ASSERT_TRUE(specs) << to_string(specs.error());
    const json::value all{{"networks", sorted(specs->networks)},
                          {"configs", sorted(specs->configs)},
                          {"secrets", sorted(specs->secrets)},
                          {"services", sorted(specs->services)},
                          {"warnings", json::value_from(specs->warnings)},
                          {"external", json::value_from(specs->external_networks)}};
    expect_golden("compose/" + GetParam() + ".yaml", manifest::to_yaml(all));

    for (const auto& [name, spec] : specs->services) {
        const auto once = normalise_service(spec);
        EXPECT_EQ(canonical(normalise_service(once)), canonical(once))
            << "normalising twice is normalising once: " << name;
    }
}

INSTANTIATE_TEST_SUITE_P(Of, ComposeGolden, ::testing::ValuesIn(compose_files()), [](const auto& test) {
    std::string name = test.param;
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace holdfast::swarm
