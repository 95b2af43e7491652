#pragma once

#include <cstddef>
#include <variant>

#include "core/ids.hpp"
#include "net/http.hpp"
#include "web/cache.hpp"
#include "web/hooks.hpp"
#include "web/server.hpp"

namespace holdfast::web {

/// The answer takes a look at the running app, which takes time.
struct WantsLogs {
    AppKey app;
    unsigned lines = 0;
};
/// The answer goes on for as long as the reader listens.
struct WantsEvents {};

using Answer = std::variant<net::Response, WantsLogs, WantsEvents>;

/// Which request is answered with what. All of HTTP's rules are here and nothing waits, so that every one is tested by
/// a call.
class Routes {
  public:
    Routes(const Options& options, Views views);

    [[nodiscard]] Answer answer(const net::Request& request);
    /// How many bytes of body may follow this head.
    [[nodiscard]] std::size_t body_limit(const net::Request& head) const;
    /// The board changed: what was made of the old one may go.
    void published() { cache_.drop(); }

  private:
    [[nodiscard]] Answer answer_read(const net::Request& request);
    [[nodiscard]] Answer answer_app(const net::Request& request, const std::vector<std::string>& segments);
    [[nodiscard]] net::Response ready() const;
    [[nodiscard]] net::Response cached(Cache::Make make);
    [[nodiscard]] net::Response revision(std::string_view id) const;
    [[nodiscard]] Answer logs(const net::Request& request, const AppKey& app) const;
    [[nodiscard]] net::Response build_log(std::string_view id) const;
    [[nodiscard]] std::shared_ptr<const status::Board> board() const;

    bool loopback_;
    Views views_;
    Cache cache_;
    Hooks hooks_;
};

}  // namespace holdfast::web
