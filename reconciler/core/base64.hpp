#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast {

/// RFC 4648 §4 with padding, as the Engine API takes data.
[[nodiscard]] std::string base64(std::string_view bytes);
/// RFC 4648 §5 (the alphabet for URLs) with padding, as the Engine API wants credentials.
[[nodiscard]] std::string base64url(std::string_view bytes);
/// Reads RFC 4648 §4; padding may be missing, any other character is an error.
[[nodiscard]] Result<std::string> from_base64(std::string_view text);

}  // namespace holdfast
