#pragma once

#include <expected>
#include <memory>

#include <boost/asio/cancellation_signal.hpp>

#include "net/connection.hpp"
#include "net/http_server.hpp"

/// One connection of the server. Private to net/.
namespace holdfast::net {

/// What all sessions of a server share; outlives the server while one of them is under way.
struct Service {
    ServerOptions options;
    BodyLimit body_limit;
    Handler handler;
    bool stopping = false;
    std::size_t arriving = 0;  ///< bytes of the bodies that are on their way in
};

/// Answers one request after the other until either side has had enough.
class Session {
  public:
    Session(const Executor& executor, std::shared_ptr<Service> service)
        : connection(std::make_shared<Connection>(executor)), service_(std::move(service)) {}

    Task<void> serve();
    /// Lets a request that is being answered be answered, and closes what waits or streams.
    void wind_up();

    const std::shared_ptr<Connection> connection;
    asio::cancellation_signal cancellation;

  private:
    enum class Phase { waiting, answering, streaming };

    /// A request that was read, or the status to refuse it with (0: just close).
    using Arrival = std::expected<Request, unsigned>;

    Task<bool> serve_one(bool first);
    Task<bool> wait_for_request(bool first);
    Task<Arrival> read_request(bool& keep_alive);
    [[nodiscard]] static unsigned refusal(MessageParser& parser, const Request& request, std::size_t limit);
    Task<void> refuse(unsigned status);

    Task<bool> answer(Request request, bool keep_alive);
    Task<bool> send_whole(const Response& response, bool without_body, bool keep_alive);
    Task<bool> send_stream(const Reply& reply, bool without_body);
    Task<void> stream(const Reply& reply);
    Task<void> watch_reader();

    std::shared_ptr<Service> service_;
    Phase phase_ = Phase::waiting;
};

}  // namespace holdfast::net
