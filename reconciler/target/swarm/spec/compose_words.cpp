#include <algorithm>
#include <fmt/format.h>

#include "core/text.hpp"
#include "target/swarm/spec/compose_syntax.hpp"

namespace holdfast::swarm {

namespace {

constexpr std::string_view blanks = " \t\r\n";

bool blank(char c) {
    return blanks.find(c) != std::string_view::npos;
}

/// Reads a quoted part, from behind its opening quote to behind its closing one.
bool read_quoted(std::string_view line, std::size_t& at, std::string& word) {
    const char quote = line[at++];
    for (; at < line.size(); ++at) {
        if (line[at] == quote) {
            ++at;
            return true;
        }
        if (quote == '"' && line[at] == '\\') ++at;
        if (at == line.size()) return false;
        word += line[at];
    }
    return false;
}

bool read_word(std::string_view line, std::size_t& at, std::string& word) {
    while (at < line.size() && !blank(line[at])) {
        if (line[at] == '"' || line[at] == '\'') {
            if (!read_quoted(line, at, word)) return false;
            continue;
        }
        if (line[at] == '\\') ++at;
        if (at == line.size()) return false;
        word += line[at++];
    }
    return true;
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0;;) {
        while (at < line.size() && blank(line[at])) ++at;
        if (at == line.size()) return words;
        if (line[at] == '#') {
            at = std::min(line.size(), line.find('\n', at));
            continue;
        }
        if (!read_word(line, at, words.emplace_back()))
            return fail(ErrorCode::invalid, "the command line ends within a quote or behind a backslash");
    }
}

Result<std::vector<EnvironmentLine>> parse_env_file(std::string_view text) {
    std::vector<EnvironmentLine> out;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.ends_with('\r')) line.remove_suffix(1);
        line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
        if (line.empty() || line.front() == '#') continue;
        const auto equals = line.find('=');
        const auto name = line.substr(0, equals);
        if (name.empty()) return fail(ErrorCode::invalid, fmt::format("no variable name in \"{}\"", printable(line)));
        if (name.find_first_of(blanks) != std::string_view::npos && equals != std::string_view::npos)
            return fail(ErrorCode::invalid, fmt::format("white space in the variable name \"{}\"", printable(name)));
        out.push_back({std::string(trimmed(name)), equals == std::string_view::npos
                                                       ? std::nullopt
                                                       : std::optional(std::string(line.substr(equals + 1)))});
    }
    return out;
}

}  // namespace holdfast::swarm
