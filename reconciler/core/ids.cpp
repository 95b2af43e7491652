#include "core/ids.hpp"

#include <algorithm>

namespace holdfast {

namespace {

bool lower_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

constexpr std::size_t name_limit = 20;

}  // namespace

Result<CommitId> CommitId::parse(std::string_view hex) {
    if (hex.size() != 40 || !lower_hex(hex))
        return fail(ErrorCode::invalid, "a commit id is 40 hex digits in lower case");
    CommitId id;
    id.hex_ = hex;
    return id;
}

Result<Digest> Digest::parse(std::string_view text) {
    constexpr std::string_view prefix = "sha256:";
    if (!text.starts_with(prefix) || text.size() != prefix.size() + 64 || !lower_hex(text.substr(prefix.size())))
        return fail(ErrorCode::invalid, "a digest is sha256: and 64 hex digits in lower case");
    Digest digest;
    digest.text_ = text;
    return digest;
}

Result<AppKey> AppKey::parse(std::string_view text) {
    const auto slash = text.find('/');
    AppKey key = slash == std::string_view::npos
                     ? AppKey{"default", std::string(text)}
                     : AppKey{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
    for (const auto& part : {key.environment, key.name})
        if (auto problem = name_problem(part); !problem.empty()) return fail(ErrorCode::invalid, problem);
    return key;
}

std::string name_problem(std::string_view name) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (name.empty()) return "a name can't be empty";
    if (name.size() > name_limit) return "a name has at most 20 characters";
    if (!std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c) || c == '-'; }))
        return "a name has lower-case letters, digits and hyphens only";
    if (!letter(name.front())) return "a name starts with a letter";
    if (name.back() == '-') return "a name ends with a letter or digit";
    if (name.find("--") != std::string_view::npos) return "a name has no two hyphens in a row";
    return {};
}

}  // namespace holdfast
