#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

#include "target/swarm/spec/compose_syntax.hpp"

namespace holdfast::swarm {

namespace {

struct Range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;

    [[nodiscard]] int length() const { return last - first; }
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

std::optional<Range> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = parse_port(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_port(text.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    return Range{*first, *last};
}

/// What stands before and behind the last colon outside of brackets.
std::pair<std::string_view, std::string_view> split_last(std::string_view text) {
    const auto colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
    if (colon == std::string_view::npos) return {{}, text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<PortMappings> parse_ports(std::string_view text) {
    const auto wrong = [&](std::string_view why) {
        return fail(ErrorCode::invalid, fmt::format("\"{}\": {}", text, why));
    };
    const auto slash = text.find('/');
    std::string protocol(slash == std::string_view::npos ? "tcp" : text.substr(slash + 1));
    std::ranges::transform(protocol, protocol.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
        return wrong("the protocol must be tcp, udp or sctp");

    const auto [before, container_text] = split_last(text.substr(0, slash));
    const auto [address, host_text] = split_last(before);
    const auto container = parse_range(container_text);
    if (!container) return wrong("no container port or range of ports like 80 or 8000-8010");
    auto host = host_text.empty() ? std::optional(Range{}) : parse_range(host_text);
    if (!host) return wrong("no host port or range of ports like 80 or 8000-8010");
    const bool published = !host_text.empty();
    if (published && host->length() != container->length() && container->length() != 0)
        return wrong("both ranges of ports must be equally long");

    PortMappings out;
    if (address != "0.0.0.0") out.ignored_address = address;
    const int count = std::max(container->length(), published ? host->length() : 0);
    for (int i = 0; i <= count; ++i) {
        const int target = container->length() == 0 ? container->first : container->first + i;
        const int outside = published ? host->first + i : 0;
        out.ports.push_back({static_cast<std::uint16_t>(target), static_cast<std::uint16_t>(outside), protocol});
    }
    return out;
}

}  // namespace holdfast::swarm
