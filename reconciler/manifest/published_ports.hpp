#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace holdfast::manifest {

/// A port that a compose service fragment publishes on the nodes.
struct PublishedPort {
    std::string pointer;  ///< of the entry within the fragment
    std::string shown;    ///< `8080/tcp`: number and protocol
};

/// The ports of a compose service fragment, in its short (`8080:80/tcp`) and long form. Ranges and what isn't a port
/// are left to who converts the fragment.
[[nodiscard]] std::vector<PublishedPort> published_ports(const json::value& fragment);

}  // namespace holdfast::manifest
