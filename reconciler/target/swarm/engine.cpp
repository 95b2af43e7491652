#include "target/swarm/engine.hpp"

#include "target/swarm/engine_error.hpp"
#include "target/swarm/json_items.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::chrono::milliseconds list_deadline{60'000};

Result<json::value> body_of(const net::Response& response) {
    if (response.body.empty()) return json::value();
    return parse_json(response.body);
}

}  // namespace

Engine::Engine(net::Executor executor, net::Endpoint endpoint, std::size_t connections)
    : client_(std::move(executor), std::move(endpoint), connections) {}

net::Task<Result<net::Response>> Engine::send(net::Request request) {
    if (const auto greeted = co_await greet(); !greeted) co_return std::unexpected(greeted.error());
    ++(request.method == "GET" ? calls_.reads : calls_.writes);
    request.target.insert(0, prefix_);
    auto answer = co_await client_.call(std::move(request));
    if (!answer) co_return fail(answer.error(), "docker engine");
    if (answer->status >= 400) co_return std::unexpected(engine_error(answer->status, answer->body));
    co_return answer;
}

net::Task<Result<json::value>> Engine::get(std::string path) {
    net::Request request;
    request.target = std::move(path);
    const auto answer = co_await send(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    co_return body_of(*answer);
}

net::Task<Result<json::value>> Engine::post(std::string path, std::string body, std::vector<net::Header> headers) {
    net::Request request;
    request.method = "POST";
    request.target = std::move(path);
    request.headers = std::move(headers);
    request.headers.push_back({"Content-Type", "application/json"});
    request.body = std::move(body);
    const auto answer = co_await send(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    co_return body_of(*answer);
}

net::Task<Result<void>> Engine::remove(std::string path) {
    net::Request request;
    request.method = "DELETE";
    request.target = std::move(path);
    const auto answer = co_await send(std::move(request));
    if (!answer) co_return std::unexpected(answer.error());
    co_return Result<void>();
}

net::Task<Result<void>> Engine::stream(std::string path, net::BodySink sink, std::chrono::milliseconds deadline) {
    if (const auto greeted = co_await greet(); !greeted) co_return std::unexpected(greeted.error());
    ++calls_.reads;
    net::Request request;
    request.target = prefix_ + path;
    const auto answer = co_await client_.stream(std::move(request), std::move(sink), {}, deadline);
    if (!answer) co_return fail(answer.error(), "docker engine");
    if (answer->status >= 400) co_return std::unexpected(engine_error(answer->status, answer->body));
    co_return Result<void>();
}

net::Task<Result<void>> Engine::list(std::string path, std::function<void(const json::value&)> on_item) {
    JsonItems items(std::move(on_item));
    const auto done =
        co_await stream(std::move(path), [&items](std::string_view piece) { return items.feed(piece); }, list_deadline);
    if (!items.problem().empty()) co_return fail(ErrorCode::failed, "docker engine: " + items.problem());
    if (!done) co_return done;
    if (!items.complete()) co_return fail(ErrorCode::unavailable, "docker engine: the answer broke off");
    co_return Result<void>();
}

std::string filters(const json::object& terms) {
    return net::percent_encoded(json::serialize(terms));
}

}  // namespace holdfast::swarm
