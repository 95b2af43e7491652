#include "manifest/check.hpp"

#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;
using namespace std::chrono_literals;

AppKey key(const char* name) {
    return {"default", name};
}

TEST(Check, ReadsAPlainApp) {
    Repository repository;
    repository.app("blog", "port: 8080\nreplicas: 2\nenv: {A: x, B: 1, C: true}\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), IsEmpty());
    EXPECT_TRUE(snapshot.usable);
    EXPECT_TRUE(snapshot.valid());
    ASSERT_TRUE(snapshot.apps.contains(key("blog")));
    const auto& app = *snapshot.apps.at(key("blog"));
    EXPECT_EQ(app.key, key("blog"));
    EXPECT_EQ(app.image, "web:1");
    EXPECT_EQ(app.port, 8080);
    EXPECT_EQ(app.replicas, 2U);
    EXPECT_THAT(app.env, ElementsAre(Pair("A", "x"), Pair("B", "1"), Pair("C", "true")));
    EXPECT_THAT(app.ingress.domains, ElementsAre("blog.example.org"));
    EXPECT_EQ(app.update.order, "start-first");
    EXPECT_EQ(app.file, "apps/blog.yaml");
    EXPECT_EQ(app.content_hash.size(), 64U);
}

constexpr const char* full_app = R"(apiVersion: holdfast.dev/v1
kind: App
name: full
environment: staging
source:
  repo: https://git.example/o/app.git
  tag: v1.2
  path: services/api/
  watch: [services/api/**, libs/**]
  dockerfile: docker/Dockerfile
  target: final
  args: {VERSION: 3, DEBUG: false}
  builder: python
  install: pip install .
  build: make
  start: python -m app
  timeout: 15m
command: ["/entry", "--flag"]
args: serve --name 'two words'
user: 1000
workingDir: /srv
port: 3000
replicas: 3
env: {A: x}
secrets: {token: {external: app-token}}
configs:
  /etc/app.conf: configs/app.conf
  /etc/b: {content: "inline\n"}
  /etc/c: {file: configs/app.conf}
storage: {size: 10Gi, mount: /var/lib/app}
health: {path: /healthz, interval: 10s, timeout: 2s, startPeriod: 1m, retries: 5}
resources: {cpu: 1.5, memory: 512Mi, reservations: {cpu: 250m, memory: 64M}}
ingress: {domains: [app.example, www.app.example], path: /x, tls: false}
security: {readOnly: false, noNewPrivileges: false, addCapabilities: [NET_BIND_SERVICE], tmpfs: [/tmp, /run]}
update: {parallelism: 2, delay: 5s, monitor: 20s, onFailure: pause}
placement: {constraints: [node.role == worker], preferences: [{spread: node.labels.zone}], maxReplicasPerNode: 1}
restart: {condition: on-failure, delay: 1s, window: 2m, maxAttempts: 3}
labels: {team: a, tier: 1}
dependsOn: [db]
suspend: true
override: {swarm: {stop_grace_period: 30s}}
)";

TEST(Check, ReadsEveryFieldOfAnApp) {
    Repository repository;
    repository.environment("staging").set("apps/full.yaml", full_app).set("configs/app.conf", "listen 80\n");
    repository.app("db", "environment: staging\n");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    const auto& app = *snapshot.apps.at({"staging", "full"});
    EXPECT_EQ(app.image, "");
    EXPECT_EQ(*app.source, (Source{.repo = "https://git.example/o/app.git",
                                   .ref = "refs/tags/v1.2",
                                   .path = "services/api",
                                   .watch = {"services/api/**", "libs/**"},
                                   .dockerfile = "docker/Dockerfile",
                                   .target = "final",
                                   .args = {{"DEBUG", "false"}, {"VERSION", "3"}},
                                   .builder = Builder::python,
                                   .install = "pip install .",
                                   .build = "make",
                                   .start = "python -m app",
                                   .timeout = 15min}));
    EXPECT_THAT(app.command, ElementsAre("/entry", "--flag"));
    EXPECT_THAT(app.args, ElementsAre("serve", "--name", "two words"));
    EXPECT_EQ(app.user, "1000");
    EXPECT_EQ(app.working_dir, "/srv");
    EXPECT_THAT(app.secrets, ElementsAre(ExternalSecret{"token", "app-token"}));
    EXPECT_THAT(app.configs,
                ElementsAre(Config{"/etc/app.conf", "configs/app.conf", "listen 80\n"},
                            Config{"/etc/b", "", "inline\n"}, Config{"/etc/c", "configs/app.conf", "listen 80\n"}));
    EXPECT_EQ(app.storage, (Storage{10, "/var/lib/app", ""}));
    EXPECT_EQ(app.health,
              (Health{.path = "/healthz", .interval = 10s, .timeout = 2s, .start_period = 1min, .retries = 5}));
    EXPECT_EQ(app.limits, (ResourceAmount{1'500'000'000, std::uint64_t{512} << 20U}));
    EXPECT_EQ(app.reservations, (ResourceAmount{250'000'000, 64'000'000}));
    EXPECT_EQ(app.ingress, (Ingress{true, {"app.example", "www.app.example"}, "/x", false}));
    EXPECT_EQ(app.security, (Security{false, false, {"NET_BIND_SERVICE"}, {"/tmp", "/run"}}));
    EXPECT_EQ(app.update, (Update{"stop-first", 2, 5s, 20s, "pause"})) << "stop-first, as storage is mounted";
    EXPECT_EQ(app.placement, (Placement{{"node.role == worker"}, {"node.labels.zone"}, 1}));
    EXPECT_EQ(app.restart, (Restart{"on-failure", 1s, 2min, 3}));
    EXPECT_THAT(app.labels, ElementsAre(Pair("team", "a"), Pair("tier", "1")));
    EXPECT_THAT(app.depends_on, ElementsAre("db"));
    EXPECT_TRUE(app.suspend);
    EXPECT_EQ(json::serialize(app.override_swarm), R"({"stop_grace_period":"30s"})");
}

TEST(Check, NeverLetsOneBadDocumentStopTheOthers) {
    Repository repository;
    repository.app("good").set("apps/two.yaml",
                               Repository::app_text("bad", "port: x\n") + "---\n" + Repository::app_text("fine", ""));
    const auto snapshot = repository.check();
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("fine")), Key(key("good"))));
    EXPECT_THAT(snapshot.invalid, ElementsAre(Key(key("bad"))));
    EXPECT_THAT(snapshot.broken_files, IsEmpty());
    EXPECT_TRUE(snapshot.usable);
    EXPECT_FALSE(snapshot.valid());
}

struct Broken {
    const char* text;
    const char* message;
};

class BrokenFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenFile, IsNamedSoThatWhatItHeldKeepsRunning) {
    Repository repository;
    repository.app("good").set("apps/x.yaml", GetParam().text);
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), ElementsAre(std::string("apps/x.yaml:") + GetParam().message));
    EXPECT_THAT(snapshot.broken_files, ElementsAre("apps/x.yaml"));
    EXPECT_THAT(snapshot.apps, ElementsAre(Key(key("good"))));
}

INSTANTIATE_TEST_SUITE_P(
    Check, BrokenFile,
    testing::Values(
        Broken{"kind: App\nname: x\n  a: 1\n", "3:4: a ':' can't stand here; text that holds ': ' must be quoted"},
        Broken{"kind: App\n", "1:1: /name: name is missing"},
        Broken{"kind: App\nname: Blog_1\n", "2:7: /name: a name has lower-case letters, digits and hyphens only"},
        Broken{"kind: App\nname: 7\n", "2:7: /name: a name must be text"},
        Broken{"kind: App\nname: a\nenvironment: -x\n", "3:14: /environment: a name starts with a letter"},
        Broken{"name: x\n", "1:1: kind is missing: App, Stack or Objects"},
        Broken{"kind: Ap\nname: x\n", "1:7: /kind: there is no kind \"Ap\"; did you mean \"App\"?"},
        Broken{"- a\n", "1:1: kind is missing: App, Stack or Objects"}));

struct Misplaced {
    const char* path;
    const char* kind;
    const char* message;
};

class OtherKind : public testing::TestWithParam<Misplaced> {};

TEST_P(OtherKind, IsRefusedWithAReason) {
    Repository repository;
    repository.set(GetParam().path,
                   std::string("apiVersion: holdfast.dev/v1\nkind: ") + GetParam().kind + "\nname: x\n");
    EXPECT_THAT(texts(repository.check().diagnostics),
                ElementsAre(std::string(GetParam().path) + ":2:7: /kind: " + GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Check, OtherKind,
    testing::Values(Misplaced{"apps/x.yaml", "Stack", "kind Stack is not supported yet"},
                    Misplaced{"apps/x.yaml", "Objects", "kind Objects is not supported yet"},
                    Misplaced{"apps/x.yaml", "Environment", "an Environment belongs into environments/"},
                    Misplaced{"apps/x.yaml", "Platform", "a Platform belongs into holdfast.yaml"},
                    Misplaced{"environments/x.yaml", "App", "environments/ holds documents of kind Environment"}));

TEST(Check, KnowsWhichFilesAreManifests) {
    for (const auto* path :
         {"holdfast.yaml", "environments/a.yaml", "environments/a.yml", "apps/a.yaml", "apps/a/b/c.yml"})
        EXPECT_TRUE(is_manifest(path)) << path;
    for (const auto* path : {"README.md", "a.yaml", "apps/a.json", "environments/a/b.yaml", "sub/holdfast.yaml",
                             "templates/x.yaml", "apps/.sops.yaml", "apps", ""})
        EXPECT_FALSE(is_manifest(path)) << path;
}

TEST(Check, ReadsOnlyTheFileThatChanged) {
    Repository repository;
    repository.environment("staging");
    for (const auto* name : {"a", "b", "c"}) repository.app(name);
    const auto first = repository.check();
    EXPECT_THAT(repository.reads, SizeIs(5));
    const auto second = repository.check();
    EXPECT_THAT(repository.reads, IsEmpty());
    EXPECT_EQ(first.apps, second.apps) << "the very same objects";

    repository.app("b", "replicas: 2\n");
    const auto third = repository.check();
    EXPECT_THAT(repository.reads, ElementsAre("apps/b.yaml"));
    EXPECT_EQ(third.apps.at(key("a")), first.apps.at(key("a")));
    EXPECT_EQ(third.apps.at(key("b"))->replicas, 2U);
    EXPECT_NE(third.apps.at(key("b"))->content_hash, first.apps.at(key("b"))->content_hash);
}

TEST(Check, SaysTheSameAgainFromItsCache) {
    Repository repository;
    repository.app("a", "port: x\n")
        .app("b", "dependsOn: [c]\n")
        .set("apps/y.yaml", "kind: Ap\n")
        .environment("e", "x: 1\n");
    const auto first = repository.check();
    EXPECT_THAT(first.diagnostics, SizeIs(3)) << "b's dependency may be in the broken file";
    const auto second = repository.check();
    EXPECT_THAT(repository.reads, IsEmpty());
    EXPECT_EQ(first.diagnostics, second.diagnostics);
    EXPECT_EQ(first.invalid, second.invalid);
    EXPECT_EQ(first.broken_files, second.broken_files);
}

TEST(Check, ReadsAgainWhatChangedDefaultsConcern) {
    Repository repository;
    repository.environment("staging").environment("other");
    repository.app("a", "environment: staging\n").app("b", "environment: other\n");
    const auto before = repository.check();
    repository.environment("staging", "defaults: {replicas: 3}\n");
    const auto after = repository.check();
    EXPECT_THAT(repository.reads, ElementsAre("environments/staging.yaml", "apps/a.yaml"));
    EXPECT_EQ(after.apps.at({"staging", "a"})->replicas, 3U);
    EXPECT_EQ(after.apps.at({"other", "b"}), before.apps.at({"other", "b"}));
}

TEST(Check, SeesThatAConfigFileChanged) {
    Repository repository;
    repository.app("a", "configs: {/etc/a: conf/a}\n").app("b").set("conf/a", "one");
    const auto first = repository.check();
    const auto same = repository.check();
    EXPECT_EQ(first.apps, same.apps);
    EXPECT_THAT(repository.reads, ElementsAre("conf/a"));
    repository.set("conf/a", "two");
    const auto second = repository.check();
    EXPECT_EQ(second.apps.at(key("a"))->configs[0].content, "two");
    EXPECT_NE(second.apps.at(key("a"))->content_hash, first.apps.at(key("a"))->content_hash);
    EXPECT_EQ(second.apps.at(key("b")), first.apps.at(key("b")));
    repository.remove("conf/a");
    EXPECT_THAT(repository.check().invalid, ElementsAre(Key(key("a"))));
    repository.set("conf/a", "one");
    EXPECT_EQ(repository.check().apps.at(key("a"))->content_hash, first.apps.at(key("a"))->content_hash);
}

TEST(Check, RefusesAConfigThatNoEngineWouldHold) {
    Repository repository;
    repository.app("a", "configs: {/etc/a: big}\n").set("big", std::string(1024 * 1000 + 1, 'x'));
    EXPECT_THAT(texts(repository.check().diagnostics),
                ElementsAre("apps/a.yaml:5:19: /configs/~1etc~1a: big is larger than 1000 KiB"));
}

TEST(Check, ForgetsFilesThatAreGone) {
    Repository repository;
    repository.app("a").app("b");
    EXPECT_THAT(repository.check().apps, SizeIs(2));
    repository.remove("apps/a.yaml");
    EXPECT_THAT(repository.check().apps, SizeIs(1));
    repository.app("a");
    EXPECT_THAT(repository.check().apps, SizeIs(2));
    EXPECT_THAT(repository.reads, ElementsAre("apps/a.yaml"));
}

TEST(Check, HashesWhatAnAppMeansAndWhereItStands) {
    const auto hash = [](const std::string& more, const std::string& platform = "domain: example.org\n") {
        Repository repository;
        repository.platform(platform).app("a", more);
        return repository.check().apps.at(key("a"))->content_hash;
    };
    EXPECT_EQ(hash("port: 1\nreplicas: 2\n"), hash("# a note\nreplicas: 2\nport: 1\n"));
    EXPECT_NE(hash("port: 1\n"), hash("port: 2\n"));
    EXPECT_NE(hash("port: 1\n"), hash("port: 1\n", "domain: example.com\n")) << "its domain changed";
    EXPECT_EQ(hash("replicas: 2\n"), hash("", "domain: example.org\ndefaults: {replicas: 2}\n"));
}

TEST(Check, ReportsAFileThatCannotBeRead) {
    Checker checker;
    const File file{"apps/a.yaml", "id",
                    [] { return Result<std::string>(fail(ErrorCode::limit, "larger than 1 MiB")); }};
    const auto snapshot = checker.check({file}, {});
    EXPECT_THAT(texts(snapshot.diagnostics), testing::Contains("apps/a.yaml: larger than 1 MiB"));
    EXPECT_THAT(snapshot.broken_files, ElementsAre("apps/a.yaml"));
}

TEST(Check, StopsAtItsLimitOfDocuments) {
    Repository repository;
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "---\n" + Repository::app_text("a" + std::to_string(i), "");
    std::string more;
    for (int i = 0; i < 5000; ++i) more += "---\n" + Repository::app_text("b" + std::to_string(i), "");
    repository.set("apps/1.yaml", text).set("apps/2.yaml", more).app("z");
    const auto snapshot = repository.check();
    EXPECT_THAT(snapshot.apps, SizeIs(10'000));
    EXPECT_THAT(texts(snapshot.diagnostics),
                ElementsAre("apps/z.yaml: more than 10000 documents; this file and those after it are left out"));
    EXPECT_THAT(snapshot.broken_files, ElementsAre("apps/z.yaml"));
}

TEST(Check, OneFileThatAllAppsNameCountsForEach) {
    Repository repository;
    repository.set("big.txt", std::string(1'000'000, 'x'));
    std::string configs = "configs:\n";
    for (int i = 0; i < 40; ++i) configs += fmt::format("  /etc/{}: big.txt\n", i);
    repository.app("one", configs).app("two", configs);
    const auto snapshot = repository.check();
    EXPECT_TRUE(snapshot.apps.contains(key("one")));
    EXPECT_FALSE(snapshot.apps.contains(key("two")));
    EXPECT_THAT(texts(snapshot.diagnostics),
                testing::Contains(testing::HasSubstr("the config files of all apps together hold more than 64 MiB")));
}

TEST(Check, DefaultsAreSmallAsEveryAppGetsThem) {
    Repository repository;
    repository.platform("defaults: {env: {A: " + std::string(70'000, 'x') + "}}\n");
    const auto snapshot = repository.check();
    EXPECT_FALSE(snapshot.usable);
    EXPECT_THAT(texts(snapshot.diagnostics),
                testing::Contains(testing::HasSubstr("defaults hold at most 64 KiB, as every app gets them")));
}

}  // namespace
}  // namespace holdfast::manifest
