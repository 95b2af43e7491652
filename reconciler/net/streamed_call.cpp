#include "net/streamed_call.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "net/answer.hpp"
#include "net/runtime.hpp"
#include "net/wire.hpp"

namespace holdfast::net {

namespace {

constexpr std::size_t error_body_limit = std::size_t{1} << 20U;

}  // namespace

StreamedCall::StreamedCall(std::shared_ptr<Connection> connection, const Request& request, Times times, BodySink sink,
                           BodySource source)
    : connection_(std::move(connection)),
      request_(request),
      times_(times),
      sink_(std::move(sink)),
      source_(std::move(source)) {}

Task<Result<Response>> StreamedCall::run(const std::string& head) {
    co_await for_each_parallel(2, 2, [&](std::size_t direction) { return direction == 0 ? send(head) : receive(); });
    connection_->close();
    if (source_failure_) co_return std::unexpected(std::move(*source_failure_));
    if (failure_) co_return std::unexpected(std::move(*failure_));
    co_return std::move(response_);
}

/// Something moved: the silence begins anew.
void StreamedCall::moved() {
    std::optional<Clock::time_point> next = times_.until;
    if (times_.idle.count() > 0) next = std::min(next.value_or(Clock::time_point::max()), from_now(times_.idle));
    if (next) connection_->expire_at(*next);
}

Task<void> StreamedCall::send(const std::string& head) {
    const std::array<asio::const_buffer, 2> pieces{asio::buffer(head), asio::buffer(std::string_view(request_.body))};
    const auto sent = co_await connection_->write(pieces);
    if (sent && source_) co_await send_chunks();
}

Task<void> StreamedCall::send_chunks() {
    while (!received_) {
        auto piece = co_await source_();
        if (received_) co_return;
        if (!piece) {
            source_failure_ = std::move(piece.error());
            connection_->close();
            co_return;
        }
        const std::string begin = chunk_begin(piece->size());
        const std::array<asio::const_buffer, 3> chunk{asio::buffer(begin), asio::buffer(*piece),
                                                      asio::buffer(chunk_end)};
        const auto sent = piece->empty() ? co_await connection_->write(last_chunk) : co_await connection_->write(chunk);
        // A write that failed is the receiver's to report: there may be an answer.
        if (!sent || piece->empty()) co_return;
        moved();
    }
}

Task<void> StreamedCall::receive() {
    moved();
    auto read = co_await receive_answer();
    if (!read && !stopped_) failure_ = std::move(read.error());
    received_ = true;
    connection_->close();  // ends a sender that still writes
}

Task<Result<void>> StreamedCall::receive_answer() {
    auto parser = co_await read_answer_head(*connection_, answer_to(request_),
                                            [this](std::string_view piece) { return take(piece); });
    if (!parser) co_return std::unexpected(std::move(parser.error()));
    response_.status = (*parser)->head().status;
    response_.headers = std::move((*parser)->head().headers);
    moved();
    co_return co_await read_body(*connection_, **parser, [this] { moved(); });
}

/// The sink is for what was asked for; the words of an error are collected.
bool StreamedCall::take(std::string_view piece) {
    if (response_.status < 400) {
        stopped_ = !sink_(piece);
    } else {
        response_.body.append(piece.substr(0, error_body_limit - response_.body.size()));
        stopped_ = response_.body.size() == error_body_limit;
    }
    return !stopped_;
}

}  // namespace holdfast::net
