#include "manifest/fields.hpp"

#include <fmt/format.h>

#include "core/time.hpp"
#include "manifest/units.hpp"

namespace holdfast::manifest {

Diagnostic Origins::diagnostic(std::string_view pointer, std::string message, bool at_key) const {
    const auto placed = [&](const Origin& origin) {
        auto full = origin.prefix + std::string(pointer);
        auto at = at_key ? origin.document->locate_key(full) : origin.document->locate(full);
        return Diagnostic{.at = std::move(at), .pointer = std::move(full), .message = std::move(message)};
    };
    for (const auto& origin : origins_)
        if (origin.document->positions.contains(origin.prefix + std::string(pointer))) return placed(origin);
    return placed(origins_.front());
}

const json::value* Fields::find(std::string_view key) const {
    return value_ == nullptr ? nullptr : member(*value_, key);
}

Fields Fields::at(std::string_view key) const {
    return {find(key), pointer_child(pointer_, key), *origins_, *problems_};
}

Fields Fields::at(std::size_t index) const {
    return {&value_->as_array()[index], pointer_child(pointer_, index), *origins_, *problems_};
}

std::vector<std::string> Fields::keys() const {
    std::vector<std::string> out;
    if (const auto* object = value_ == nullptr ? nullptr : value_->if_object())
        for (const auto& [key, unused] : *object) out.emplace_back(key);
    return out;
}

std::size_t Fields::size() const {
    const auto* array = value_ == nullptr ? nullptr : value_->if_array();
    return array == nullptr ? 0 : array->size();
}

void Fields::problem(std::string message, bool at_key) const {
    problems_->push_back(origins_->diagnostic(pointer_, std::move(message), at_key));
}

void Fields::unsupported(std::string_view target) const {
    if (present()) problem(fmt::format("not supported yet on {}", target), true);
}

void Fields::read(std::string_view key, std::string& out) const {
    if (const auto* found = find(key)) out = found->get_string();
}

void Fields::read(std::string_view key, bool& out) const {
    if (const auto* found = find(key)) out = found->get_bool();
}

void Fields::read(std::string_view key, unsigned& out) const {
    if (const auto* found = find(key)) out = found->to_number<unsigned>();
}

void Fields::read(std::string_view key, std::optional<unsigned>& out) const {
    if (const auto* found = find(key)) out = found->to_number<unsigned>();
}

void Fields::read(std::string_view key, double& out) const {
    if (const auto* found = find(key)) out = found->to_number<double>();
}

void Fields::read(std::string_view key, Duration& out) const {
    std::optional<Duration> duration;
    read(key, duration);
    if (duration) out = *duration;
}

void Fields::read(std::string_view key, std::optional<Duration>& out) const {
    const auto* found = find(key);
    if (found == nullptr) return;
    if (auto duration = parse_duration(found->get_string())) {
        out = *duration;
    } else {
        at(key).problem(duration.error().message);
    }
}

void Fields::read(std::string_view key, std::vector<std::string>& out) const {
    const auto* found = find(key);
    if (found == nullptr) return;
    out.clear();
    for (const auto& item : found->get_array()) out.emplace_back(item.get_string());
}

void Fields::read(std::string_view key, Named<std::string>& out) const {
    const auto* found = find(key);
    if (found == nullptr) return;
    for (const auto& name : at(key).keys()) out[name] = at(key).at(name).scalar_text();
}

void Fields::cpu(std::string_view key, std::optional<std::uint64_t>& out) const {
    const auto* found = find(key);
    if (found == nullptr) return;
    if (auto amount = parse_cpu(*found)) {
        out = *amount;
    } else {
        at(key).problem(amount.error().message);
    }
}

void Fields::memory(std::string_view key, std::optional<std::uint64_t>& out) const {
    const auto* found = find(key);
    if (found == nullptr) return;
    if (auto amount = parse_memory(*found)) {
        out = *amount;
    } else {
        at(key).problem(amount.error().message);
    }
}

std::string Fields::scalar_text() const {
    return value_->is_string() ? std::string(value_->get_string()) : json::serialize(*value_);
}

}  // namespace holdfast::manifest
