#include "peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace holdfast::net {

namespace {

template <class Address>
sockaddr* generic(Address& address) {
    return reinterpret_cast<sockaddr*>(&address);
}

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

RawSocket RawSocket::connect_to(std::uint16_t port) {
    RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto address = loopback(port);
    require(::connect(socket.descriptor_, generic(address), sizeof address) == 0, "connect");
    return socket;
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), ahead_(std::move(other.ahead_)) {}

RawSocket::~RawSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void RawSocket::close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

bool RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string RawSocket::read_until(std::string_view mark) {
    for (;;) {
        if (const auto found = mark.empty() ? std::string::npos : ahead_.find(mark); found != std::string::npos) {
            std::string result = ahead_.substr(0, found + mark.size());
            ahead_.erase(0, result.size());
            return result;
        }
        std::array<char, 65536> piece;
        const ssize_t size = ::recv(descriptor_, piece.data(), piece.size(), 0);
        if (size <= 0) return std::exchange(ahead_, {});
        ahead_.append(piece.data(), static_cast<std::size_t>(size));
    }
}

std::string RawSocket::read_all() {
    return read_until({});
}

Peer::Peer(At at, Script script) {
    if (at == At::tcp) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        auto address = loopback(0);
        socklen_t size = sizeof address;
        require(::bind(listener_, generic(address), size) == 0, "bind");
        require(::getsockname(listener_, generic(address), &size) == 0, "getsockname");
        endpoint_ = {.unix_path = {}, .host = "127.0.0.1", .port = ntohs(address.sin_port)};
    } else {
        folder_ = (std::filesystem::temp_directory_path() / "holdfast-peer-XXXXXX").string();
        require(::mkdtemp(folder_.data()) != nullptr, "mkdtemp");
        endpoint_.unix_path = folder_ + "/socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(endpoint_.unix_path, std::begin(address.sun_path));
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        require(::bind(listener_, generic(address), sizeof address) == 0, "bind");
    }
    require(::listen(listener_, 64) == 0, "listen");
    thread_ = std::jthread([this, script = std::move(script)] {
        for (;;) {
            const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (descriptor < 0) return;
            RawSocket socket(descriptor);
            script(socket, accepted_++);
        }
    });
}

Peer::~Peer() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes the thread from accept
    thread_.join();
    ::close(listener_);
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

}  // namespace holdfast::net
