#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/result.hpp"
#include "net/parser.hpp"
#include "net/spawn.hpp"

/// Bytes to and from one peer, TCP or unix socket, with a deadline. Private to net/.
namespace holdfast::net {

/// One side of a connection. Whatever fails says why: timeout where the deadline closed it, cancelled, or unavailable.
/// Held by shared_ptr, since its timer may fire late.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = asio::generic::stream_protocol::socket;

    explicit Connection(const Executor& executor);

    [[nodiscard]] Socket& socket() { return socket_; }
    void close();

    /// At that moment the connection is closed, and all that waits for it fails. Replaces the deadline before.
    void expire_at(Clock::time_point moment);
    void never_expire();

    /// Waits for bytes behind those that are there; 0: the peer has closed its side. A full buffer is an error (limit).
    Task<Result<std::size_t>> fill();
    [[nodiscard]] std::string_view unread() const;
    void consume(std::size_t count);

    /// Writes all of the pieces, in as few system calls as it takes.
    Task<Result<void>> write(std::span<const asio::const_buffer> pieces);
    Task<Result<void>> write(std::string_view piece);

    /// Whether the peer has closed, or sent something unasked: it must not be used again.
    [[nodiscard]] bool stale();

    [[nodiscard]] std::unexpected<Error> failure(const ErrorOf& error) const;

  private:
    static constexpr std::size_t capacity = std::size_t{64} << 10U;

    Socket socket_;
    asio::steady_timer timer_;
    std::uint64_t watch_ = 0;  ///< tells the timer's last wait from one that was replaced while it was firing
    bool expired_ = false;
    std::unique_ptr<char[]> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// Reads into the parser until it has the head, or the whole message. `each` is called whenever bytes came.
Task<Result<void>> read_head(Connection& connection, MessageParser& parser);
Task<Result<void>> read_body(Connection& connection, MessageParser& parser, std::function<void()> each = {});

}  // namespace holdfast::net
