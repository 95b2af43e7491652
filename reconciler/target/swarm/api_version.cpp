#include "target/swarm/api_version.hpp"

#include <charconv>

#include "core/text.hpp"

namespace holdfast::swarm {

namespace {

bool read_number(std::string_view text, unsigned& number) {
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && rest == text.data() + text.size();
}

}  // namespace

Result<ApiVersion> ApiVersion::parse(std::string_view text) {
    ApiVersion version;
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || !read_number(text.substr(0, dot), version.major) ||
        !read_number(text.substr(dot + 1), version.minor)) {
        return fail(ErrorCode::invalid, fmt::format("'{}' is not an API version such as 1.41", printable(text, 40)));
    }
    return version;
}

std::string ApiVersion::str() const {
    return fmt::format("{}.{}", major, minor);
}

Result<ApiVersion> negotiated(ApiVersion engines) {
    if (engines < oldest_api) {
        return fail(ErrorCode::invalid, fmt::format("the engine speaks API {}; {} or newer (Docker 20.10) is needed",
                                                    engines.str(), oldest_api.str()));
    }
    return std::min(engines, newest_api);
}

}  // namespace holdfast::swarm
