#pragma once

#include <string_view>

namespace holdfast::build {

/// The text of templates/dockerfiles/{name}.Dockerfile.mustache, compiled in; empty for a name that isn't there.
[[nodiscard]] std::string_view dockerfile_template(std::string_view name);

}  // namespace holdfast::build
