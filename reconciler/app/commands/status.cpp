#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/files.hpp"
#include "core/text.hpp"
#include "net/http_client.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;

Result<std::string> get(net::Runtime& runtime, const std::string& address, const std::string& target) {
    auto endpoint = net::Endpoint::parse(address);
    if (!endpoint) return fail(endpoint.error(), "--daemon");
    net::HttpClient client(runtime.executor(), std::move(*endpoint), 1);
    auto response = runtime.complete(client.call({.target = target}, {.deadline = 10s}));
    if (!response) return fail(response.error(), "the daemon at " + address);
    if (response->status == 200) return std::move(response->body);
    const auto problem = parse_json(response->body);
    const auto detail = problem ? text_member(*problem, "detail") : std::string();
    const auto code = response->status == 404 ? ErrorCode::not_found : ErrorCode::denied;
    return fail(code, detail.empty() ? fmt::format("the daemon answered {}", response->status) : detail);
}

using Row = std::array<std::string, 7>;

Row row_of(const json::value& app) {
    const auto count = [&](std::string_view name) {
        const auto* found = find_pointer(app, fmt::format("/replicas/{}", name));
        return found == nullptr ? std::string("?") : json::serialize(*found);
    };
    const auto* source = find_pointer(app, "/source/description");
    const bool from_source = source != nullptr && source->is_string() && !source->get_string().empty();
    return {fmt::format("{}/{}", text_member(app, "environment"), text_member(app, "name")),
            text_member(app, "phase"),
            text_member(app, "sync"),
            text_member(app, "health"),
            fmt::format("{}/{}", count("running"), count("desired")),
            from_source ? std::string(source->get_string()) : text_member(app, "image"),
            text_member(app, "reason")};
}

void print_table(const std::vector<Row>& rows) {
    std::array<std::size_t, 7> widths{};
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], printable(row[i], 60).size());
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            line += fmt::format("{:<{}}  ", printable(row[i], 60), widths[i]);
        fmt::print("{}{}\n", line, printable(row.back(), 200));
    }
}

}  // namespace

int status(const Settings& settings, const std::string& daemon, const std::string& app, Output output) {
    auto address = daemon;
    if (address.empty()) {
        // The daemon leaves its address in its state folder: with --listen …:0 nobody else knows it.
        const auto left = read_file(settings.state_dir / "address", 1024);
        address = "http://" + (left ? std::string(trimmed(*left)) : fmt::format("127.0.0.1:{}", settings.listen_port));
    }
    std::string target = "/api/v1/apps";
    if (!app.empty()) {
        const auto key = AppKey::parse(app);
        if (!key) return could_not_run(key.error());
        target += "/" + key->str();
    }
    net::Runtime runtime;
    const auto body = get(runtime, address, target);
    if (!body) {
        fmt::print(stderr, "holdfast: {}\n", printable(to_string(body.error())));
        return 1;
    }
    if (output == Output::json) {
        fmt::print("{}\n", *body);
        return 0;
    }
    const auto value = parse_json(*body);
    if (!value) return could_not_run(value.error());
    std::vector<Row> rows{{"APP", "PHASE", "SYNC", "HEALTH", "REPLICAS", "RUNS", "REASON"}};
    const auto* list = value->is_array() ? &value->get_array() : nullptr;
    if (const auto* apps = member(*value, "apps"); apps != nullptr && apps->is_array()) list = &apps->get_array();
    if (list == nullptr) {
        rows.push_back(row_of(*value));
    } else {
        for (const auto& item : *list) rows.push_back(row_of(item));
    }
    print_table(rows);
    return 0;
}

}  // namespace holdfast::app
