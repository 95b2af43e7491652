#include <ctime>

#include "target/swarm/engine.hpp"
#include "target/swarm/engine_error.hpp"

namespace holdfast::swarm {

net::Task<Result<void>> Engine::greet() {
    if (!prefix_.empty()) co_return Result<void>();
    ++calls_.reads;
    net::Request ping;
    ping.target = "/_ping";
    const auto answer = co_await client_.call(std::move(ping));
    if (!answer) co_return fail(answer.error(), "docker engine");
    if (answer->status != 200) co_return std::unexpected(engine_error(answer->status, answer->body));

    const auto engines = ApiVersion::parse(net::header(answer->headers, "Api-Version"));
    if (!engines) co_return fail(engines.error(), "docker engine");
    const auto version = negotiated(*engines);
    if (!version) co_return std::unexpected(version.error());
    prefix_ = "/v" + version->str();
    greeted_at_ = seconds_of_http_date(net::header(answer->headers, "Date"));
    co_return Result<void>();
}

std::int64_t seconds_of_http_date(std::string_view date) {
    std::tm parts{};
    const std::string text(date);
    const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return end != nullptr && *end == '\0' ? ::timegm(&parts) : 0;
}

}  // namespace holdfast::swarm
