#pragma once

#include <optional>
#include <string_view>

#include "net/http.hpp"

namespace holdfast::web {

/// Whether `host`, a name or address with or without a port, can only be this machine: `localhost`, 127.0.0.0/8 and
/// ::1.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Why this request is refused before its route is looked at, or nothing. On loopback everything is shown, but only to
/// who asked for a loopback host: a page elsewhere whose name was made to point here (DNS rebinding) still says its own
/// name. Elsewhere an anonymous reader sees nothing but health. Health says nothing worth hiding, and webhooks bring
/// their signature, so both are for everybody.
[[nodiscard]] std::optional<net::Response> refusal(const net::Request& request, bool listening_on_loopback);

}  // namespace holdfast::web
