// The Platform, the Environments, and what they put under each app.
#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using namespace std::chrono_literals;

TEST(Platform, IsReadWithEveryField) {
    Repository repository;
    repository.platform(
        "domain: example.org\nregistry: registry.example.org:5000/apps\n"
        "ingress: {kind: traefik, entryPoint: https, certificateResolver: le, network: edge}\n"
        "builds: {concurrency: 3, cpu: 1.5, memory: 2Gi, keep: 5}\nprune: {guard: 0.25}\ninterval: 90s\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), IsEmpty());
    const auto& platform = snapshot.platform;
    EXPECT_EQ(platform.name, "test");
    EXPECT_EQ(platform.domain, "example.org");
    EXPECT_EQ(platform.registry, "registry.example.org:5000/apps");
    EXPECT_EQ(platform.ingress, (IngressController{"traefik", "https", "le", "edge"}));
    EXPECT_EQ(platform.build_concurrency, 3U);
    EXPECT_EQ(platform.build_nano_cpus, 1'500'000'000U);
    EXPECT_EQ(platform.build_memory_bytes, std::uint64_t{2} << 30U);
    EXPECT_EQ(platform.builds_kept, 5U);
    EXPECT_EQ(platform.prune_guard, 0.25);
    EXPECT_EQ(platform.interval, 90s);
    EXPECT_EQ(platform.file, "holdfast.yaml");
    EXPECT_TRUE(snapshot.environments.contains("default"));
}

struct Unusable {
    const char* more;
    const char* message;
};

class WrongPlatform : public testing::TestWithParam<Unusable> {};

TEST_P(WrongPlatform, MakesTheRevisionUnusable) {
    Repository repository;
    repository.platform(GetParam().more).app("a");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), ElementsAre(std::string("holdfast.yaml:") + GetParam().message));
    EXPECT_FALSE(snapshot.usable);
    EXPECT_TRUE(snapshot.apps.contains({"default", "a"})) << "the apps are still checked";
}

INSTANTIATE_TEST_SUITE_P(
    Settings, WrongPlatform,
    testing::Values(
        Unusable{"domian: x\n", "4:1: /domian: unknown key; did you mean \"domain\"?"},
        Unusable{"ingress: {kind: caddy}\n",
                 "4:17: /ingress/kind: caddy is not supported yet on swarm; traefik and none are"},
        Unusable{"notifications: [x]\n", "4:1: /notifications: not supported yet on swarm"},
        Unusable{"interval: 10ms\n", "4:11: /interval: an interval is at least 1s"},
        Unusable{"registry: https://x\n",
                 "4:11: /registry: \"https://x\" is not right: a registry is a host with a port or path, such as "
                 "registry.example.org/apps, without https://"},
        Unusable{"defaults: {replicas: -1}\n", "4:22: /defaults/replicas: -1 is less than 0"},
        Unusable{"defaults: {resources: {cpu: 0m}}\n",
                 "4:29: /defaults/resources/cpu: \"0m\" must be more than nothing"},
        Unusable{"defaults: {image: x}\n", "4:12: /defaults/image: unknown key"},
        Unusable{"---\napiVersion: holdfast.dev/v1\nkind: Platform\nname: two\n",
                 "5:1: a second Platform; the first is at holdfast.yaml:3:7"}));

TEST(Platform, IsMissedWhereThereIsNone) {
    Repository repository;
    repository.remove("holdfast.yaml").app("a");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), ElementsAre("holdfast.yaml: there is no document of kind Platform"));
    EXPECT_FALSE(snapshot.usable);
}

TEST(Platform, IsUnusableWhereItsFileIsNoYaml) {
    Repository repository;
    repository.set("holdfast.yaml", "a: [\n");
    const auto snapshot = repository.check();
    EXPECT_FALSE(snapshot.usable);
    EXPECT_THAT(snapshot.broken_files, ElementsAre("holdfast.yaml"));
}

TEST(Platform, GivesWayToTheRegistryOfTheDaemon) {
    Repository repository;
    repository.options.registry = "127.0.0.1:5001";
    EXPECT_EQ(repository.check().platform.registry, "127.0.0.1:5001");
}

TEST(Defaults, MergeUnderEachAppWithTheNearestOneWinning) {
    Repository repository;
    repository
        .platform(
            "defaults:\n  replicas: 2\n  env: {A: platform, B: platform, C: platform}\n"
            "  security: {tmpfs: [/tmp, /run]}\n  user: nobody\n")
        .environment("staging", "defaults:\n  env: {B: staging, C: staging}\n  user: null\n")
        .app("a", "environment: staging\nenv: {C: app}\nsecurity: {tmpfs: [/x]}\n")
        .app("b", "env: {A: null}\n");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    const auto& a = *snapshot.apps.at({"staging", "a"});
    EXPECT_EQ(a.replicas, 2U);
    EXPECT_THAT(a.env, ElementsAre(Pair("A", "platform"), Pair("B", "staging"), Pair("C", "app")));
    EXPECT_THAT(a.security.tmpfs, ElementsAre("/x")) << "lists replace";
    EXPECT_EQ(a.user, "") << "null removes";
    const auto& b = *snapshot.apps.at({"default", "b"});
    EXPECT_THAT(b.env, ElementsAre(Pair("B", "platform"), Pair("C", "platform")));
    EXPECT_EQ(b.user, "nobody");
}

TEST(Defaults, AreBlamedWhereTheyStandAndMakeTheirAppsInvalid) {
    Repository repository;
    repository.environment("staging", "defaults:\n  health: {interval: 9999999999999h}\n")
        .app("a", "environment: staging\n")
        .app("b");
    const auto snapshot = repository.check();
    EXPECT_THAT(
        texts(snapshot.diagnostics),
        ElementsAre("environments/staging.yaml:5:22: /defaults/health/interval: '9999999999999h' is not a duration "
                    "like 30s, 10m or 1h30m"));
    EXPECT_TRUE(snapshot.usable);
    EXPECT_TRUE(snapshot.apps.contains({"default", "b"}));
    ASSERT_TRUE(snapshot.invalid.contains({"staging", "a"}));
    EXPECT_THAT(texts(snapshot.invalid.at({"staging", "a"})),
                ElementsAre("apps/a.yaml:5:14: /environment: its environment staging is invalid: see "
                            "environments/staging.yaml"));
}

TEST(Domains, FollowFromThePlatformAndTheEnvironment) {
    Repository repository;
    repository.environment("staging").environment("shop", "domain: shop.example\n");
    repository.app("a", "port: 80\n")
        .app("b", "port: 80\nenvironment: staging\n")
        .app("c", "port: 80\nenvironment: shop\n");
    repository.app("d", "port: 80\ningress: {domains: [own.example]}\n")
        .app("e", "port: 80\ningress: {public: false}\n")
        .app("f");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    const auto domains = [&](const char* environment, const char* name) {
        return snapshot.apps.at({environment, name})->ingress.domains;
    };
    EXPECT_THAT(domains("default", "a"), ElementsAre("a.example.org"));
    EXPECT_THAT(domains("staging", "b"), ElementsAre("b-staging.example.org"));
    EXPECT_THAT(domains("shop", "c"), ElementsAre("c.shop.example"));
    EXPECT_THAT(domains("default", "d"), ElementsAre("own.example"));
    EXPECT_THAT(domains("default", "e"), IsEmpty());
    EXPECT_THAT(domains("default", "f"), IsEmpty()) << "an image without a port can't be reached";
}

TEST(Domains, AreNoneWithoutAPlatformDomain) {
    Repository repository;
    repository.platform("").app("a", "port: 80\n");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    EXPECT_FALSE(snapshot.apps.at({"default", "a"})->ingress.is_public);
}

TEST(Environment, IsReadWithEveryField) {
    Repository repository;
    repository.options.instance = "east";
    repository.environment("prod",
                           "domain: prod.example\nsuspend: true\ninstance: east\n"
                           "quota: {apps: 1, replicas: 2, cpu: 500m, memory: 1Gi}\n");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    const auto& prod = snapshot.environments.at("prod");
    EXPECT_EQ(prod.domain, "prod.example");
    EXPECT_TRUE(prod.suspend);
    EXPECT_EQ(prod.instance, "east");
    EXPECT_EQ(prod.quota.nano_cpus, 500'000'000U);
    EXPECT_EQ(prod.quota.memory_bytes, std::uint64_t{1} << 30U);
    EXPECT_EQ(prod.file, "environments/prod.yaml");
}

TEST(Environment, ThatExpiresIsNotSupportedYet) {
    Repository repository;
    repository.environment("preview", "expires: 72h\n");
    EXPECT_THAT(texts(repository.check().diagnostics),
                ElementsAre("environments/preview.yaml:4:1: /expires: not supported yet on swarm"));
}

TEST(Environment, OfAnotherInstanceIsLeftOutSilently) {
    Repository repository;
    repository.environment("west", "instance: west\n").app("a", "environment: west\nport: wrong\n").app("b");
    repository.options.instance = "east";
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), IsEmpty());
    EXPECT_EQ(snapshot.apps.size(), 1U);
    EXPECT_THAT(snapshot.invalid, IsEmpty());
}

TEST(Environment, DeclaredTwiceIsReported) {
    Repository repository;
    repository.environment("a").set("environments/b.yaml", "apiVersion: holdfast.dev/v1\nkind: Environment\nname: a\n");
    EXPECT_THAT(texts(repository.check().diagnostics),
                ElementsAre("environments/b.yaml:3:7: /name: the environment a is declared twice; the first is at "
                            "environments/a.yaml:3:7"));
}

}  // namespace
}  // namespace holdfast::manifest
