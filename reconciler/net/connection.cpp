#include "net/connection.hpp"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

#include <boost/asio/write.hpp>

namespace holdfast::net {

Connection::Connection(const Executor& executor)
    : socket_(executor), timer_(executor), buffer_(std::make_unique_for_overwrite<char[]>(capacity)) {}

void Connection::close() {
    never_expire();
    ErrorOf ignored;
    socket_.close(ignored);
}

void Connection::expire_at(Clock::time_point moment) {
    ++watch_;
    timer_.expires_at(moment);
    timer_.async_wait([weak = weak_from_this(), watch = watch_](const ErrorOf& error) {
        const auto self = weak.lock();
        if (error || !self || self->watch_ != watch) return;
        self->expired_ = true;
        self->close();
    });
}

void Connection::never_expire() {
    ++watch_;
    timer_.cancel();
}

std::unexpected<Error> Connection::failure(const ErrorOf& error) const {
    if (expired_) return fail(ErrorCode::timeout, "the time allowed has passed");
    if (error == asio::error::operation_aborted) return fail(ErrorCode::cancelled, "cancelled");
    return fail(ErrorCode::unavailable, error.message());
}

Task<Result<std::size_t>> Connection::fill() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == capacity) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    if (end_ == capacity) co_return fail(ErrorCode::limit, "a line of an HTTP message is too long");
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return failure(asio::error::operation_aborted);
    ErrorOf error;
    const std::size_t size =
        co_await socket_.async_read_some(asio::buffer(buffer_.get() + end_, capacity - end_), into(error));
    if (error && error != asio::error::eof) co_return failure(error);
    end_ += size;
    co_return size;
}

std::string_view Connection::unread() const {
    return {buffer_.get() + begin_, end_ - begin_};
}

void Connection::consume(std::size_t count) {
    begin_ += count;
}

Task<Result<void>> Connection::write(std::span<const asio::const_buffer> pieces) {
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return failure(asio::error::operation_aborted);
    ErrorOf error;
    co_await asio::async_write(socket_, pieces, into(error));
    if (error) co_return failure(error);
    co_return Result<void>{};
}

Task<Result<void>> Connection::write(std::string_view piece) {
    const std::array buffers{asio::buffer(piece)};
    co_return co_await write(std::span<const asio::const_buffer>(buffers));
}

bool Connection::stale() {
    char byte = 0;
    const ssize_t size = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return begin_ != end_ || size >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

namespace {

/// One step: gives the parser what is there, and waits for more where that isn't enough.
Task<Result<void>> advance(Connection& connection, MessageParser& parser, const std::function<void()>& each) {
    if (!connection.unread().empty()) {
        const auto taken = parser.put(connection.unread());
        if (!taken) co_return std::unexpected(taken.error());
        connection.consume(*taken);
        if (*taken > 0) co_return Result<void>{};
    }
    const auto read = co_await connection.fill();
    if (!read) co_return std::unexpected(read.error());
    if (*read == 0) co_return parser.put_end();
    if (each) each();
    co_return Result<void>{};
}

}  // namespace

Task<Result<void>> read_head(Connection& connection, MessageParser& parser) {
    while (!parser.has_head()) {
        if (auto step = co_await advance(connection, parser, {}); !step) co_return step;
    }
    co_return Result<void>{};
}

Task<Result<void>> read_body(Connection& connection, MessageParser& parser, std::function<void()> each) {
    while (!parser.done()) {
        if (auto step = co_await advance(connection, parser, each); !step) co_return step;
    }
    co_return Result<void>{};
}

}  // namespace holdfast::net
