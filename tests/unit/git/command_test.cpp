#include "git/command.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::git {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

RemoteUrl url(const char* text, bool local = false) {
    return *RemoteUrl::parse(text, local);
}

net::ProcessSpec command(const TransportOptions& options, const RemoteUrl& remote) {
    return *git_command(options, &remote, "/srv/mirror", {"fetch", "--", remote.str()});
}

std::string variable(const net::ProcessSpec& spec, std::string_view name) {
    for (const auto& [key, value] : spec.environment)
        if (key == name) return value;
    return "unset";
}

TEST(GitCommand, InheritsNothingButThePath) {
    ::setenv("GIT_EXTERNAL_DIFF", "evil", 1);
    ::setenv("LD_PRELOAD_NOT", "evil", 1);
    const auto spec = command({}, url("https://example.org/a"));
    EXPECT_THAT(spec.environment, Each(Not(Pair(testing::_, "evil"))));
    EXPECT_EQ(variable(spec, "GIT_CONFIG_GLOBAL"), "/dev/null");
    EXPECT_EQ(variable(spec, "GIT_TERMINAL_PROMPT"), "0");
    EXPECT_EQ(variable(spec, "GIT_DIR"), "/srv/mirror");
}

TEST(GitCommand, AllowsOnlyTheProtocolsOfTheRemote) {
    EXPECT_EQ(variable(command({}, url("https://example.org/a")), "GIT_ALLOW_PROTOCOL"), "https:http:ssh:git");
    EXPECT_EQ(variable(command({}, url("/srv/a", true)), "GIT_ALLOW_PROTOCOL"), "file");
}

TEST(GitCommand, GivesTheTokenToItsHostAloneAndNeverInTheArguments) {
    TransportOptions options;
    options.https_token = Secret("s3cret\n");
    options.https_token_host = "example.org";
    const std::string header = "Authorization: Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0";
    const auto spec = command(options, url("https://example.org/a"));
    EXPECT_THAT(spec.environment, Contains(Pair(testing::_, header)));
    EXPECT_THAT(spec.environment, Contains(Pair(testing::_, "http.https://example.org/.extraHeader")));
    EXPECT_THAT(spec.environment, Contains(Pair(testing::_, "http.followRedirects")));
    EXPECT_THAT(spec.arguments, Each(Not(HasSubstr("Basic"))));
    for (const char* other : {"https://example.org.evil.net/a", "http://example.org/a", "https://evil.net/example.org/",
                              "https://example.org:8443/a", "git@example.org:a"})
        EXPECT_THAT(command(options, url(other)).environment, Each(Not(Pair(testing::_, header)))) << other;
}

TEST(GitCommand, MasksTheTokenInWhatAServerSendsBack) {
    TransportOptions options;
    options.https_token = Secret("s3cret");
    EXPECT_EQ(without_token("a s3cret b eC1hY2Nlc3MtdG9rZW46czNjcmV0 c", options), "a *** b *** c");
    options.https_token = Secret("*");
    EXPECT_EQ(without_token("**", options), "******");
}

TEST(GitCommand, QuotesThePathsOfTheSshLine) {
    TransportOptions options;
    options.ssh_key = "/etc/hold fast/key";
    options.known_hosts = "/etc/hold fast/known";
    const auto ssh = variable(command(options, url("git@example.org:a")), "GIT_SSH_COMMAND");
    EXPECT_THAT(ssh, HasSubstr(" -i '/etc/hold fast/key' -o IdentitiesOnly=yes"));
    EXPECT_THAT(ssh, HasSubstr(" -o 'UserKnownHostsFile=\"/etc/hold fast/known\"'"));
    EXPECT_THAT(ssh, HasSubstr("StrictHostKeyChecking=yes"));
}

TEST(GitCommand, RefusesPathsThatAShellOrSshWouldInterpret) {
    for (const char* path : {"/a'b", "/a\"b", "/a$(b)", "/a%h", "/a\\b", "/a\nb", "relative"}) {
        TransportOptions options;
        options.ssh_key = path;
        const RemoteUrl remote = url("git@example.org:a");
        EXPECT_FALSE(git_command(options, &remote, "", {"fetch"})) << path;
    }
}

TEST(GitCommand, PassesTheAgentOnOnlyWithoutAKey) {
    ::setenv("SSH_AUTH_SOCK", "/run/agent", 1);
    EXPECT_EQ(variable(command({}, url("git@example.org:a")), "SSH_AUTH_SOCK"), "/run/agent");
    TransportOptions options;
    options.ssh_key = "/etc/key";
    EXPECT_THAT(command(options, url("git@example.org:a")).environment, Not(Contains(Key("SSH_AUTH_SOCK"))));
}

}  // namespace
}  // namespace holdfast::git
