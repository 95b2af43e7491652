#include "target/swarm/registry_auth.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

TEST(RegistryOf, IsWhatLooksLikeAHostBeforeTheFirstSlash) {
    EXPECT_EQ(registry_of("busybox"), "docker.io");
    EXPECT_EQ(registry_of("library/busybox:1"), "docker.io");
    EXPECT_EQ(registry_of("localhost/app"), "localhost");
    EXPECT_EQ(registry_of("localhost:5000/base/busybox@sha256:0"), "localhost:5000");
    EXPECT_EQ(registry_of("registry.example.com/team/app"), "registry.example.com");
    EXPECT_EQ(registry_of("busybox:1.36"), "docker.io");
}

TEST(RegistryAuth, IsGivenOnlyToTheRegistryItIsFor) {
    RegistryCredentials credentials;
    credentials.emplace("registry.example.com", Secret("robot:pass:word?>"));
    EXPECT_TRUE(registry_auth(credentials, "busybox").empty());
    EXPECT_TRUE(registry_auth(credentials, "registry.example.com.evil.org/app").empty());
    // printf '{"username":"robot","password":"pass:word?>","serveraddress":"registry.example.com"}' | basenc
    // --base64url
    EXPECT_EQ(
        registry_auth(credentials, "registry.example.com/app:1").reveal(),
        "eyJ1c2VybmFtZSI6InJvYm90IiwicGFzc3dvcmQiOiJwYXNzOndvcmQ_PiIsInNlcnZlcmFkZHJlc3MiOiJyZWdpc3RyeS5leGFtcGxlLmNv"
        "bSJ9");
}

}  // namespace
}  // namespace holdfast::swarm
