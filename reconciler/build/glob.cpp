#include "build/glob.hpp"

namespace holdfast::build {

namespace {

bool in_ranges(std::string_view ranges, char c) {
    for (std::size_t i = 0; i + 1 < ranges.size(); i += 2)
        if (ranges[i] <= c && c <= ranges[i + 1]) return true;
    return false;
}

}  // namespace

Result<Glob> Glob::parse(std::string_view pattern) {
    Glob glob;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        Token token{.kind = Kind::literal, .literal = pattern[at]};
        if (pattern.substr(at).starts_with("**")) {
            at += pattern.substr(at).starts_with("**/") ? 2 : 1;
            if (at + 1 == pattern.size()) {
                glob.tokens_.push_back({.kind = Kind::rest});
                continue;
            }
            // Two states: outside of any folder, which may be left for nothing, and within one, which only `/` ends.
            glob.tokens_.push_back({.kind = Kind::folders});
            token.kind = Kind::within_folders;
        } else if (pattern[at] == '*') {
            token.kind = Kind::star;
        } else if (pattern[at] == '?') {
            token.kind = Kind::any;
        } else if (pattern[at] == '[') {
            const auto end = parse_set(pattern, at + 1, token);
            if (!end) return std::unexpected(end.error());
            at = *end;
        } else if (pattern[at] == '\\') {
            if (++at == pattern.size()) return fail(ErrorCode::invalid, "a pattern can't end with a backslash");
            token.literal = pattern[at];
        }
        glob.tokens_.push_back(std::move(token));
    }
    return glob;
}

Result<std::size_t> Glob::parse_set(std::string_view pattern, std::size_t at, Token& token) {
    token.kind = Kind::set;
    token.negated = at < pattern.size() && pattern[at] == '^';
    if (token.negated) ++at;
    const auto character = [&]() -> char {
        if (at < pattern.size() && pattern[at] == '\\') ++at;
        return at < pattern.size() ? pattern[at++] : '\0';
    };
    while (at < pattern.size() && pattern[at] != ']') {
        const char first = character();
        char last = first;
        if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
            ++at;
            last = character();
        }
        token.ranges += {first, last};
    }
    if (at >= pattern.size() || token.ranges.empty())
        return fail(ErrorCode::invalid, "a set needs a member and a closing bracket, as in [a-z]");
    return at;
}

bool Glob::States::add(std::size_t state) {
    if (contains_[state]) return false;
    contains_[state] = true;
    states_.push_back(state);
    return true;
}

void Glob::States::clear() {
    for (const auto state : states_) contains_[state] = false;
    states_.clear();
}

void Glob::enter(States& states, std::size_t state) const {
    while (states.add(state) && state < tokens_.size()) {
        const auto kind = tokens_[state].kind;
        if (kind == Kind::star || kind == Kind::rest)
            state += 1;
        else if (kind == Kind::folders)
            state += 2;
        else
            return;
    }
}

void Glob::step(std::size_t state, char c, States& next) const {
    const Token& token = tokens_[state];
    switch (token.kind) {
        case Kind::literal:
            if (c == token.literal) enter(next, state + 1);
            return;
        case Kind::any:
            if (c != '/') enter(next, state + 1);
            return;
        case Kind::set:
            if (c != '/' && in_ranges(token.ranges, c) != token.negated) enter(next, state + 1);
            return;
        case Kind::star:
            if (c != '/') enter(next, state);
            return;
        case Kind::rest:
            enter(next, state);
            return;
        case Kind::folders:
            enter(next, state + 1);
            if (c == '/') enter(next, state + 2);
            return;
        case Kind::within_folders:
            enter(next, state);
            if (c == '/') enter(next, state + 1);
            return;
    }
}

bool Glob::covers(std::string_view path, std::uint64_t& steps) const {
    const auto end = tokens_.size();
    States now(end + 1);
    States next(end + 1);
    enter(now, 0);
    for (const char c : path) {
        if (c == '/' && now.contains(end)) return true;
        for (const auto state : now.all())
            if (state != end) step(state, c, next);
        steps += now.all().size();
        std::swap(now, next);
        next.clear();
        if (now.all().empty()) return false;
    }
    return now.contains(end);
}

}  // namespace holdfast::build
