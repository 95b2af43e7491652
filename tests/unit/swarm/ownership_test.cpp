#include "target/swarm/spec/ownership.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

TEST(Ownership, IsWrittenToTheObjectAndReadBack) {
    json::value spec{
        {"Name", "x"}, {"Labels", {{"other", "kept"}}}, {"TaskTemplate", {{"ContainerSpec", json::object{}}}}};
    own(spec, {.instance = "one", .environment = "default", .app = "default/blog", .file = "apps/blog.yaml"});
    const auto owner = owner_of(spec);
    EXPECT_EQ(owner.instance, "one");
    EXPECT_EQ(owner.environment, "default");
    EXPECT_EQ(owner.app, "default/blog");
    EXPECT_EQ(owner.file, "apps/blog.yaml");
    EXPECT_EQ(*find_pointer(spec, "/Labels/other"), "kept");
    EXPECT_EQ(canonical(spec.at("TaskTemplate")), R"({"ContainerSpec":{}})")
        << "a label on the task template restarts tasks";
}

TEST(Ownership, OfOthersIsNobody) {
    EXPECT_EQ(owner_of({{"Name", "x"}}).instance, "");
    EXPECT_EQ(owner_of({{"Labels", nullptr}}).instance, "");
    EXPECT_EQ(owner_of({{"Labels", {{"a", "b"}}}}).instance, "");
}

}  // namespace
}  // namespace holdfast::swarm
