// What no document can know of the others.
#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::SizeIs;

AppKey key(const char* name) {
    return {"default", name};
}

TEST(CrossCheck, KeepsTheFirstOfTwoAppsOfOneName) {
    Repository repository;
    repository.app("a", "port: 1\n").set("apps/z.yaml", Repository::app_text("a", "port: 2\n"));
    const auto snapshot = repository.check();
    EXPECT_THAT(
        texts(snapshot.diagnostics),
        ElementsAre("apps/z.yaml:3:7: /name: the app default/a is declared twice; the first is at apps/a.yaml:3:7"));
    EXPECT_EQ(snapshot.apps.at(key("a"))->port, 1);
    EXPECT_THAT(snapshot.invalid, IsEmpty()) << "the name has a valid app";
}

TEST(CrossCheck, GivesADomainToOneAppOnly) {
    Repository repository;
    repository.app("a", "port: 1\ningress: {domains: [x.example, y.example]}\n");
    repository.app("b", "port: 1\ningress: {domains: [y.example]}\n");
    repository.app("c", "port: 1\ningress: {domains: [y.example], path: /api/}\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(
        texts(snapshot.diagnostics),
        ElementsAre("apps/b.yaml:6:21: /ingress/domains/0: the domain y.example belongs to the app default/a already "
                    "(apps/a.yaml:3:7)"));
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("a")), Key(key("c"))));
}

TEST(CrossCheck, GivesAPortOfTheNodesToOneAppOnly) {
    Repository repository;
    repository.app("a", "override: {swarm: {ports: ['127.0.0.1:8080:80', '9000']}}\n");
    repository.app("b", "override: {swarm: {ports: [{target: 80, published: 8080, mode: host}, '9000']}}\n");
    repository.app("c", "override: {swarm: {ports: ['8080:80/udp']}}\n");
    EXPECT_THAT(
        texts(repository.check().diagnostics),
        ElementsAre("apps/b.yaml:5:28: /override/swarm/ports/0: the port 8080/tcp belongs to the app default/a already "
                    "(apps/a.yaml:3:7)"));
}

TEST(CrossCheck, SuggestsTheEnvironmentThatWasMeant) {
    Repository repository;
    repository.environment("staging").app("a", "environment: stagin\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(
        texts(snapshot.diagnostics),
        ElementsAre("apps/a.yaml:5:14: /environment: there is no environment stagin; did you mean \"staging\"?"));
    EXPECT_THAT(snapshot.invalid, ElementsAre(Key(AppKey{"stagin", "a"})));
    EXPECT_THAT(snapshot.broken_files, ElementsAre("apps/a.yaml")) << "what runs of this file must not be pruned";
}

TEST(CrossCheck, SuggestsTheDependencyThatWasMeant) {
    Repository repository;
    repository.environment("other")
        .app("web", "dependsOn: [database, dbb]\n")
        .app("db")
        .app("x", "environment: other\n");
    EXPECT_THAT(
        texts(repository.check().diagnostics),
        ElementsAre("apps/web.yaml:5:13: /dependsOn/0: there is no app database in the environment default",
                    "apps/web.yaml:5:23: /dependsOn/1: there is no app dbb in the environment default; did you mean "
                    "\"db\"?"));
}

TEST(CrossCheck, LetsAnAppDependOnAnInvalidOne) {
    Repository repository;
    repository.app("web", "dependsOn: [db]\n").app("db", "port: x\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("web"))));
    EXPECT_THAT(snapshot.invalid, ElementsAre(Key(key("db"))));
}

TEST(CrossCheck, DoesNotCallADependencyUnknownWhileAFileIsBroken) {
    Repository repository;
    repository.app("web", "dependsOn: [db]\n").set("apps/db.yaml", "a: [\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("web"))));
    EXPECT_THAT(snapshot.broken_files, ElementsAre("apps/db.yaml"));
}

TEST(CrossCheck, PrintsACircleOfDependencies) {
    Repository repository;
    repository.app("a", "dependsOn: [b]\n")
        .app("b", "dependsOn: [c]\n")
        .app("c", "dependsOn: [a]\n")
        .app("d", "dependsOn: [a]\n")
        .app("e", "dependsOn: [e]\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics),
                ElementsAre("apps/a.yaml:5:13: /dependsOn/0: the dependencies go in a circle: a → b → c → a",
                            "apps/b.yaml:5:13: /dependsOn/0: the dependencies go in a circle: b → c → a → b",
                            "apps/c.yaml:5:13: /dependsOn/0: the dependencies go in a circle: c → a → b → c",
                            "apps/e.yaml:5:13: /dependsOn/0: the dependencies go in a circle: e → e"));
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("d"))));
}

TEST(CrossCheck, FollowsALongChainOfDependencies) {
    Repository repository;
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += "---\n" +
                Repository::app_text("a" + std::to_string(i), "dependsOn: [a" + std::to_string((i + 1) % 5000) + "]\n");
    repository.set("apps/all.yaml", text);
    const auto snapshot = repository.check();
    EXPECT_THAT(snapshot.invalid, SizeIs(5000));
}

TEST(CrossCheck, HoldsAppsToTheQuotaOfTheirEnvironment) {
    Repository repository;
    repository.environment("e", "quota: {apps: 2, replicas: 5, cpu: 2, memory: 1Gi}\n");
    const auto app = [&](const char* name, const char* more) {
        repository.app(name, std::string("environment: e\n") + more);
    };
    app("a", "replicas: 2\nresources: {cpu: 500m, memory: 256Mi}\n");
    app("b", "replicas: 4\nresources: {cpu: 500m, memory: 256Mi}\n");
    app("c", "resources: {cpu: 500m}\n");
    app("d", "resources: {cpu: 1, memory: 512Mi}\n");
    app("e", "resources: {cpu: 1, memory: 1Mi}\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(
        texts(snapshot.diagnostics),
        ElementsAre("apps/b.yaml:6:11: /replicas: 4 replicas exceed the quota of the environment e: 2 of 5 are in use",
                    "apps/b.yaml:7:18: /resources/cpu: 2 cpu exceed the quota of the environment e: 1 of 2 are in use",
                    "apps/b.yaml:7:32: /resources/memory: 1Gi memory exceed the quota of the environment e: 512Mi of "
                    "1Gi are in use",
                    "apps/c.yaml:6:12: /resources/memory: resources.memory must be given, as the environment e has a "
                    "quota of it",
                    "apps/e.yaml:3:7: /name: the environment e may have 2 apps, and has as many before this one",
                    "apps/e.yaml:6:18: /resources/cpu: 1 cpu exceed the quota of the environment e: 2 of 2 are in use",
                    "apps/e.yaml:6:29: /resources/memory: 1Mi memory exceed the quota of the environment e: 1Gi of 1Gi "
                    "are in use"));
}

}  // namespace
}  // namespace holdfast::manifest
