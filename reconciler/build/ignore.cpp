#include "build/ignore.hpp"

#include <filesystem>
#include <ranges>

#include "core/text.hpp"

namespace holdfast::build {

namespace {

constexpr std::size_t rule_limit = 500;
constexpr std::size_t text_limit = std::size_t{16} << 10U;
constexpr std::uint64_t step_limit = 2'000'000'000;

/// `./a//b/` → `a/b`, and `/a` → `a`: docker reads a leading slash as the context's root.
std::string cleaned(std::string_view pattern) {
    auto text = std::filesystem::path(pattern).lexically_normal().generic_string();
    while (text.size() > 1 && text.back() == '/') text.pop_back();
    if (text.size() > 1 && text.front() == '/') text.erase(0, 1);
    return text;
}

std::unexpected<Error> bad_line(std::size_t line, std::string_view problem) {
    return fail(ErrorCode::invalid, fmt::format("{}", problem), fmt::format(".dockerignore:{}", line));
}

}  // namespace

Result<IgnoreRules> IgnoreRules::parse(std::string_view text) {
    if (text.size() > text_limit) return fail(ErrorCode::limit, "a .dockerignore has at most 16 KiB");
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    IgnoreRules rules;
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const auto end = text.find('\n');
        auto pattern = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);

        if (pattern.starts_with('#')) continue;
        pattern = trimmed(pattern);
        const bool include = pattern.starts_with('!');
        if (include) pattern = trimmed(pattern.substr(1));
        if (include && pattern.empty()) return bad_line(line, "! needs a pattern after it");
        if (pattern.empty()) continue;

        const auto clean = cleaned(pattern);
        if (clean == "." || clean == "/") continue;  // as docker does: the context itself can't be left out
        auto glob = Glob::parse(clean);
        if (!glob) return bad_line(line, glob.error().message);
        rules.rules_.push_back({std::move(*glob), include});
        if (rules.rules_.size() > rule_limit) return fail(ErrorCode::limit, "a .dockerignore has at most 500 rules");
    }
    return rules;
}

bool IgnoreRules::excludes(std::string_view path, std::uint64_t& steps) const {
    for (const auto& rule : std::views::reverse(rules_))
        if (rule.glob.covers(path, steps)) return !rule.include;
    return false;
}

Result<std::vector<SourceFile>> without_ignored(std::vector<SourceFile> files, const IgnoreRules& rules,
                                                std::string_view always) {
    if (rules.empty()) return files;
    std::uint64_t steps = 0;
    std::vector<SourceFile> kept;
    for (auto& file : files) {
        if (file.path == always || !rules.excludes(file.path, steps)) kept.push_back(std::move(file));
        if (steps > step_limit) return fail(ErrorCode::limit, "the .dockerignore's patterns take too long to match");
    }
    return kept;
}

}  // namespace holdfast::build
