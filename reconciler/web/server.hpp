#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "net/http_server.hpp"
#include "net/task.hpp"
#include "status/board.hpp"
#include "web/hook.hpp"
#include "web/metrics.hpp"

namespace holdfast::web {

/// What is shown, asked for only when somebody looks. All are called on the loop's thread.
struct Views {
    std::function<std::shared_ptr<const status::Board>()> board;
    std::function<Result<std::string>(std::string_view id)> build_log;
    std::function<net::Task<Result<std::string>>(AppKey app, unsigned lines)> logs;
    std::function<std::string()> plan_json;
    std::function<Counters()> counters;
    std::function<void(Hook)> on_hook;
    std::function<Time()> now;
};

struct Options {
    /// Anything but a loopback address shows an anonymous reader nothing but whether Holdfast is healthy.
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  ///< 0 takes a free one
    Secret webhook_secret;      ///< empty: webhooks are answered with 503
};

/// The HTTP side of Holdfast. Loop thread only.
class Server {
  public:
    Server(net::Executor executor, Options options, Views views);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    Result<void> start();
    [[nodiscard]] std::uint16_t port() const;
    /// The board changed: readers of the event stream are told. Costs nothing where there is none.
    void publish();
    void stop();

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
    net::HttpServer http_;
};

}  // namespace holdfast::web
