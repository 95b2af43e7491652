#pragma once

#include <string_view>

namespace holdfast::web {

/// A file that was compiled into the binary.
struct Asset {
    std::string_view path;  ///< the route; that of a part of the page has a hash of all parts in it
    std::string_view type;
    std::string_view tag;
    std::string_view body;
};

/// The page at `/`, its parts under `/assets/` and `/api/openapi.json`; null where `path` is none of them.
[[nodiscard]] const Asset* find_asset(std::string_view path);

}  // namespace holdfast::web
