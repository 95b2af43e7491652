#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/http.hpp"

/// HTTP/1.1 messages as they are written (RFC 9112). Pure, and private to net/.
namespace holdfast::net {

/// How the end of a body is told.
struct Framing {
    bool chunked = false;
    std::optional<std::size_t> length;  ///< none: no Content-Length header at all
};

/// The request line and headers. Content-Length, Transfer-Encoding and Host come from here alone, those of the caller
/// are left out. An error (invalid) where the method, the target or a header could be taken for something else, as one
/// with a line break could.
[[nodiscard]] Result<std::string> request_head(const Request& request, std::string_view host, Framing framing);

/// The status line and headers likewise; Connection and Date come from here as well.
[[nodiscard]] Result<std::string> response_head(const Response& response, Framing framing, bool keep_alive);

/// The line that stands before a chunk of so many bytes; a chunk is followed by `chunk_end`, the last one by
/// `last_chunk`.
[[nodiscard]] std::string chunk_begin(std::size_t size);
constexpr std::string_view chunk_end = "\r\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace holdfast::net
