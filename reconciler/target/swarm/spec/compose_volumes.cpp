#include <array>
#include <cctype>
#include <fmt/format.h>

#include "target/swarm/spec/compose_syntax.hpp"

namespace holdfast::swarm {

namespace {

bool is_drive(std::string_view text) {
    return text.size() == 1 && std::isalpha(static_cast<unsigned char>(text.front())) != 0;
}

/// Cuts off the part before the next colon; the colon of a Windows drive (`C:\data`) belongs to the part.
std::string_view next_part(std::string_view& rest) {
    auto colon = rest.find(':');
    if (colon != std::string_view::npos && is_drive(rest.substr(0, colon))) colon = rest.find(':', colon + 1);
    const auto part = rest.substr(0, colon);
    rest.remove_prefix(colon == std::string_view::npos ? rest.size() : colon + 1);
    return part;
}

bool is_path(std::string_view source) {
    if (std::string_view("./~").find(source.front()) != std::string_view::npos) return true;
    return source.starts_with("\\\\") || (source.size() > 1 && source[1] == ':' && is_drive(source.substr(0, 1)));
}

void read_options(std::string_view options, VolumeText& volume) {
    constexpr std::array<std::string_view, 6> propagations{"rprivate", "private", "rshared",
                                                           "shared",   "rslave",  "slave"};
    while (!options.empty()) {
        const auto option = options.substr(0, options.find(','));
        options.remove_prefix(std::min(options.size(), option.size() + 1));
        if (option == "ro") volume.read_only = true;
        if (option == "rw") volume.read_only = false;
        if (option == "nocopy") volume.no_copy = true;
        for (const auto known : propagations)
            if (option == known) volume.propagation = option;
    }
}

}  // namespace

Result<VolumeText> parse_volume(std::string_view text) {
    VolumeText volume;
    if (text.empty()) return fail(ErrorCode::invalid, "the volume is empty");
    if (text.size() <= 2) {
        volume.target = text;
        return volume;
    }
    std::vector<std::string_view> parts;
    for (auto rest = text; !rest.empty();) {
        parts.push_back(next_part(rest));
        if (parts.back().empty())
            return fail(ErrorCode::invalid, fmt::format("\"{}\": empty part between colons", text));
    }
    if (text.ends_with(':')) return fail(ErrorCode::invalid, fmt::format("\"{}\": empty part between colons", text));
    if (parts.size() > 3) return fail(ErrorCode::invalid, fmt::format("\"{}\": too many colons", text));

    volume.target = parts.size() == 1 ? parts[0] : parts[1];
    if (parts.size() > 1) {
        volume.source = parts[0];
        volume.bind = is_path(volume.source);
    }
    if (parts.size() > 2) read_options(parts[2], volume);
    return volume;
}

}  // namespace holdfast::swarm
