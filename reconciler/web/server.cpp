#include "web/server.hpp"

#include "web/event_stream.hpp"
#include "web/problem.hpp"
#include "web/response.hpp"
#include "web/routes.hpp"

namespace holdfast::web {

/// What requests under way share with the server: they may outlive it by a turn of the loop.
struct Server::Shared {
    Shared(net::Executor executor, const Options& options, Views views)
        : routes(options, views), events(std::move(executor), std::move(views.board)), logs(std::move(views.logs)) {}

    Routes routes;
    EventStream events;
    std::function<net::Task<Result<std::string>>(AppKey, unsigned)> logs;

    net::Task<net::Reply> answer(const net::Request& request) {
        auto answer = routes.answer(request);
        if (std::holds_alternative<WantsEvents>(answer)) co_return events.reply();
        if (const auto* wanted = std::get_if<WantsLogs>(&answer)) {
            auto text = co_await logs(wanted->app, wanted->lines);
            co_return net::Reply{text ? fleeting(text_type, std::move(*text)) : problem(text.error()), {}};
        }
        co_return net::Reply{std::get<net::Response>(std::move(answer)), {}};
    }

    static net::Task<net::Reply> hardened_answer(std::shared_ptr<Shared> shared, net::Request request) {
        auto reply = co_await shared->answer(request);
        harden(reply.response);
        co_return reply;
    }
};

namespace {

net::ServerOptions listening_at(Options options) {
    return {.address = std::move(options.address), .port = options.port};
}

}  // namespace

Server::Server(net::Executor executor, Options options, Views views)
    : shared_(std::make_shared<Shared>(executor, options, std::move(views))),
      http_(
          std::move(executor), listening_at(std::move(options)),
          [shared = shared_](const net::Request& head) { return shared->routes.body_limit(head); },
          [shared = shared_](net::Request request) { return Shared::hardened_answer(shared, std::move(request)); }) {}

Server::~Server() {
    stop();
}

Result<void> Server::start() {
    return http_.start();
}

std::uint16_t Server::port() const {
    return http_.port();
}

void Server::publish() {
    shared_->routes.published();
    shared_->events.publish();
}

void Server::stop() {
    shared_->events.stop();
    http_.stop();
}

}  // namespace holdfast::web
