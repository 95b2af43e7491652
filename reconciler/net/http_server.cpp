#include "net/http_server.hpp"

#include <fmt/format.h>
#include <list>
#include <optional>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "net/http_client.hpp"
#include "net/runtime.hpp"
#include "net/session.hpp"

namespace holdfast::net {

using asio::ip::tcp;

struct HttpServer::State : std::enable_shared_from_this<State> {
    State(Executor e, ServerOptions options, BodyLimit body_limit, Handler handler)
        : executor(std::move(e)),
          service(std::make_shared<Service>(Service{
              .options = std::move(options), .body_limit = std::move(body_limit), .handler = std::move(handler)})),
          acceptor(executor) {}

    Result<void> listen();
    Task<void> accept();
    void admit(const std::shared_ptr<Session>& session);

    Executor executor;
    std::shared_ptr<Service> service;
    tcp::acceptor acceptor;
    std::list<std::shared_ptr<Session>> sessions;
    asio::cancellation_signal accepting;
};

namespace {

/// To one connection too many. Whether it gets through is not worth waiting for.
void turn_away(Connection& connection) {
    constexpr std::string_view answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    ErrorOf ignored;
    connection.socket().non_blocking(true, ignored);
    connection.socket().write_some(asio::buffer(answer), ignored);
    connection.socket().shutdown(asio::socket_base::shutdown_send, ignored);
    connection.close();
}

}  // namespace

Result<void> HttpServer::State::listen() {
    const auto& options = service->options;
    const std::string where = Endpoint{.unix_path = {}, .host = options.address, .port = options.port}.str();
    ErrorOf error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) return fail(ErrorCode::invalid, fmt::format("{} is not an IP address to listen at", options.address));
    const tcp::endpoint endpoint(address, options.port);
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) return fail(ErrorCode::conflict, where + " is taken by another program");
    if (error == asio::error::access_denied) return fail(ErrorCode::denied, where + " may not be listened at");
    if (error) return fail(ErrorCode::failed, fmt::format("cannot listen at {}: {}", where, error.message()));
    return {};
}

Task<void> HttpServer::State::accept() {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
        const auto session = std::make_shared<Session>(executor, service);
        ErrorOf error;
        co_await acceptor.async_accept(session->connection->socket(), into(error));
        if (!error) {
            admit(session);
        } else if (acceptor.is_open() && !co_await sleep_for(std::chrono::milliseconds(50))) {
            co_return;  // out of descriptors, most likely: those in use come free, unless we are to end
        }
    }
}

void HttpServer::State::admit(const std::shared_ptr<Session>& session) {
    if (sessions.size() >= service->options.connections) return turn_away(*session->connection);
    const auto place = sessions.insert(sessions.end(), session);
    spawn(executor, session->serve(), session->cancellation.slot(),
          [self = shared_from_this(), session, place](std::exception_ptr thrown) {
              self->sessions.erase(place);
              end_program_on(std::move(thrown));
          });
}

HttpServer::HttpServer(Executor executor, ServerOptions options, BodyLimit body_limit, Handler handler)
    : state_(std::make_shared<State>(std::move(executor), std::move(options), std::move(body_limit),
                                     std::move(handler))) {}

HttpServer::~HttpServer() {
    stop();
    // A copy: one that ends at once leaves the list.
    for (const auto sessions = state_->sessions; const auto& session : sessions) {
        session->cancellation.emit(asio::cancellation_type::terminal);
    }
}

Result<void> HttpServer::start() {
    if (auto listening = state_->listen(); !listening) return listening;
    spawn(state_->executor, state_->accept(), state_->accepting.slot(), end_program_on);
    return {};
}

void HttpServer::stop() {
    state_->service->stopping = true;
    ErrorOf ignored;
    state_->acceptor.close(ignored);
    state_->accepting.emit(asio::cancellation_type::terminal);
    for (const auto& session : state_->sessions) session->wind_up();
}

std::uint16_t HttpServer::port() const {
    ErrorOf error;
    const auto endpoint = state_->acceptor.local_endpoint(error);
    return error ? 0 : endpoint.port();
}

}  // namespace holdfast::net
