#pragma once

#include "net/connection.hpp"
#include "net/http_client.hpp"

namespace holdfast::net {

/// Connects to the endpoint; host names are looked up beside the loop. Under the connection's deadline, which the
/// caller has set, and which `until` repeats for the look-up.
Task<Result<void>> connect(Connection& connection, const Endpoint& endpoint, Clock::time_point until);

}  // namespace holdfast::net
