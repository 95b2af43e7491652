#include "manifest/check.hpp"

#include <gmock/gmock.h>

#include "repository.hpp"

namespace holdfast::manifest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Check, ReadsAPlainApp) {
    Repository repository;
    repository.app("blog", "port: 8080\nreplicas: 2\nenv: {A: x, B: 1, C: true}\n");
    const auto snapshot = repository.check();
    EXPECT_THAT(texts(snapshot.diagnostics), IsEmpty());
    EXPECT_TRUE(snapshot.usable);
    ASSERT_TRUE(snapshot.apps.contains({"default", "blog"}));
    const auto& app = *snapshot.apps.at({"default", "blog"});
    EXPECT_EQ(app.image, "web:1");
    EXPECT_EQ(app.port, 8080);
    EXPECT_EQ(app.replicas, 2U);
    EXPECT_THAT(app.env, ElementsAre(Pair("A", "x"), Pair("B", "1"), Pair("C", "true")));
    EXPECT_THAT(app.ingress.domains, ElementsAre("blog.example.org"));
    EXPECT_EQ(app.update.order, "start-first");
    EXPECT_EQ(app.file, "apps/blog.yaml");
    EXPECT_EQ(app.content_hash.size(), 64U);
}

}  // namespace
}  // namespace holdfast::manifest
