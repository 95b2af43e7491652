#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "git/mirror.hpp"
#include "support.hpp"

/// The same jobs through real servers: git daemon, smart http with TLS, sshd, and one that never answers.
namespace holdfast::git {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::git;
using test::main_branch;
using test::notes_ref;
using test::Origin;
using test::run;
using test::Server;
using test::TempFolder;
using testing::HasSubstr;
using testing::Not;

const std::string lib = HOLDFAST_SOURCE_DIR "/tests/lib";
const std::string python = "/usr/bin/python3";

class ServersTest : public testing::Test {
  protected:
    ServersTest() { origin_.publish({{"a", "1"}}); }

    /// A mirror with whatever `options_` says by now.
    Mirror mirror(const std::string& url, unsigned depth = 0) {
        return {folder_ / "mirror.git", *RemoteUrl::parse(url, false), Transport(options_), depth};
    }
    Result<CommitId> fetch(const std::string& url, unsigned depth = 0) {
        auto copy = mirror(url, depth);
        return runtime_.complete(copy.fetch(main_branch));
    }
    /// Polls, fetches, sees a change and writes a note: the whole life of a remote.
    void follow(const std::string& url, bool writable = true) {
        auto copy = mirror(url);
        const auto seen = runtime_.complete(copy.remote(main_branch));
        ASSERT_TRUE(seen) << seen.error().message;
        EXPECT_EQ(runtime_.complete(copy.fetch(main_branch)), seen);
        const auto next = origin_.publish({{"a", "2"}});
        EXPECT_EQ(runtime_.complete(copy.remote(main_branch)), next);
        EXPECT_EQ(runtime_.complete(copy.fetch(main_branch)), next);
        const auto written =
            runtime_.complete(copy.publish_note(notes_ref, next, [](const auto&) { return "live"; }, {}));
        if (writable) {
            ASSERT_TRUE(written) << written.error().message;
            EXPECT_EQ(origin_.note(next), "live");
        } else {
            EXPECT_EQ(written.error().code, ErrorCode::denied) << written.error().message;
        }
    }

    net::Runtime runtime_;
    TempFolder folder_;
    Origin origin_{folder_.path(), "config"};
    TransportOptions options_ = options_in(folder_);
};

class GitDaemon : public ServersTest {
  protected:
    [[nodiscard]] std::string url(const std::string& name) const {
        return "git://127.0.0.1:" + std::to_string(server_.port()) + "/" + name;
    }

    Server server_{{python, lib + "/inetd.py", "git", "daemon", "--inetd", "--export-all",
                    "--base-path=" + folder_.path().string(), folder_.path().string()}};
};

TEST_F(GitDaemon, IsFollowedAndMayRefuseNotes) {
    follow(url("config.git"), false);
}

TEST_F(GitDaemon, TellsAMissingRepository) {
    EXPECT_EQ(fetch(url("nothing.git")).error().code, ErrorCode::not_found);
}

TEST_F(GitDaemon, GivesTheNewestCommitAlone) {
    origin_.publish({{"a", "2"}});
    EXPECT_TRUE(fetch(url("config.git"), 1));
    EXPECT_EQ(git(folder_ / "mirror.git", {"rev-list", "--all", "--count"}), "1");
}

class Https : public ServersTest {
  protected:
    Https() {
        options_.https_ca = folder_ / "cert.pem";
        options_.https_token = Secret("s3cret");
    }

    /// A server with a certificate of its own that asks for the token.
    std::unique_ptr<Server> serve(std::vector<std::string> more = {}) const {
        run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", (folder_ / "key.pem").string(), "-out",
             (folder_ / "cert.pem").string()});
        std::vector<std::string> arguments{python,
                                           lib + "/git_http.py",
                                           folder_.path().string(),
                                           "--certificate",
                                           (folder_ / "cert.pem").string(),
                                           "--key",
                                           (folder_ / "key.pem").string(),
                                           "--user",
                                           "x-access-token",
                                           "--password",
                                           "s3cret"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return std::make_unique<Server>(arguments);
    }
    static std::string host(const Server& server) { return "localhost:" + std::to_string(server.port()); }
};

TEST_F(Https, IsFollowedWithAToken) {
    const auto server = serve();
    options_.https_token_host = host(*server);
    follow("https://" + host(*server) + "/config.git");
}

TEST_F(Https, IsDeniedWithoutTheTokenOrWithAWrongOne) {
    const auto server = serve();
    const auto without = fetch("https://" + host(*server) + "/config.git");
    EXPECT_EQ(without.error().code, ErrorCode::denied) << without.error().message;
    options_.https_token_host = host(*server);
    options_.https_token = Secret("wr0ng");
    const auto wrong = fetch("https://" + host(*server) + "/config.git");
    EXPECT_EQ(wrong.error().code, ErrorCode::denied) << wrong.error().message;
    EXPECT_THAT(to_string(wrong.error()), Not(HasSubstr("wr0ng")));
}

TEST_F(Https, TheTokenIsNotSentAlongARedirection) {
    const auto target = serve();
    const auto server = serve({"--redirect-to", "https://" + host(*target)});
    options_.https_token_host = host(*server);
    const auto fetched = fetch("https://" + host(*server) + "/config.git");
    ASSERT_FALSE(fetched);
    EXPECT_THAT(fetched.error().message, HasSubstr("has moved"));
}

TEST_F(Https, AnUnknownAuthorityIsRefused) {
    const auto server = serve();
    options_.https_ca.clear();
    const auto fetched = fetch("https://" + host(*server) + "/config.git");
    EXPECT_EQ(fetched.error().code, ErrorCode::denied) << fetched.error().message;
}

TEST_F(ServersTest, HttpIsFollowed) {
    const Server server({python, lib + "/git_http.py", folder_.path().string()});
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
    follow(url + "/config.git", false);
    EXPECT_EQ(fetch(url + "/nothing.git").error().code, ErrorCode::not_found);
}

TEST_F(ServersTest, ACommitIsFoundInTheBranchesWhereItIsNotGivenById) {
    const auto first = origin_.publish({{"a", "2"}});
    origin_.publish({{"a", "3"}});
    const Server server({python, lib + "/git_http.py", folder_.path().string(), "--old"});
    const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/config.git";
    const Transport transport(options_);
    ASSERT_TRUE(runtime_.complete(transport.init_bare(folder_ / "probe")));
    const auto refused = runtime_.complete(
        transport.fetch(folder_ / "probe", *RemoteUrl::parse(url, false), {"+" + first.str() + ":refs/x"}, 1));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("unadvertised object"));
    auto copy = mirror(url, 1);
    EXPECT_EQ(runtime_.complete(copy.fetch(first.str())), first);
    EXPECT_TRUE(copy.open()->tree(first, "", 10));
    EXPECT_EQ(runtime_.complete(copy.fetch(std::string(40, '1'))).error().code, ErrorCode::not_found);
}

class Ssh : public ServersTest {
  protected:
    Ssh() {
        for (const char* key : {"host", "user"})
            run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder_ / key).string()});
        fs::copy(folder_ / "user.pub", folder_ / "authorized");
        test::write(folder_ / "sshd_config",
                    "HostKey " + (folder_ / "host").string() + "\nAuthorizedKeysFile " +
                        (folder_ / "authorized").string() +
                        "\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPidFile none\nLogLevel QUIET\n");
        fs::create_directories("/run/sshd");
        server_ = std::make_unique<Server>(std::vector<std::string>{python, lib + "/inetd.py", "/usr/sbin/sshd", "-i",
                                                                    "-f", (folder_ / "sshd_config").string()});
        known_hosts_ = "[127.0.0.1]:" + std::to_string(server_->port()) + " " +
                       run({"cat", (folder_ / "host.pub").string()}) + "\n";
        options_.ssh_key = folder_ / "user";
        options_.known_hosts = folder_ / "known hosts";
        test::write(options_.known_hosts, known_hosts_);
    }

    [[nodiscard]] std::string url() const {
        return "ssh://" + run({"id", "-un"}) + "@127.0.0.1:" + std::to_string(server_->port()) +
               origin_.bare().string();
    }

    std::unique_ptr<Server> server_;
    std::string known_hosts_;
};

TEST_F(Ssh, IsFollowedWithAKey) {
    follow(url());
}

TEST_F(Ssh, AnUnknownHostIsRefused) {
    test::write(options_.known_hosts, "");
    const auto fetched = fetch(url());
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::denied);
    EXPECT_THAT(fetched.error().message, HasSubstr("host key is known for"));
}

TEST_F(Ssh, AHostWithAnotherKeyIsRefused) {
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", (folder_ / "other").string()});
    const std::string other = run({"cat", (folder_ / "other.pub").string()});
    test::write(options_.known_hosts, "[127.0.0.1]:" + std::to_string(server_->port()) + " " + other + "\n");
    EXPECT_EQ(fetch(url()).error().code, ErrorCode::denied);
}

TEST_F(Ssh, AKeyThatIsNotLetInIsDenied) {
    test::write(folder_ / "authorized", "");
    const auto fetched = fetch(url());
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::denied);
    EXPECT_THAT(fetched.error().message, HasSubstr("Permission denied"));
}

/// A port that takes connections and never says a word.
class Silent : public ServersTest {
  protected:
    Silent() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(socket_, 16), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = std::to_string(::ntohs(address.sin_port));
        options_.fetch_deadline = options_.ls_remote_deadline = 100ms;
    }
    ~Silent() override { ::close(socket_); }

    void close_port() { ::close(std::exchange(socket_, -1)); }

    int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string port_;
};

TEST_F(Silent, IsGivenUpAtTheDeadlineAndTriedAgain) {
    for (const char* scheme : {"git", "http", "https", "ssh"}) {
        const std::string url = std::string(scheme) + "://127.0.0.1:" + port_ + "/config.git";
        auto copy = mirror(url);
        for (int i = 0; i < 2; ++i) {
            EXPECT_EQ(runtime_.complete(copy.remote(main_branch)).error().code, ErrorCode::timeout) << url;
            EXPECT_EQ(runtime_.complete(copy.fetch(main_branch)).error().code, ErrorCode::timeout) << url;
        }
    }
}

TEST_F(Silent, APortWithNobodyBehindItIsUnavailable) {
    close_port();
    options_.fetch_deadline = 30s;
    for (const char* scheme : {"git", "http", "https", "ssh"}) {
        const auto fetched = fetch(std::string(scheme) + "://127.0.0.1:" + port_ + "/config.git");
        ASSERT_FALSE(fetched);
        EXPECT_EQ(fetched.error().code, ErrorCode::unavailable) << fetched.error().message;
        EXPECT_EQ(fetched.error().retry, Retry::later);
    }
}

}  // namespace
}  // namespace holdfast::git
