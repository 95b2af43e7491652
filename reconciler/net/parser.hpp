#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "net/http.hpp"

/// HTTP/1.x messages as they are read, by Beast's parser behind a small face. Private to net/.
namespace holdfast::net {

enum class MessageKind {
    request,
    response,
    response_to_head,  ///< has no body, whatever its headers say
};

/// What stands before a body.
struct MessageHead {
    std::string method;  ///< of a request
    std::string target;
    unsigned status = 0;   ///< of a response
    unsigned version = 0;  ///< 11 for HTTP/1.1
    std::vector<Header> headers;
};

/// Reads one message from bytes as they come. Hostile input is an error: invalid where it isn't HTTP, limit where the
/// head is too long.
class MessageParser {
  public:
    /// Takes a piece of the body; false ends the parsing with an error.
    using Body = std::function<bool(std::string_view)>;

    MessageParser(MessageKind kind, std::size_t header_limit, Body body);
    ~MessageParser();
    MessageParser(const MessageParser&) = delete;
    MessageParser& operator=(const MessageParser&) = delete;

    /// How many of the bytes it took; those left over are to be given again with more behind them, or, where some were
    /// taken, as they are. Stops after the head, so that the caller may look at it before the body comes. Zero: it
    /// needs more bytes than these.
    [[nodiscard]] Result<std::size_t> put(std::string_view bytes);
    /// The other side has closed: the end of a body that has no other end, an error (unavailable) else.
    [[nodiscard]] Result<void> put_end();

    [[nodiscard]] bool has_head() const;
    [[nodiscard]] bool done() const;
    [[nodiscard]] MessageHead& head();
    /// Once there is a head.
    [[nodiscard]] std::optional<std::uint64_t> content_length() const;
    [[nodiscard]] bool chunked() const;
    [[nodiscard]] bool keep_alive() const;

    struct Beast;

  private:
    std::unique_ptr<Beast> beast_;
};

}  // namespace holdfast::net
