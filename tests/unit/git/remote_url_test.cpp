#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "git/transport.hpp"

namespace holdfast::git {
namespace {

using testing::HasSubstr;

class Accepted : public testing::TestWithParam<const char*> {};

TEST_P(Accepted, IsKeptAsGiven) {
    const auto url = RemoteUrl::parse(GetParam(), false);
    ASSERT_TRUE(url) << url.error().message;
    EXPECT_EQ(url->str(), GetParam());
    EXPECT_FALSE(url->local());
}

INSTANTIATE_TEST_SUITE_P(RemoteUrl, Accepted,
                         testing::Values("https://example.org/team/config.git", "https://example.org:8443/config",
                                         "http://127.0.0.1:3000/a/b.git", "git://example.org/config.git",
                                         "ssh://git@example.org/config.git", "ssh://git@example.org:2222/~ada/config",
                                         "ssh://git@[::1]:22/config.git", "https://[2001:db8::1]:443/config",
                                         "git@example.org:team/config.git", "example.org:config.git"));

struct Refusal {
    const char* url;
    const char* why;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, SaysWhy) {
    const auto url = RemoteUrl::parse(GetParam().url, false);
    ASSERT_FALSE(url);
    EXPECT_EQ(url.error().code, ErrorCode::invalid);
    EXPECT_THAT(url.error().message, HasSubstr(GetParam().why));
}

INSTANTIATE_TEST_SUITE_P(
    RemoteUrl, Refused,
    testing::Values(
        Refusal{"", "empty"}, Refusal{"--upload-pack=touch /tmp/x", "hyphen"}, Refusal{"-oProxyCommand=x:y", "hyphen"},
        Refusal{"ext::sh -c x", "white space"}, Refusal{"ext::sh%20-c", "remote helpers"},
        Refusal{"fd::17", "remote helpers"}, Refusal{"https://example.org/a\nb", "white space or control"},
        Refusal{"ftp://example.org/a", "only https"}, Refusal{"HTTPS://example.org/a", "only https"},
        Refusal{"https://user@example.org/a", "must not hold"}, Refusal{"https://u:p@example.org/a", "must not hold"},
        Refusal{"ssh://u:p@example.org/a", "must not hold"}, Refusal{"https://good.org\\@evil.org/a", "must not hold"},
        Refusal{"ssh://-oProxyCommand=x/a", "host"}, Refusal{"ssh://-x@example.org/a", "user name"},
        Refusal{"git@-example.org:a", "host"}, Refusal{"-git@example.org:a", "hyphen"},
        Refusal{"git@example.org:-a", "no path"}, Refusal{"git@example.org:", "no path"},
        Refusal{"https://example.org", "no path"}, Refusal{"https://example.org/", "no path"},
        Refusal{"https://example.org:port/a", "host"}, Refusal{"https://*/a", "host"}, Refusal{"https:///a", "host"},
        Refusal{"config", "neither"}, Refusal{"./config:x", "neither"}, Refusal{"../config", "neither"},
        Refusal{"/srv/config.git", "local repositories"}, Refusal{"file:///srv/config.git", "local repositories"}));

TEST(RemoteUrl, LocalPathsAreForThoseWhoAllowThem) {
    for (const char* text : {"/srv/config.git", "file:///srv/config.git"}) {
        const auto url = RemoteUrl::parse(text, true);
        ASSERT_TRUE(url);
        EXPECT_TRUE(url->local());
    }
    EXPECT_FALSE(RemoteUrl::parse("config.git", true));
    EXPECT_FALSE(RemoteUrl::parse("file://host/srv/config.git", true));
}

TEST(RemoteUrl, ARefusalDoesNotRepeatThePassword) {
    const auto url = RemoteUrl::parse("https://ada:hunter2@example.org/a", false);
    ASSERT_FALSE(url);
    EXPECT_THAT(to_string(url.error()), testing::Not(HasSubstr("hunter2")));
}

TEST(RemoteUrl, HasALongestLength) {
    EXPECT_FALSE(RemoteUrl::parse("https://example.org/" + std::string(3000, 'a'), false));
}

}  // namespace
}  // namespace holdfast::git
