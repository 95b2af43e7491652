#include "net/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "net/runtime.hpp"
#include "net/wire.hpp"

namespace holdfast::net {

namespace {

constexpr std::size_t write_slice = std::size_t{256} << 10U;  ///< what a slow reader must take within the idle time

Reply plain(unsigned status, std::string_view text) {
    return {.response = {.status = status,
                         .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
                         .body = std::string(text) + "\n"},
            .stream = {}};
}

std::string_view explanation(unsigned status) {
    switch (status) {
        case 413:
            return "the request's body is longer than is allowed here";
        case 431:
            return "the request's head is too long";
        case 501:
            return "this transfer encoding is not understood";
        case 503:
            return "too much is being sent just now; try again";
        default:
            return "the request is not valid HTTP/1.1";
    }
}

/// The status for a request that couldn't be read; none for one that nobody waits for any more.
unsigned status_of(const Error& error) {
    if (error.code == ErrorCode::limit) return 431;
    return error.code == ErrorCode::invalid ? 400 : 0;
}

/// What a handler gives, whatever it throws.
Task<Reply> reply_of(const Handler& handler, Request request) {
    try {
        co_return co_await handler(std::move(request));
    } catch (...) {
        // The handler had every chance to say more; the reader learns nothing of our inside.
    }
    co_return plain(500, "the request could not be answered");
}

/// What a body that is on its way in takes of the room that all of them have: nobody was asked who they are yet.
class Share {
  public:
    explicit Share(Service& service) : service_(service) {}
    ~Share() { service_.arriving -= taken_; }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    bool take(std::size_t bytes) {
        if (bytes > service_.options.bodies_limit - service_.arriving) return false;
        service_.arriving += bytes;
        taken_ += bytes;
        return true;
    }

  private:
    Service& service_;
    std::size_t taken_ = 0;
};

class ChunkWriter final : public ResponseWriter {
  public:
    ChunkWriter(Connection& connection, std::chrono::milliseconds patience)
        : connection_(connection), patience_(patience) {}

    Task<bool> write(std::string_view piece) override {
        if (piece.empty()) co_return connection_.socket().is_open();  // an empty chunk would be the end
        const std::string begin = chunk_begin(piece.size());
        const std::array<asio::const_buffer, 3> chunk{asio::buffer(begin), asio::buffer(piece),
                                                      asio::buffer(chunk_end)};
        connection_.expire_at(from_now(patience_));
        const auto written = co_await connection_.write(chunk);
        connection_.never_expire();
        co_return written.has_value();
    }

  private:
    Connection& connection_;
    std::chrono::milliseconds patience_;
};

}  // namespace

Task<void> Session::serve() {
    ErrorOf ignored;
    connection->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    bool first = true;
    while (co_await serve_one(std::exchange(first, false))) {
    }
    connection->close();
}

void Session::wind_up() {
    if (phase_ != Phase::answering) connection->close();
}

Task<bool> Session::serve_one(bool first) {
    phase_ = Phase::waiting;
    if (service_->stopping || !co_await wait_for_request(first)) co_return false;
    phase_ = Phase::answering;
    bool keep_alive = false;
    auto request = co_await read_request(keep_alive);
    if (!request) {
        if (request.error() != 0) co_await refuse(request.error());
        co_return false;
    }
    connection->never_expire();
    co_return co_await answer(std::move(*request), keep_alive);
}

/// A new connection is one that sends something; a kept one may rest for a while.
Task<bool> Session::wait_for_request(bool first) {
    if (!connection->unread().empty()) co_return true;
    const auto& options = service_->options;
    connection->expire_at(from_now(first ? options.header_deadline : options.idle));
    const auto read = co_await connection->fill();
    co_return read && *read > 0;
}

Task<Session::Arrival> Session::read_request(bool& keep_alive) {
    const auto& options = service_->options;
    Request request;
    std::size_t limit = 0;
    bool too_long = false;
    bool no_room = false;
    Share share(*service_);
    MessageParser parser(MessageKind::request, options.header_limit, [&](std::string_view piece) {
        too_long = piece.size() > limit - request.body.size();
        no_room = !too_long && !share.take(piece.size());
        if (too_long || no_room) return false;
        request.body.append(piece);
        return true;
    });

    connection->expire_at(from_now(options.header_deadline));
    if (const auto read = co_await read_head(*connection, parser); !read) {
        co_return std::unexpected(status_of(read.error()));
    }
    request.method = std::move(parser.head().method);
    request.target = std::move(parser.head().target);
    request.headers = std::move(parser.head().headers);
    limit = service_->body_limit(request);
    if (const unsigned status = refusal(parser, request, limit); status != 0) co_return std::unexpected(status);

    connection->expire_at(from_now(options.body_deadline));
    if (!parser.done() && same_name(header(request.headers, "Expect"), "100-continue")) {
        if (!co_await connection->write("HTTP/1.1 100 Continue\r\n\r\n")) co_return std::unexpected(0U);
    }
    const auto read = co_await read_body(*connection, parser);
    if (too_long) co_return std::unexpected(413U);
    if (no_room) co_return std::unexpected(503U);
    if (!read) co_return std::unexpected(status_of(read.error()));
    keep_alive = parser.keep_alive();
    co_return request;
}

unsigned Session::refusal(MessageParser& parser, const Request& request, std::size_t limit) {
    const auto hosts =
        std::ranges::count_if(request.headers, [](const Header& h) { return same_name(h.name, "Host"); });
    if (hosts > 1 || (hosts == 0 && parser.head().version == 11)) return 400;
    if (!header(request.headers, "Transfer-Encoding").empty() && !parser.chunked()) return 501;
    if (parser.content_length().value_or(0) > limit) return 413;
    return 0;
}

/// The reader may still be sending. Closing at once would throw our answer away with what it sends, so that is read for
/// a moment and dropped.
Task<void> Session::refuse(unsigned status) {
    co_await send_whole(plain(status, explanation(status)).response, false, false);
    ErrorOf ignored;
    connection->socket().shutdown(asio::socket_base::shutdown_send, ignored);
    connection->expire_at(from_now(std::chrono::seconds(1)));
    for (std::size_t dropped = 0; dropped < (std::size_t{4} << 20U);) {
        connection->consume(connection->unread().size());
        const auto read = co_await connection->fill();
        if (!read || *read == 0) co_return;
        dropped += *read;
    }
}

Task<bool> Session::answer(Request request, bool keep_alive) {
    const bool without_body = request.method == "HEAD";
    const Reply reply = co_await reply_of(service_->handler, std::move(request));
    if (reply.stream) co_return co_await send_stream(reply, without_body);
    co_return co_await send_whole(reply.response, without_body, keep_alive && !service_->stopping);
}

Task<bool> Session::send_whole(const Response& response, bool without_body, bool keep_alive) {
    const bool bodiless = response.status / 100 == 1 || response.status == 204 || response.status == 304;
    const Framing framing{.chunked = false, .length = bodiless ? std::nullopt : std::optional(response.body.size())};
    const auto head = response_head(response, framing, keep_alive);
    if (!head) co_return co_await send_whole(plain(500, "the answer was not valid HTTP").response, without_body, false);

    std::string_view body = without_body || bodiless ? std::string_view{} : std::string_view(response.body);
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(*head), asio::buffer(body.substr(0, write_slice))};
    connection->expire_at(from_now(service_->options.idle));
    if (!co_await connection->write(pieces)) co_return false;
    while (body.size() > write_slice) {
        body.remove_prefix(write_slice);
        connection->expire_at(from_now(service_->options.idle));
        if (!co_await connection->write(body.substr(0, write_slice))) co_return false;
    }
    co_return keep_alive;
}

Task<bool> Session::send_stream(const Reply& reply, bool without_body) {
    const auto head = response_head(reply.response, {.chunked = true, .length = {}}, false);
    if (!head) co_return co_await send_whole(plain(500, "the answer was not valid HTTP").response, without_body, false);
    connection->expire_at(from_now(service_->options.idle));
    if (!co_await connection->write(*head) || without_body) co_return false;
    connection->never_expire();
    phase_ = Phase::streaming;

    // The stream writes; beside it, reading tells when the reader goes. Whichever ends first ends the other.
    co_await for_each_parallel(2, 2, [&](std::size_t part) { return part == 0 ? stream(reply) : watch_reader(); });
    co_return false;
}

Task<void> Session::stream(const Reply& reply) {
    ChunkWriter writer(*connection, service_->options.idle);
    bool complete = true;
    try {
        co_await reply.stream(writer);
    } catch (...) {
        complete = false;  // then the last chunk is missing, by which the reader knows
    }
    if (complete && connection->socket().is_open()) {
        connection->expire_at(from_now(service_->options.idle));
        co_await connection->write(last_chunk);
    }
    connection->close();
}

Task<void> Session::watch_reader() {
    for (;;) {
        connection->consume(connection->unread().size());
        const auto read = co_await connection->fill();
        if (!read || *read == 0) break;
    }
    connection->close();
}

}  // namespace holdfast::net
