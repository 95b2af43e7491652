#pragma once

#include <string_view>

#include "core/result.hpp"
#include "net/http.hpp"

namespace holdfast::web {

/// An error as a problem document (RFC 9457).
[[nodiscard]] net::Response problem(unsigned status, std::string_view detail);
/// The same, with the status that the error's code stands for.
[[nodiscard]] net::Response problem(const Error& error);

}  // namespace holdfast::web
