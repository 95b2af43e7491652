#include "web/hooks.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "web/problem.hpp"
#include "web/response.hpp"

namespace holdfast::web {

namespace {

constexpr std::size_t most_bytes = std::size_t{3} << 20U;
constexpr std::size_t most_bytes_under_attack = std::size_t{64} << 10U;
constexpr std::size_t most_depth = 32;
constexpr std::size_t most_text = 1000;
constexpr std::size_t deliveries_kept = 256;

std::string_view signature_of(const net::Request& request) {
    const auto ours = net::header(request.headers, "X-Holdfast-Signature");
    return ours.empty() ? net::header(request.headers, "X-Hub-Signature-256") : ours;
}

/// The sender's own id of this delivery, where it is fit to be logged and sent back.
std::string delivery_of(const net::Request& request) {
    const auto ours = net::header(request.headers, "X-Holdfast-Delivery");
    const auto id = ours.empty() ? net::header(request.headers, "X-GitHub-Delivery") : ours;
    const bool plain = std::ranges::all_of(id, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    return plain && id.size() <= 64 ? std::string(id) : std::string{};
}

std::string repository_of(const json::value& body) {
    const auto* repository = member(body, "repository");
    if (repository != nullptr && repository->is_object()) return text_member(*repository, "clone_url");
    return text_member(body, "repository");
}

net::Response accepted(std::string_view id) {
    return {.status = 202,
            .headers = {{"Content-Type", std::string(json_type)}, {"Cache-Control", "no-store"}},
            .body = json::serialize(json::object{{"id", id}}) + "\n"};
}

}  // namespace

bool is_signed(const net::Request& request, const Secret& secret) {
    constexpr std::string_view prefix = "sha256=";
    const auto signature = signature_of(request);
    return signature.starts_with(prefix) &&
           equal_in_constant_time(signature.substr(prefix.size()), hmac_sha256(secret.reveal(), request.body));
}

Result<Hook> read_hook(std::string_view body) {
    Hook hook{.source = "generic"};
    if (trimmed(body).empty()) return hook;
    const auto value = parse_json(body, most_depth);
    if (!value) return fail(value.error(), "the body of a webhook is JSON (content type application/json)");
    if (!value->is_object()) return fail(ErrorCode::invalid, "the body of a webhook is a JSON object, or empty");
    const auto text = [&](std::string_view name) { return printable(text_member(*value, name), most_text); };
    hook.repository = printable(repository_of(*value), most_text);
    hook.ref = text("ref");
    hook.commit = text("commit");
    if (hook.commit.empty()) hook.commit = text("after");
    hook.app = text("app");
    return hook;
}

Hooks::Hooks(Secret secret, std::function<void(Hook)> deliver, std::function<Time()> now)
    : secret_(std::move(secret)), deliver_(std::move(deliver)), now_(std::move(now)) {}

std::size_t Hooks::body_limit() const {
    return failures_.available(now_()) < 1 ? most_bytes_under_attack : most_bytes;
}

net::Response Hooks::receive(const net::Request& request) {
    if (secret_.empty())
        return problem(503, "Webhooks are off: start Holdfast with --webhook-secret-file to take them");
    if (!is_signed(request, secret_)) return refuse();
    auto hook = read_hook(request.body);
    if (!hook) return problem(hook.error());
    hook->id = delivery_of(request);
    if (hook->id.empty()) {
        hook->id = next_id(request.body);
    } else if (seen(hook->id)) {
        return accepted(hook->id);
    }
    auto response = accepted(hook->id);
    deliver_(std::move(*hook));
    return response;
}

/// Signed hooks always get through: who floods us with wrong ones can't keep the right ones out.
net::Response Hooks::refuse() {
    if (failures_.take(now_()))
        return problem(401,
                       "X-Holdfast-Signature must be sha256= and the HMAC-SHA256 of the body in lower-case hex digits");
    auto response = problem(429, "Too many webhooks with a wrong signature");
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

std::string Hooks::next_id(std::string_view body) {
    return sha256(fmt::format("{} {} {}", ++count_, now_().time_since_epoch().count(), sha256(body))).substr(0, 16);
}

bool Hooks::seen(const std::string& delivery) {
    if (std::ranges::find(deliveries_, delivery) != deliveries_.end()) return true;
    deliveries_.push_back(delivery);
    if (deliveries_.size() > deliveries_kept) deliveries_.pop_front();
    return false;
}

}  // namespace holdfast::web
