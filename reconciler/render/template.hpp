#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::render {

/// Fills a mustache template (https://mustache.github.io/mustache.5.html) with `values`. `{{x}}` writes a value so that
/// it can stand between the quotes of a JSON string, `{{{x}}}` as it is. A name that `values` lacks, a section's
/// included, is an error and never silently empty; partials are refused. `name` is the template's, for errors. The
/// parsed template is kept by its text, for as long as the thread lives.
[[nodiscard]] Result<std::string> render_template(std::string_view name, std::string_view text,
                                                  const json::value& values);

}  // namespace holdfast::render
