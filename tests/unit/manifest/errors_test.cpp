// What people read when they got something wrong, word for word.
#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Case {
    std::string more;                   ///< below apiVersion, kind, name and image: from line 5 on
    std::vector<std::string> messages;  ///< without `apps/blog.yaml:`
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.more;
}

class AppError : public testing::TestWithParam<Case> {};

TEST_P(AppError, SaysWhereAndWhatAndWhatWouldBeRight) {
    Repository repository;
    repository.app("blog", GetParam().more);
    const auto snapshot = repository.check();
    std::vector<std::string> expected;
    for (const auto& message : GetParam().messages) expected.push_back("apps/blog.yaml:" + message);
    EXPECT_EQ(texts(snapshot.diagnostics), expected);
    EXPECT_EQ(snapshot.apps.contains({"default", "blog"}), expected.empty());
    EXPECT_EQ(snapshot.invalid.contains({"default", "blog"}), !expected.empty());
    EXPECT_THAT(snapshot.broken_files, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    OfSchema, AppError,
    testing::Values(
        Case{"port: 70000\n", {"5:7: /port: 70000 is greater than 65535"}},
        Case{"port: 0\n", {"5:7: /port: 0 is less than 1"}},
        Case{"port: 80.5\n", {"5:7: /port: must be a whole number, not a number with a fraction"}},
        Case{"port: http\n", {"5:7: /port: must be a whole number, not text"}},
        Case{"replica: 3\n", {"5:1: /replica: unknown key; did you mean \"replicas\"?"}},
        Case{"zzzzzz: 3\n", {"5:1: /zzzzzz: unknown key"}},
        Case{"health: {pth: /}\n", {"5:10: /health/pth: unknown key; did you mean \"path\"?"}},
        Case{"env: {A: 1.10}\n",
             {"5:10: /env/A: must be text, a whole number, true or false or a mapping, not a number with a fraction; "
              "quote it"}},
        Case{"env: {A-B=: x}\n",
             {"5:7: /env/A-B=: \"A-B=\" is not right: a variable's name has letters, digits, _, . and -, and starts "
              "with "
              "a letter or _"}},
        Case{"update: {order: start}\n", {"5:17: /update/order: \"start\" is not one of start-first or stop-first"}},
        Case{"update: {onFailure: rolback}\n",
             {"5:21: /update/onFailure: \"rolback\" is not one of rollback, pause or continue; did you mean "
              "\"rollback\"?"}},
        Case{"source: {repo: https://a.b/c}\n", {"5:1: /source: image and source exclude each other"}},
        Case{"image2: x\nport: x\n",
             {"5:1: /image2: unknown key; did you mean \"image\"?", "6:7: /port: must be a whole number, not text"}},
        Case{"storage: {size: 11Gi}\n",
             {"5:17: /storage/size: \"11Gi\" is not right: a size is a whole number from 1Gi to 10Gi"}},
        Case{"resources: {memory: 5 GB}\n",
             {"5:21: /resources/memory: \"5 GB\" is not right: an amount of memory is written as 512Mi, 1Gi, 64M or a "
              "number of bytes"}},
        Case{"dependsOn: [a, b, a]\n", {"5:19: /dependsOn/2: \"a\" is here twice"}},
        Case{"ingress: {domains: []}\n", {"5:20: /ingress/domains: must not be empty"}},
        Case{"ingress: {domains: [Blog.example.org]}\n",
             {"5:21: /ingress/domains/0: \"Blog.example.org\" is not right: a domain has lower-case letters, digits, "
              "hyphens "
              "and dots, such as blog.example.org"}},
        Case{"command: {}\n", {"5:10: /command: must be text or a list, not a mapping"}},
        Case{"suspend: yes\n", {"5:10: /suspend: must be true or false, not text"}}));

INSTANTIATE_TEST_SUITE_P(
    OfMeaning, AppError,
    testing::Values(
        Case{"command: \"sh -c 'x\"\n", {"5:10: /command: a quote is not closed"}},
        Case{"health: {path: /, command: x}\nport: 80\n", {"5:9: /health: give path or command, not both"}},
        Case{"health: {path: /}\n", {"5:16: /health/path: a check by HTTP needs the app's port"}},
        Case{"health: {interval: 1d}\n",
             {"5:20: /health/interval: \"1d\" is not right: a duration is written as 500ms, 30s, 10m or 1h30m"}},
        Case{"ingress: {domains: [a.b]}\n", {"5:20: /ingress/domains: a public app needs a port"}},
        Case{"resources: {memory: 1Gi, reservations: {memory: 2Gi}}\n",
             {"5:49: /resources/reservations/memory: more is reserved than the limit allows"}},
        Case{"resources: {cpu: 0m}\n", {"5:18: /resources/cpu: \"0m\" must be more than nothing"}},
        Case{"security: {addCapabilities: [CAP_CHOWN]}\n",
             {"5:30: /security/addCapabilities/0: a capability is written as NET_BIND_SERVICE, without CAP_"}},
        Case{"secrets: {a: {external: x, as: env}}\n", {"5:32: /secrets/a/as: an external secret can only be a file"}},
        Case{"secrets: {a: {as: file}}\n", {"5:14: /secrets/a: give one of external, sops and age"}},
        Case{"configs: {/etc/x: ../x}\n",
             {"5:19: /configs/~1etc~1x: a path stays within its repository, without .. and .git"}},
        Case{"configs: {/etc/x: x.conf}\n", {"5:19: /configs/~1etc~1x: there is no file x.conf in this repository"}}));

INSTANTIATE_TEST_SUITE_P(
    OfWhatIsNotThereYet, AppError,
    testing::Values(Case{"secrets: {a: {sops: f, key: k}}\n", {"5:15: /secrets/a/sops: not supported yet on swarm"}},
                    Case{"secrets: {a: {age: f}}\n", {"5:15: /secrets/a/age: not supported yet on swarm"}},
                    Case{"env: {A: {from: x}}\n", {"5:11: /env/A/from: not supported yet on swarm"}},
                    Case{"storage: {class: fast}\n", {"5:11: /storage/class: not supported yet on swarm"}},
                    Case{"override: {kubernetes: {}}\n", {"5:12: /override/kubernetes: not supported yet on swarm"}}));

struct SourceCase {
    std::string source;
    std::string message;
};

void PrintTo(const SourceCase& c, std::ostream* out) {
    *out << c.source;
}

class SourceError : public testing::TestWithParam<SourceCase> {};

TEST_P(SourceError, IsToldWithoutRepeatingTheUrl) {
    Repository repository;
    repository.set("apps/a.yaml",
                   "apiVersion: holdfast.dev/v1\nkind: App\nname: a\nsource:\n  " + GetParam().source + "\n");
    const auto messages = texts(repository.check().diagnostics);
    if (GetParam().message.empty()) {
        EXPECT_THAT(messages, IsEmpty());
    } else {
        EXPECT_THAT(messages, ElementsAre("apps/a.yaml:" + GetParam().message));
    }
}

const std::string wanted = "a repository is https://host/path, ssh://git@host/path or git@host:path";
const std::string credentials = "credentials don't belong into a manifest; give them to the daemon in its own settings";
const std::string local = "local repositories are refused unless the daemon runs with --allow-local-sources";
const std::string no_ref = "git has no branches or tags of such a name";

INSTANTIATE_TEST_SUITE_P(
    Repository, SourceError,
    testing::Values(
        SourceCase{"repo: https://github.com/owner/app.git", ""}, SourceCase{"repo: ssh://git@host.example:22/app", ""},
        SourceCase{"repo: git@github.com:owner/app.git", ""},
        SourceCase{"repo: https://user:hunter2@host/app", "5:9: /source/repo: " + credentials},
        SourceCase{"repo: https://token@host/app", "5:9: /source/repo: " + credentials},
        SourceCase{"repo: ssh://git:pw@host/app", "5:9: /source/repo: " + credentials},
        SourceCase{"repo: https://host/app?token=x", "5:9: /source/repo: " + credentials},
        SourceCase{"repo: http://host/app", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: git://host/app", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: ext::sh -c id",
                   "5:9: /source/repo: a repository has no blanks, backslashes or control characters"},
        SourceCase{"repo: ext::id", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: --upload-pack=id", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: -oProxyCommand=id:x", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: ssh://-oProxyCommand=id/x", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: git@-oProxyCommand=id:x", "5:9: /source/repo: " + wanted},
        SourceCase{"repo: /srv/app", "5:9: /source/repo: " + local},
        SourceCase{"repo: file:///srv/app", "5:9: /source/repo: " + local},
        SourceCase{"repo: ../app", "5:9: /source/repo: " + local},
        SourceCase{"repo: app", "5:9: /source/repo: " + wanted},
        SourceCase{"{repo: git@h:x, branch: --x}", "5:27: /source/branch: " + no_ref},
        SourceCase{"{repo: git@h:x, branch: a..b}", "5:27: /source/branch: " + no_ref},
        SourceCase{"{repo: git@h:x, branch: feature/x}", ""},
        SourceCase{"{repo: git@h:x, branch: a, tag: b}", "5:30: /source/tag: give one of branch, tag and commit"},
        SourceCase{"{repo: git@h:x, path: ../y}",
                   "5:25: /source/path: a path stays within its repository, without .. and .git"},
        SourceCase{"{repo: git@h:x, dockerfile: /etc/passwd}",
                   "5:31: /source/dockerfile: a path in a repository is relative, without a / at its beginning"},
        SourceCase{
            "{repo: git@h:x, builder: nodejs}",
            "5:28: /source/builder: \"nodejs\" is not one of auto, dockerfile, nextjs, node, python or static; did "
            "you mean \"node\"?"}));

TEST(Source, MayBeLocalWhereTheDaemonAllowsIt) {
    ::holdfast::manifest::Repository repository;
    repository.options.allow_local_sources = true;
    repository.set("apps/a.yaml", "apiVersion: holdfast.dev/v1\nkind: App\nname: a\nsource: {repo: /srv/app, commit: " +
                                      std::string(40, 'a') + "}\n");
    const auto snapshot = repository.check();
    ASSERT_THAT(texts(snapshot.diagnostics), IsEmpty());
    EXPECT_EQ(snapshot.apps.at({"default", "a"})->source->ref, std::string(40, 'a'));
}

struct ImageCase {
    const char* image;
    const char* message;
};

class ImageReference : public testing::TestWithParam<ImageCase> {};

TEST_P(ImageReference, IsCheckedBeforeAnEngineSeesIt) {
    ::holdfast::manifest::Repository repository;
    repository.set("apps/a.yaml", std::string("apiVersion: holdfast.dev/v1\nkind: App\nname: a\nimage: \"") +
                                      GetParam().image + "\"\n");
    const auto messages = texts(repository.check().diagnostics);
    if (*GetParam().message == '\0') {
        EXPECT_THAT(messages, IsEmpty());
    } else {
        EXPECT_THAT(messages, ElementsAre(std::string("apps/a.yaml:4:8: /image: ") + GetParam().message));
    }
}

constexpr const char* image_shape = "an image is written as name:tag, host/path:tag or name@sha256:…";

INSTANTIATE_TEST_SUITE_P(
    App, ImageReference,
    testing::Values(ImageCase{"nginx", ""}, ImageCase{"localhost:5000/a/b:1.0_x", ""},
                    ImageCase{"ghcr.io/o/a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                              ""},
                    ImageCase{"Nginx", "an image's name is in lower case"}, ImageCase{"nginx:", image_shape},
                    ImageCase{"-nginx", image_shape}, ImageCase{"a b", image_shape}, ImageCase{"a//b", image_shape},
                    ImageCase{"a@sha256:12", image_shape}, ImageCase{"", "must not be empty"},
                    ImageCase{"https://a/b", image_shape}));

}  // namespace
}  // namespace holdfast::manifest
