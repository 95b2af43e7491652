#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::swarm {

/// A version of the Docker Engine API, as in `/v1.41/services`.
struct ApiVersion {
    unsigned major = 0;
    unsigned minor = 0;

    static Result<ApiVersion> parse(std::string_view text);
    [[nodiscard]] std::string str() const;
    friend auto operator<=>(const ApiVersion&, const ApiVersion&) = default;
};

/// 1.41 (Docker 20.10) brought what hardened services need: capabilities and the count of running tasks.
inline constexpr ApiVersion oldest_api{1, 41};
/// The newest version whose changes were read and found harmless to us. Docker 29 refuses anything under 1.44.
inline constexpr ApiVersion newest_api{1, 47};

/// The version to speak with an engine whose newest is `engines`: its own, but none that we don't know.
[[nodiscard]] Result<ApiVersion> negotiated(ApiVersion engines);

}  // namespace holdfast::swarm
