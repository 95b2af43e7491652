#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net {

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    std::string method = "GET";
    std::string target;  ///< path and query, already percent-encoded
    std::vector<Header> headers;
    std::string body;
};

struct Response {
    unsigned status = 200;
    std::vector<Header> headers;
    std::string body;
};

/// Whether two header names are the same: case doesn't count (RFC 9110).
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);

/// The value of a header, names compared without case (RFC 9110), or empty.
[[nodiscard]] std::string_view header(const std::vector<Header>& headers, std::string_view name);

/// `text` percent-encoded for a query value (everything but RFC 3986's unreserved characters).
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// The inverse; what is no escape stays as it is.
[[nodiscard]] std::string percent_decoded(std::string_view text);

/// The path of a request target, and the value of one of its query parameters (decoded, `+` for
/// a space included; empty if missing).
[[nodiscard]] std::string_view path_of(std::string_view target);
[[nodiscard]] std::string query_value(std::string_view target, std::string_view name);

}  // namespace holdfast::net
