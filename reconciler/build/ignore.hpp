#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "build/glob.hpp"
#include "build/source_tree.hpp"
#include "core/result.hpp"

namespace holdfast::build {

/// The rules of a `.dockerignore` (https://docs.docker.com/build/concepts/context/#dockerignore-files): the last one
/// that covers a path decides, and one that starts with `!` takes the path back in.
class IgnoreRules {
  public:
    /// An error says which line is wrong. At most 500 rules, together 16 KiB.
    static Result<IgnoreRules> parse(std::string_view text);

    /// Adds to `steps` what the decision took.
    [[nodiscard]] bool excludes(std::string_view path, std::uint64_t& steps) const;
    [[nodiscard]] bool empty() const { return rules_.empty(); }

  private:
    struct Rule {
        Glob glob;
        bool include = false;
    };
    std::vector<Rule> rules_;
};

/// The files that `rules` leave, in their order. `always` stays whatever they say, as docker keeps the Dockerfile.
/// Rules that take too long for these files (seconds: they were made for that) are an error.
[[nodiscard]] Result<std::vector<SourceFile>> without_ignored(std::vector<SourceFile> files, const IgnoreRules& rules,
                                                              std::string_view always);

}  // namespace holdfast::build
