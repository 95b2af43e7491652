#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::build {

/// What a package.json (https://docs.npmjs.com/cli/configuring-npm/package-json) says that matters to a Dockerfile.
struct Package {
    bool depends_on_next = false;
    bool has_packages = false;  ///< anything to install
    bool has_build_script = false;
    std::string start_script;  ///< run by npm where it has a prestart beside it
    std::string main;          ///< relative path, or empty
};

/// An error says where the text isn't JSON, or what isn't an object or text.
[[nodiscard]] Result<Package> parse_package(std::string_view text);

}  // namespace holdfast::build
