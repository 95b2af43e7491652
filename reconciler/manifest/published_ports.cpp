#include "manifest/published_ports.hpp"

#include <fmt/format.h>

namespace holdfast::manifest {

namespace {

/// `[address:]published:target[/protocol]`, or empty where nothing is published at a fixed port.
std::string from_short_form(std::string_view text) {
    const auto slash = text.rfind('/');
    const auto protocol = slash == std::string_view::npos ? std::string_view("tcp") : text.substr(slash + 1);
    const auto ports = text.substr(0, slash);
    const auto target = ports.rfind(':');
    if (target == std::string_view::npos) return {};
    const auto published = ports.substr(0, target);
    const auto number = published.substr(published.rfind(':') + 1);
    const bool fixed = !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
    return fixed ? fmt::format("{}/{}", number, protocol) : std::string();
}

std::string from_long_form(const json::value& port) {
    const auto* published = member(port, "published");
    if (published == nullptr || published->is_structured() || published->is_null()) return {};
    const auto number = published->is_string() ? std::string(published->get_string()) : json::serialize(*published);
    const bool fixed = !number.empty() && number != "0" && number.find_first_not_of("0123456789") == std::string::npos;
    return fixed ? fmt::format("{}/{}", number, text_member(port, "protocol", "tcp")) : std::string();
}

}  // namespace

std::vector<PublishedPort> published_ports(const json::value& fragment) {
    std::vector<PublishedPort> out;
    const auto* ports = member(fragment, "ports");
    if (ports == nullptr || !ports->is_array()) return out;
    for (std::size_t i = 0; i < ports->get_array().size(); ++i) {
        const auto& port = ports->get_array()[i];
        auto shown = port.is_string() ? from_short_form(port.get_string()) : from_long_form(port);
        if (!shown.empty()) out.push_back({fmt::format("/ports/{}", i), std::move(shown)});
    }
    return out;
}

}  // namespace holdfast::manifest
