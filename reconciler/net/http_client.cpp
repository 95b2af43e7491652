#include "net/http_client.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

#include "net/answer.hpp"
#include "net/connect.hpp"
#include "net/pool.hpp"
#include "net/streamed_call.hpp"
#include "net/wire.hpp"

namespace holdfast::net {

namespace {

constexpr std::size_t reserve_limit = std::size_t{1} << 20U;  ///< what is set aside on a server's word alone

/// The other side went away, as opposed to a deadline, a cancellation or an answer that makes no sense.
bool hung_up(const Error& error) {
    return error.code == ErrorCode::unavailable;
}

/// A request on the wire and what became of it.
struct Exchange {
    Result<Response> response = fail(ErrorCode::unavailable, "no answer");
    bool answered = false;  ///< a byte of the answer was seen
    bool reusable = false;  ///< the connection may carry another request
};

Task<Exchange> exchange(Connection& connection, const Request& request, std::string_view head, std::size_t body_limit) {
    Exchange result;
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(std::string_view(request.body))};
    const auto written = co_await connection.write(pieces);
    if (!written && !hung_up(written.error())) {
        result.response = std::unexpected(written.error());
        co_return result;
    }
    // A server may refuse a request before it has read all of it: its answer counts, not the broken write.
    Response response;
    bool too_long = false;
    const auto take = [&](std::string_view piece) {
        too_long = piece.size() > body_limit - response.body.size();
        if (!too_long) response.body.append(piece);
        return !too_long;
    };
    auto parser = co_await read_answer_head(connection, answer_to(request), take);
    if (!parser) {
        result.response = std::unexpected(std::move(parser.error()));
        result.answered = !connection.unread().empty() || !hung_up(result.response.error());
        co_return result;
    }
    result.answered = true;
    if (const auto length = (*parser)->content_length()) {
        response.body.reserve(
            static_cast<std::size_t>(std::min<std::uint64_t>(*length, std::min(body_limit, reserve_limit))));
    }
    const auto read = co_await read_body(connection, **parser);
    if (too_long) {
        result.response = fail(ErrorCode::limit, fmt::format("the answer is longer than {} bytes", body_limit));
    } else if (!read) {
        result.response = std::unexpected(read.error());
    } else {
        response.status = (*parser)->head().status;
        response.headers = std::move((*parser)->head().headers);
        result.response = std::move(response);
        result.reusable = written.has_value() && (*parser)->keep_alive() && connection.unread().empty();
    }
    co_return result;
}

}  // namespace

struct HttpClient::State {
    State(Executor e, Endpoint where, std::size_t connections)
        : executor(std::move(e)),
          endpoint(std::move(where)),
          host(endpoint.unix_path.empty() ? endpoint.str().substr(std::string_view("tcp://").size()) : "docker"),
          pool(std::make_shared<ConnectionPool>(executor, connections)) {}

    void count(std::string_view method) {
        const auto found = calls.find(method);
        if (found == calls.end()) {
            calls.emplace(method, 1);
        } else {
            ++found->second;
        }
    }

    [[nodiscard]] std::unexpected<Error> failed(const Request& request, Error error) const {
        return fail(std::move(error),
                    fmt::format("{} {} at {}", request.method, path_of(request.target), endpoint.str()));
    }

    Task<Result<std::shared_ptr<Connection>>> open(Clock::time_point until) const {
        auto connection = std::make_shared<Connection>(executor);
        connection->expire_at(until);
        if (auto connected = co_await connect(*connection, endpoint, until); !connected) {
            connection->close();
            co_return std::unexpected(std::move(connected.error()));
        }
        co_return connection;
    }

    Executor executor;
    Endpoint endpoint;
    std::string host;
    std::shared_ptr<ConnectionPool> pool;
    std::map<std::string, std::uint64_t, std::less<>> calls;
};

HttpClient::HttpClient(Executor executor, Endpoint endpoint, std::size_t connections)
    : state_(std::make_shared<State>(std::move(executor), std::move(endpoint), connections)) {}

HttpClient::~HttpClient() = default;

const Endpoint& HttpClient::endpoint() const {
    return state_->endpoint;
}

std::uint64_t HttpClient::calls(std::string_view method) const {
    const auto found = state_->calls.find(method);
    return found == state_->calls.end() ? 0 : found->second;
}

Task<Result<Response>> HttpClient::call(Request request, CallLimits limits) {
    const auto state = state_;
    const auto until = from_now(limits.deadline);
    const bool bodiless = request.body.empty() && (request.method == "GET" || request.method == "HEAD");
    const auto head =
        request_head(request, state->host, {.length = bodiless ? std::nullopt : std::optional(request.body.size())});
    if (!head) co_return state->failed(request, head.error());
    const auto permit = co_await state->pool->acquire(until);
    if (!permit) co_return state->failed(request, permit.error());
    state->count(request.method);

    auto connection = state->pool->take();
    for (;;) {
        const bool reused = connection != nullptr;
        if (reused) {
            connection->expire_at(until);
        } else {
            auto opened = co_await state->open(until);
            if (!opened) co_return state->failed(request, std::move(opened.error()));
            connection = std::move(*opened);
        }
        auto result = co_await exchange(*connection, request, *head, limits.body_limit);
        if (result.reusable) {
            state->pool->keep(std::move(connection));
            co_return std::move(result.response);
        }
        connection->close();
        connection.reset();
        if (result.response) co_return std::move(result.response);
        // The server may close a kept connection just as a request goes out. It then has not seen that request.
        if (!reused || result.answered) co_return state->failed(request, std::move(result.response.error()));
    }
}

Task<Result<Response>> HttpClient::stream(Request request, BodySink sink, BodySource source,
                                          std::chrono::milliseconds deadline, std::chrono::milliseconds idle) {
    const auto state = state_;
    StreamedCall::Times times{.until = {}, .idle = idle};
    if (deadline.count() > 0) times.until = from_now(deadline);
    Framing framing{.chunked = source != nullptr, .length = request.body.size()};
    if (source) request.body.clear();
    const auto head = request_head(request, state->host, framing);
    if (!head) co_return state->failed(request, head.error());
    state->count(request.method);

    const auto connect_until = std::min(times.until.value_or(Clock::time_point::max()),
                                        from_now(idle.count() > 0 ? idle : CallLimits{}.deadline));
    auto connection = co_await state->open(connect_until);
    if (!connection) co_return state->failed(request, std::move(connection.error()));
    (*connection)->never_expire();
    StreamedCall call(std::move(*connection), request, times, std::move(sink), std::move(source));
    auto response = co_await call.run(*head);
    if (!response) co_return state->failed(request, std::move(response.error()));
    co_return response;
}

}  // namespace holdfast::net
