#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/http.hpp"
#include "net/task.hpp"

namespace holdfast::net {

/// Where an HTTP server listens: a unix socket or a TCP address.
struct Endpoint {
    std::string unix_path;  ///< empty for TCP
    std::string host;
    std::uint16_t port = 0;

    /// Reads `unix:///run/docker.sock`, `tcp://host:port` and `http://host:port`.
    static Result<Endpoint> parse(std::string_view url);
    [[nodiscard]] std::string str() const;
};

struct CallLimits {
    std::chrono::milliseconds deadline{30'000};
    std::size_t body_limit = std::size_t{64} << 20U;
};

/// Gives the next piece of a request body, or an empty string at its end; awaited, so that a piece may be made on the
/// pool (`Runtime::offload`) while the loop goes on. The call owns the function and awaits one piece at a time.
using BodySource = std::function<Task<Result<std::string>>()>;
/// Takes a piece of a response body as it arrives; false ends the call.
using BodySink = std::function<bool(std::string_view)>;

/// HTTP/1.1 over kept-alive connections to one endpoint. A call takes an idle connection, opens one while fewer than
/// `connections` are open, or waits its turn. A kept connection that turns out to be closed before a byte of the
/// response is tried once more on a new one. Any status is a Response; an Error means there was none. Loop thread only.
class HttpClient {
  public:
    HttpClient(Executor executor, Endpoint endpoint, std::size_t connections = 8);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    Task<Result<Response>> call(Request request, CallLimits limits = {});

    /// A call on a connection of its own whose response body goes to `sink` piece by piece (the Response's body stays
    /// empty, except for a status of 400 and above, whose body is collected, cut at 1 MiB). A sink that says no ends
    /// the call, which returns what there is. `source`, where given, is sent as the request's body in chunks. `idle` is
    /// the longest silence while nothing is sent or received; 0 waits for ever, as a `deadline` of 0 does.
    Task<Result<Response>> stream(Request request, BodySink sink, BodySource source = {},
                                  std::chrono::milliseconds deadline = std::chrono::milliseconds{0},
                                  std::chrono::milliseconds idle = std::chrono::milliseconds{0});

    [[nodiscard]] const Endpoint& endpoint() const;
    /// Requests sent so far, by method: tests prove with it that a tick with nothing changed costs nothing.
    [[nodiscard]] std::uint64_t calls(std::string_view method) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
