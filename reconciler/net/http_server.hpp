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

/// What a streaming response is written with. `write` waits while the reader is slow; false means that the reader is
/// gone.
class ResponseWriter {
  public:
    virtual ~ResponseWriter() = default;
    virtual Task<bool> write(std::string_view piece) = 0;
};

/// A response, whole or (where `stream` is set) with a body that is written while it lasts, as for server-sent events.
struct Reply {
    Response response;
    std::function<Task<void>(ResponseWriter&)> stream;
};

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;                          ///< 0 takes a free one
    std::size_t header_limit = std::size_t{64} << 10U;  ///< bytes; more is 431
    std::size_t connections = 512;                      ///< more are answered with 503 and closed
    std::size_t bodies_limit = std::size_t{64} << 20U;  ///< bytes of all bodies on their way in; more is 503
    std::chrono::milliseconds header_deadline{10'000};  ///< to send the headers
    std::chrono::milliseconds body_deadline{10'000};    ///< to send the body
    std::chrono::milliseconds idle{60'000};             ///< a kept connection without a request
};

/// A request before its body was read: how many bytes of body may follow (more is answered with 413, unread).
using BodyLimit = std::function<std::size_t(const Request& head)>;
using Handler = std::function<Task<Reply>(Request)>;

/// HTTP/1.1 server. The handler is a coroutine on the loop's thread; an exception out of it is answered with 500.
class HttpServer {
  public:
    HttpServer(Executor executor, ServerOptions options, BodyLimit body_limit, Handler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds and starts to accept; the error names the address that is taken.
    Result<void> start();
    void stop();
    [[nodiscard]] std::uint16_t port() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
