#pragma once

#include <string>
#include <string_view>

#include "net/http.hpp"

namespace holdfast::web {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view text_type = "text/plain; charset=utf-8";

/// A body that stays the same as long as its tag does, to be asked for again with If-None-Match.
[[nodiscard]] net::Response tagged(std::string_view type, std::string body, std::string_view tag);
/// A body that is different at each look.
[[nodiscard]] net::Response fleeting(std::string_view type, std::string body);

/// 304 without a body where the request's If-None-Match (RFC 9110, section 13.1.2) names the response's tag.
[[nodiscard]] net::Response unless_known(const net::Request& request, net::Response response);

/// Adds what every response says to the browser: no script, style, frame or connection but our own, and no guessing of
/// types.
void harden(net::Response& response);

}  // namespace holdfast::web
