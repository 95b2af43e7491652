#include "net/connect.hpp"

#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace holdfast::net {

namespace {

using asio::ip::tcp;
using Address = Connection::Socket::endpoint_type;

/// Outlives the call that gives up on it: a look-up under way can't be cut short.
struct LookUp {
    explicit LookUp(const Executor& executor) : resolver(executor), answered(executor) {}

    tcp::resolver resolver;
    asio::steady_timer answered;
    std::optional<ErrorOf> outcome;
    std::vector<Address> addresses;
};

Task<Result<std::vector<Address>>> look_up(std::string host, std::uint16_t port, Clock::time_point until) {
    const auto look = std::make_shared<LookUp>(co_await asio::this_coro::executor);
    look->answered.expires_at(until);
    look->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                 [look](const ErrorOf& error, const tcp::resolver::results_type& results) {
                                     look->outcome = error;
                                     for (const auto& result : results) look->addresses.emplace_back(result.endpoint());
                                     look->answered.cancel();
                                 });
    ErrorOf waited;
    co_await look->answered.async_wait(into(waited));
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) {
        look->resolver.cancel();
        co_return fail(ErrorCode::cancelled, "cancelled");
    }
    if (!look->outcome) {
        look->resolver.cancel();
        co_return fail(ErrorCode::timeout, "looking up the host name took too long");
    }
    if (*look->outcome) co_return fail(ErrorCode::unavailable, look->outcome->message());
    co_return std::move(look->addresses);
}

Task<Result<std::vector<Address>>> addresses_of(const Endpoint& endpoint, Clock::time_point until) {
    if (!endpoint.unix_path.empty()) {
        co_return std::vector<Address>{asio::local::stream_protocol::endpoint(endpoint.unix_path)};
    }
    ErrorOf not_an_address;
    const auto address = asio::ip::make_address(endpoint.host, not_an_address);
    if (!not_an_address) co_return std::vector<Address>{tcp::endpoint(address, endpoint.port)};
    co_return co_await look_up(endpoint.host, endpoint.port, until);
}

}  // namespace

Task<Result<void>> connect(Connection& connection, const Endpoint& endpoint, Clock::time_point until) {
    if (is_cancelled(co_await asio::this_coro::cancellation_state)) co_return fail(ErrorCode::cancelled, "cancelled");
    const auto addresses = co_await addresses_of(endpoint, until);
    if (!addresses) co_return std::unexpected(addresses.error());

    auto& socket = connection.socket();
    Result<void> outcome = fail(ErrorCode::unavailable, "the host has no address");
    for (const auto& address : *addresses) {
        ErrorOf error;
        co_await socket.async_connect(address, into(error));
        if (!error) {
            if (endpoint.unix_path.empty()) socket.set_option(tcp::no_delay(true), error);
            co_return Result<void>{};
        }
        outcome = connection.failure(error);
        if (outcome.error().code != ErrorCode::unavailable) break;
        socket.close(error);
    }
    co_return outcome;
}

}  // namespace holdfast::net
