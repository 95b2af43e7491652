#include "web/routes.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "web/access.hpp"
#include "web/assets.hpp"
#include "web/board_json.hpp"
#include "web/metrics.hpp"
#include "web/problem.hpp"
#include "web/response.hpp"

namespace holdfast::web {

namespace {

constexpr std::string_view hook_path = "/hooks/generic";
constexpr std::string_view apps_path = "/api/v1/apps";
constexpr std::string_view revisions_path = "/api/v1/revisions";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";
constexpr unsigned default_lines = 100;
constexpr unsigned most_lines = 5000;

/// The decoded segments of what follows `prefix`, none where `path` doesn't continue it with a slash.
std::vector<std::string> segments_after(std::string_view path, std::string_view prefix) {
    std::vector<std::string> segments;
    if (!path.starts_with(prefix)) return segments;
    path.remove_prefix(prefix.size());
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        segments.push_back(net::percent_decoded(path.substr(0, end)));
        path.remove_prefix(end);
    }
    return segments;
}

net::Response not_found(std::string_view what, std::string_view name) {
    return problem(404, fmt::format("{} '{}' not found", what, printable(name, 100)));
}

net::Response wrong_method(std::string_view method, std::string_view allowed) {
    auto response = problem(405, fmt::format("{} is not for this; {} is", printable(method, 20), allowed));
    response.headers.push_back({"Allow", std::string(allowed)});
    return response;
}

net::Response with_asset(const Asset& asset) {
    auto response = tagged(asset.type, std::string(asset.body), asset.tag);
    if (asset.path.starts_with("/assets/"))
        std::ranges::find(response.headers, "Cache-Control", &net::Header::name)->value =
            "public, max-age=31536000, immutable";
    return response;
}

net::Response with_document(std::string body) {
    const auto tag = sha256(body).substr(0, 16);
    return tagged(json_type, std::move(body), tag);
}

/// A build's id names a log among files: nothing but what an id is made of gets through.
bool is_build_id(std::string_view id) {
    return !id.empty() && id.size() <= 128 && id.front() != '.' && std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.';
    });
}

/// From 1 to `most_lines`, or 0 where the text says anything else.
unsigned read_lines(std::string_view text) {
    if (text.empty()) return default_lines;
    unsigned lines = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), lines);
    const bool number = error == std::errc{} && end == text.data() + text.size();
    return number && lines <= most_lines ? lines : 0;
}

}  // namespace

Routes::Routes(const Options& options, Views views)
    : loopback_(is_loopback(options.address)),
      views_(std::move(views)),
      hooks_(options.webhook_secret, views_.on_hook, views_.now) {}

std::size_t Routes::body_limit(const net::Request& head) const {
    const bool hook = head.method == "POST" && net::path_of(head.target) == hook_path;
    return hook ? hooks_.body_limit() : 0;
}

Answer Routes::answer(const net::Request& request) {
    if (auto refused = refusal(request, loopback_)) return std::move(*refused);
    if (net::path_of(request.target) == hook_path) {
        if (request.method != "POST") return wrong_method(request.method, "POST");
        return hooks_.receive(request);
    }
    if (request.method != "GET" && request.method != "HEAD") return wrong_method(request.method, "GET, HEAD");
    auto answer = answer_read(request);
    if (auto* response = std::get_if<net::Response>(&answer)) return unless_known(request, std::move(*response));
    return answer;
}

Answer Routes::answer_read(const net::Request& request) {
    const auto path = net::path_of(request.target);
    if (const auto* asset = find_asset(path)) return with_asset(*asset);
    if (path == "/healthz") return fleeting(text_type, "ok\n");
    if (path == "/readyz") return ready();
    if (path == "/metrics") return fleeting(metrics_type, metrics_text(*board(), views_.counters()));
    if (path == apps_path) return cached(apps_document);
    if (path == revisions_path) return cached(revisions_document);
    if (path == "/api/v1/plan") return with_document(views_.plan_json());
    if (path == "/api/v1/events") return WantsEvents{};
    if (const auto segments = segments_after(path, revisions_path); segments.size() == 1) return revision(segments[0]);
    if (const auto segments = segments_after(path, apps_path); segments.size() >= 2)
        return answer_app(request, segments);
    return problem(404,
                   fmt::format("There is nothing at {}; /api/openapi.json tells what is where", printable(path, 200)));
}

/// environment/app, …/logs and …/builds/{id}/log.
Answer Routes::answer_app(const net::Request& request, const std::vector<std::string>& segments) {
    const auto shown = board();
    const auto app = shown->apps.find({segments[0], segments[1]});
    if (app == shown->apps.end()) return not_found("App", segments[1]);
    if (segments.size() == 2) return with_document(json::serialize(app_json(*app->second)) + "\n");
    if (segments.size() == 3 && segments[2] == "logs") return logs(request, app->first);
    if (segments.size() == 5 && segments[2] == "builds" && segments[4] == "log") return build_log(segments[3]);
    return problem(404, "An app has logs and builds/{id}/log, and nothing else");
}

net::Response Routes::ready() const {
    const auto shown = board();
    if (shown->ready) return fleeting(text_type, "ready\n");
    // The reason may name the repository, which is nobody's business elsewhere.
    const bool tell = loopback_ && !shown->problem.empty();
    return problem(503, tell ? shown->problem : "The first pass is not through yet");
}

net::Response Routes::cached(Cache::Make make) {
    const auto& entry = cache_.get(*board(), make);
    return tagged(json_type, entry.body, entry.tag);
}

net::Response Routes::revision(std::string_view id) const {
    const auto shown = board();
    const auto found = std::ranges::find(shown->revisions, id, [](const auto& revision) { return revision.id.str(); });
    if (found == shown->revisions.end()) return not_found("Revision", id);
    auto document = revision_json(*found);
    document["note"] = valid_utf8(found->note);
    return with_document(json::serialize(document) + "\n");
}

Answer Routes::logs(const net::Request& request, const AppKey& app) const {
    if (!net::query_value(request.target, "follow").empty())
        return problem(400, "Logs can't be followed yet; ask again");
    const auto lines = read_lines(net::query_value(request.target, "lines"));
    if (lines == 0) return problem(400, fmt::format("lines is a number from 1 to {}", most_lines));
    return WantsLogs{app, lines};
}

net::Response Routes::build_log(std::string_view id) const {
    if (!is_build_id(id)) return not_found("Build", id);
    auto log = views_.build_log(id);
    return log ? fleeting(text_type, std::move(*log)) : problem(log.error());
}

std::shared_ptr<const status::Board> Routes::board() const {
    auto shown = views_.board();
    return shown ? shown : std::make_shared<const status::Board>();
}

}  // namespace holdfast::web
