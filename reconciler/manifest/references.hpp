#pragma once

#include <string>
#include <string_view>

namespace holdfast::manifest {

// What is wrong with text that later becomes an argument of a program or part of a request; empty where nothing is.
// None of the messages repeats a URL, as one may hold credentials.

/// A source's repository: https or ssh, or a path where `local_allowed`.
[[nodiscard]] std::string repository_problem(std::string_view url, bool local_allowed);

/// A branch's or tag's name, by the rules of git-check-ref-format(1).
[[nodiscard]] std::string ref_problem(std::string_view name);

/// An image reference: `[host[:port]/]path[:tag][@digest]`.
[[nodiscard]] std::string image_problem(std::string_view image);

/// A path within a repository: relative, and never leaving it.
[[nodiscard]] std::string path_problem(std::string_view path);

}  // namespace holdfast::manifest
