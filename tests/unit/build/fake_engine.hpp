#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/base64.hpp"
#include "core/json.hpp"
#include "net/http_server.hpp"
#include "net/runtime.hpp"

namespace holdfast::build {

/// Speaks as much of the Engine API as builds need, and says what a test tells it to: for what a real engine can't be
/// made to do at a chosen instant.
class FakeEngine {
  public:
    explicit FakeEngine(net::Runtime& runtime)
        : released(runtime.executor()),
          server_(
              runtime.executor(), {.port = 0}, [](const net::Request&) { return std::size_t{1} << 20U; },
              [this](net::Request request) { return answer(std::move(request)); }) {
        server_.start().value();
    }

    [[nodiscard]] net::Endpoint endpoint() const { return {.host = "127.0.0.1", .port = server_.port()}; }
    /// The targets of the requests whose target has `part` in it, in order.
    [[nodiscard]] std::vector<std::string> asked(std::string_view part) const {
        std::vector<std::string> result;
        for (const auto& target : targets)
            if (target.find(part) != std::string::npos) result.push_back(target);
        return result;
    }
    static Digest digest(char c) { return Digest::parse("sha256:" + std::string(64, c)).value(); }

    std::string build_output = "{\"stream\":\"made\\n\"}\n{\"aux\":{\"ID\":\"sha256:1\"}}\n";
    std::string push_output = "{\"aux\":{\"Digest\":\"" + digest('a').str() + "\"}}\n";
    net::Response look_up{.status = 404, .body = R"({"message":"manifest unknown"})"};
    std::vector<net::Header> ping{{"Api-Version", "1.41"}};
    bool hold_builds = false;  ///< a build's answer waits for `released`
    net::Wake released;
    int building = 0;
    int most_building = 0;
    std::vector<std::string> targets;
    std::vector<std::string> contexts;
    std::vector<std::string> logins;  ///< what registries would be given, decoded

  private:
    net::Task<net::Reply> answer(net::Request request) {
        targets.push_back(request.target);
        if (const auto login = net::header(request.headers, "X-Registry-Auth"); !login.empty())
            logins.push_back(from_base64(login).value());
        const auto path = std::string(net::path_of(request.target));
        if (path == "/_ping") co_return net::Reply{{.headers = ping}};
        if (path.find("/distribution/") != std::string::npos) co_return net::Reply{look_up};
        if (path.ends_with("/push")) co_return net::Reply{{.body = push_output}};
        if (!path.ends_with("/build")) co_return net::Reply{{.body = "[]"}};
        contexts.push_back(request.body);
        most_building = std::max(most_building, ++building);
        if (hold_builds) co_await released.wait(std::chrono::seconds{20});
        --building;
        co_return net::Reply{{.body = build_output}};
    }

    net::HttpServer server_;
};

}  // namespace holdfast::build
