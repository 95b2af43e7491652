#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::swarm {

/// Splits a command line into words as docker does: single and double quotes, backslashes, `#` comments; nothing is
/// expanded.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view line);

/// Bytes from `512`, `64m`, `1.5GiB`: a unit is always of 1024.
[[nodiscard]] Result<std::int64_t> parse_bytes(std::string_view text);

/// Billionths of a CPU from `0.5`.
[[nodiscard]] Result<std::int64_t> parse_cpus(std::string_view text);

struct PortMapping {
    std::uint16_t target = 0;
    std::uint16_t published = 0;  ///< 0: the engine chooses
    std::string protocol;

    friend auto operator<=>(const PortMapping&, const PortMapping&) = default;
};

struct PortMappings {
    std::vector<PortMapping> ports;
    std::string ignored_address;  ///< an address to listen on, for which Swarm has no place
};

/// Ports from `[ADDRESS:][HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]`.
[[nodiscard]] Result<PortMappings> parse_ports(std::string_view text);

struct VolumeText {
    std::string source;  ///< empty: an anonymous volume
    std::string target;
    bool bind = false;  ///< the source is a path
    bool read_only = false;
    bool no_copy = false;
    std::string propagation;
};

/// A mount from `[SOURCE:]TARGET[:OPTION,…]`; unknown options are ignored, as docker does.
[[nodiscard]] Result<VolumeText> parse_volume(std::string_view text);

/// `CAP_NET_ADMIN` from `net_admin`; `ALL` stays.
[[nodiscard]] std::string capability_name(std::string_view text);

struct EnvironmentLine {
    std::string name;
    std::optional<std::string> value;  ///< missing: to be taken from outside
};

/// The variables of an env file, in order.
[[nodiscard]] Result<std::vector<EnvironmentLine>> parse_env_file(std::string_view text);

}  // namespace holdfast::swarm
