#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"
#include "net/http_client.hpp"
#include "target/swarm/api_version.hpp"
#include "target/target.hpp"

namespace holdfast::swarm {

/// The Docker Engine API (https://docs.docker.com/reference/api/engine/) over kept-alive connections: JSON in and out,
/// the version negotiated, errors typed (engine_error.hpp). Paths are below the version: `/services?status=true`. Loop
/// thread only.
class Engine {
  public:
    Engine(net::Executor executor, net::Endpoint endpoint, std::size_t connections);

    net::Task<Result<json::value>> get(std::string path);
    /// Gives each object of a list to `on_item` as it arrives, so that long lists are never in memory at once.
    net::Task<Result<void>> list(std::string path, std::function<void(const json::value&)> on_item);
    net::Task<Result<json::value>> post(std::string path, std::string body, std::vector<net::Header> headers = {});
    net::Task<Result<void>> remove(std::string path);
    /// Raw bytes to `sink` as they come, for logs and events; a `deadline` of 0 waits for ever.
    net::Task<Result<void>> stream(std::string path, net::BodySink sink, std::chrono::milliseconds deadline);

    /// Asks the engine who it is, once; again after `forget`. Every call does so by itself.
    net::Task<Result<void>> greet();
    /// The engine went away: another version may come back.
    void forget() { prefix_.clear(); }
    /// The engine's clock at the greeting, in seconds since 1970; 0 where it didn't say.
    [[nodiscard]] std::int64_t greeted_at() const { return greeted_at_; }

    [[nodiscard]] target::Target::Calls calls() const { return calls_; }

  private:
    net::Task<Result<net::Response>> send(net::Request request);

    net::HttpClient client_;
    std::string prefix_;  ///< `/v1.41` once negotiated
    std::int64_t greeted_at_ = 0;
    target::Target::Calls calls_;
};

/// A `filters` query value, percent-encoded: `{"label": ["a=b"]}`.
[[nodiscard]] std::string filters(const json::object& terms);

/// An HTTP date (RFC 9110, `Sat, 21 Nov 2026 09:15:33 GMT`) as seconds since 1970, or 0 where it is none.
[[nodiscard]] std::int64_t seconds_of_http_date(std::string_view date);

}  // namespace holdfast::swarm
