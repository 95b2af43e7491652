// What apps are to run, where their sources are followed.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "holdfast.hpp"

namespace holdfast::app {
namespace {

/// A server that takes connections and never says a word.
class SilentServer {
  public:
    SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        if (::bind(socket_, generic, size) != 0 || ::listen(socket_, 16) != 0 ||
            ::getsockname(socket_, generic, &size) != 0)
            throw std::runtime_error("can't listen");
        port_ = ntohs(address.sin_port);
    }
    ~SilentServer() { ::close(socket_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    [[nodiscard]] std::string repository() const { return "https://127.0.0.1:" + std::to_string(port_) + "/app.git"; }

  private:
    int socket_;
    std::uint16_t port_ = 0;
};

class ImagesTest : public ReconcilerTest {
  protected:
    ImagesTest() {
        settings.allow_local_sources = true;
        holdfast.reset();
        holdfast = std::make_unique<Holdfast>(settings);
    }

    static std::string built(const std::string& name, const std::string& repository) {
        return "apiVersion: holdfast.dev/v1\nkind: App\nname: " + name + "\nsource: {repo: '" + repository + "'}\n";
    }
    [[nodiscard]] std::string commit_of(const std::string& name) const {
        const auto found = holdfast->images.images().find({"default", name});
        return found == holdfast->images.images().end() ? std::string() : found->second.commit.str();
    }

    git::test::TempFolder sources;
    git::test::Origin source{sources.path()};
};

TEST_F(ImagesTest, ASourceThatHangsKeepsUpNoOther) {
    const SilentServer silent;
    const auto first = source.publish({{"index.html", "one"}});
    push({{"holdfast.yaml", platform()},
          {"apps/blog.yaml", built("blog", source.bare().string())},
          {"apps/silent.yaml", built("silent", silent.repository())}});
    holdfast->pass();
    holdfast->until([&] { return commit_of("blog") == first.str(); });

    const auto second = source.publish({{"index.html", "two"}});
    holdfast->images.look_now();
    holdfast->until([&] { return commit_of("blog") == second.str(); });
    holdfast->pass();
    EXPECT_EQ(holdfast->phase("blog"), "rolling_out");
    EXPECT_EQ(holdfast->phase("silent"), "pending");
}

TEST_F(ImagesTest, AnAppKeepsWhatItRanUntilItsSourceIsBuilt) {
    deploy(two_apps());
    const auto head = source.publish({{"index.html", "one"}});
    push({{"apps/blog.yaml", built("blog", source.bare().string())}});
    holdfast->pass();
    EXPECT_EQ(holdfast->image("blog"), "blog:1");
    holdfast->until([&] { return commit_of("blog") == head.str(); });
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "localhost:5000/default/blog:" + head.str());

    deploy({{"apps/blog.yaml", app("blog", "blog:2")}});
    EXPECT_EQ(holdfast->image("blog"), "blog:2");
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

TEST_F(ImagesTest, ASourceWhoseBranchVanishedLeavesTheAppRunningAndSaysSo) {
    const auto head = source.publish({{"index.html", "one"}});
    push({{"holdfast.yaml", platform()}, {"apps/blog.yaml", built("blog", source.bare().string())}});
    holdfast->pass();
    holdfast->until([&] { return commit_of("blog") == head.str(); });
    holdfast->converge();
    git::test::git(source.bare(), {"update-ref", "-d", "refs/heads/main"});
    holdfast->images.look_now();
    holdfast->until([&] { return holdfast->images.progress({"default", "blog"}).has_value(); });
    holdfast->converge();
    EXPECT_EQ(holdfast->image("blog"), "localhost:5000/default/blog:" + head.str());
    EXPECT_EQ(holdfast->phase("blog"), "live");
    EXPECT_EQ(holdfast->app("blog").sync, status::Sync::unknown);
    EXPECT_THAT(holdfast->app("blog").reason, testing::HasSubstr("the repository has no refs/heads/main"));

    const auto next = source.publish({{"index.html", "two"}});
    holdfast->images.look_now();
    holdfast->until([&] { return commit_of("blog") == next.str(); });
    holdfast->converge();
    EXPECT_EQ(holdfast->phase("blog"), "live");
}

}  // namespace
}  // namespace holdfast::app
