#include "app/failures.hpp"

#include <algorithm>

#include "app/files.hpp"
#include "core/json.hpp"
#include "core/text.hpp"

namespace holdfast::app {

namespace {

using namespace std::chrono_literals;

constexpr auto longest = 60min;

std::chrono::minutes backoff(unsigned attempts) {
    return std::min<std::chrono::minutes>(longest, 1min * (1U << std::min(attempts - 1, 6U)));
}

}  // namespace

FailureMemory::FailureMemory(std::filesystem::path file) : file_(std::move(file)) {
    const auto text = read_file(file_, std::size_t{16} << 20U);
    const auto value = text ? parse_json(*text) : std::unexpected(text.error());
    if (!value || !value->is_object()) return;
    for (const auto& [name, entry] : value->get_object()) {
        const auto key = AppKey::parse(name);
        const auto next = parse_rfc3339(text_member(entry, "nextTry"));
        const auto* attempts = member(entry, "attempts");
        if (!key || !next || attempts == nullptr || !attempts->is_int64()) continue;
        failures_[*key] = {text_member(entry, "input"), static_cast<unsigned>(attempts->get_int64()), *next,
                           text_member(entry, "reason")};
    }
}

void FailureMemory::failed(const AppKey& app, const std::string& input_hash, std::string reason, Time now) {
    auto& failure = failures_[app];
    if (failure.input_hash != input_hash) failure = {.input_hash = input_hash};
    ++failure.attempts;
    failure.next_try = now + backoff(failure.attempts);
    failure.reason = std::move(reason);
    save();
}

void FailureMemory::forget(const AppKey& app) {
    if (failures_.erase(app) > 0) save();
}

void FailureMemory::keep(const std::function<bool(const AppKey&)>& exists) {
    if (std::erase_if(failures_, [&](const auto& entry) { return !exists(entry.first); }) > 0) save();
}

std::optional<Failure> FailureMemory::blocks(const AppKey& app, const std::string& input_hash, Time now) const {
    const auto found = failures_.find(app);
    if (found == failures_.end() || found->second.input_hash != input_hash || now >= found->second.next_try)
        return std::nullopt;
    // Further off than any backoff: the clock went back.
    if (found->second.next_try - now > longest) return std::nullopt;
    return found->second;
}

std::optional<Time> FailureMemory::next_try(Time now) const {
    std::optional<Time> next;
    for (const auto& [app, failure] : failures_)
        if (failure.next_try > now && (!next || failure.next_try < *next)) next = failure.next_try;
    return next;
}

void FailureMemory::save() const {
    json::object out;
    for (const auto& [app, failure] : failures_)
        out[app.str()] = {{"input", failure.input_hash},
                          {"attempts", static_cast<std::int64_t>(failure.attempts)},
                          {"nextTry", to_rfc3339(failure.next_try)},
                          {"reason", printable(failure.reason)}};
    // Losing it costs one more try of what failed: not worth stopping for.
    (void)write_file(file_, json::serialize(out));
}

}  // namespace holdfast::app
