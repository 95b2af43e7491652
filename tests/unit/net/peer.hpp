#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/http_client.hpp"

/// The other side of a connection, in plain blocking sockets: what a well-behaved library would not let a test do.
namespace holdfast::net {

/// One connected socket.
class RawSocket {
  public:
    explicit RawSocket(int descriptor) : descriptor_(descriptor) {}
    static RawSocket connect_to(std::uint16_t port);
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket();

    /// False once the other side is gone.
    bool send(std::string_view bytes);
    /// All up to and with `mark`; less where the other side closes before.
    std::string read_until(std::string_view mark);
    /// All until the other side closes.
    std::string read_all();
    /// Closes in such a way that the other side's writes fail.
    void close();

  private:
    int descriptor_;
    std::string ahead_;
};

/// A server that runs a script for each connection, one after the other, on a thread of its own.
class Peer {
  public:
    using Script = std::function<void(RawSocket& socket, std::size_t connection)>;

    enum class At { tcp, unix_socket };

    explicit Peer(At at, Script script);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] Endpoint endpoint() const { return endpoint_; }
    [[nodiscard]] std::size_t accepted() const { return accepted_; }

  private:
    int listener_ = -1;
    std::string folder_;
    Endpoint endpoint_;
    std::atomic<std::size_t> accepted_ = 0;
    std::jthread thread_;
};

}  // namespace holdfast::net
