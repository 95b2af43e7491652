#include "build/dockerfile.hpp"

#include <cctype>
#include <charconv>
#include <string>
#include <vector>

#include "core/text.hpp"

namespace holdfast::build {

namespace {

using Variables = manifest::Named<std::string>;

std::string lower(std::string_view text) {
    std::string result(text);
    for (auto& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string_view take_word(std::string_view& text) {
    text = trimmed(text);
    const auto word = text.substr(0, text.find_first_of(" \t"));
    text.remove_prefix(word.size());
    return word;
}

/// One instruction with its continuations joined.
struct Instruction {
    std::string name;  ///< in lower case
    std::string rest;
};

/// `# escape=` may stand among the comments at the very top.
char escape_of(std::string_view text) {
    while (!text.empty()) {
        auto line = trimmed(take_line(text));
        if (!line.starts_with('#')) break;
        line = trimmed(line.substr(1));
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) break;  // a plain comment ends the directives
        if (lower(trimmed(line.substr(0, equals))) == "escape" && trimmed(line.substr(equals + 1)) == "`") return '`';
    }
    return '\\';
}

/// Skips the here-documents that an instruction starts: `RUN <<EOF`, `COPY <<-"A" <<B /dest`.
void skip_here_documents(std::string_view instruction, std::string_view& text) {
    for (auto at = instruction.find("<<"); at != std::string_view::npos; at = instruction.find("<<", at + 2)) {
        auto word = instruction.substr(at + 2);
        const bool tabs = word.starts_with('-');
        if (tabs) word.remove_prefix(1);
        word = word.substr(0, word.find_first_of(" \t;|&>)"));
        if (word.size() > 1 && (word.front() == '"' || word.front() == '\'') && word.back() == word.front())
            word = word.substr(1, word.size() - 2);
        if (word.empty() || (std::isalpha(static_cast<unsigned char>(word.front())) == 0 && word.front() != '_'))
            continue;
        while (!text.empty()) {
            auto line = take_line(text);
            if (tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
            if (line == word) break;
        }
    }
}

std::vector<Instruction> instructions_of(std::string_view text) {
    const char escape = escape_of(text);
    std::vector<Instruction> instructions;
    std::string joined;
    while (!text.empty()) {
        const auto line = trimmed(take_line(text));
        if (line.empty() || line.starts_with('#')) continue;  // also between continuations
        if (line.ends_with(escape)) {
            joined.append(line.substr(0, line.size() - 1));
            if (!text.empty()) continue;
        } else {
            joined.append(line);
        }
        std::string_view rest = joined;
        const auto name = lower(take_word(rest));
        if (name == "run" || name == "copy" || name == "add") skip_here_documents(rest, text);
        instructions.push_back({name, std::string(trimmed(rest))});
        joined.clear();
    }
    return instructions;
}

/// `$NAME`, `${NAME}`, `${NAME:-otherwise}`.
std::string expanded(std::string_view text, const Variables& variables) {
    std::string result;
    const auto look_up = [&](std::string_view name, std::string_view otherwise) {
        const auto found = variables.find(name);
        result.append(found != variables.end() && !found->second.empty() ? found->second : otherwise);
    };
    while (!text.empty()) {
        const auto dollar = text.find('$');
        result.append(text.substr(0, dollar));
        if (dollar == std::string_view::npos) break;
        text.remove_prefix(dollar + 1);
        if (text.starts_with('{')) {
            const auto close = text.find('}');
            const auto inside = text.substr(1, close == std::string_view::npos ? close : close - 1);
            const auto colon = inside.find(":-");
            look_up(inside.substr(0, colon), colon == std::string_view::npos ? "" : inside.substr(colon + 2));
            text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
        } else {
            const auto end = std::ranges::find_if_not(
                text, [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
            const auto length = static_cast<std::size_t>(end - text.begin());
            look_up(text.substr(0, length), "");
            text.remove_prefix(length);
        }
    }
    return result;
}

std::string unquoted(std::string_view text) {
    if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
        text = text.substr(1, text.size() - 2);
    return std::string(text);
}

struct Stage {
    std::string name;
    Variables variables;
    std::optional<std::uint16_t> own_port, inherited_port;

    [[nodiscard]] std::optional<std::uint16_t> port() const { return own_port ? own_port : inherited_port; }
};

std::optional<std::uint16_t> tcp_port(std::string_view text) {
    const auto slash = text.find('/');
    if (slash != std::string_view::npos && lower(text.substr(slash + 1)) != "tcp") return std::nullopt;
    text = text.substr(0, text.find_first_of("-/"));  // of a range, its first
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc{} || end != text.data() + text.size() || port == 0) return std::nullopt;
    return port;
}

void declare_argument(std::string_view text, const Variables& given, const Variables& global, Variables& variables) {
    const auto equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (const auto value = given.find(name); value != given.end())
        variables[name] = value->second;
    else if (equals != std::string_view::npos)
        variables[name] = expanded(unquoted(text.substr(equals + 1)), variables);
    else if (const auto default_value = global.find(name); default_value != global.end())
        variables[name] = default_value->second;
}

/// `ENV A=1 B=2`, or the old `ENV A 1`.
void set_environment(std::string_view text, Variables& variables) {
    auto rest = text;
    if (const auto first = take_word(rest); first.find('=') == std::string_view::npos) {
        variables[std::string(first)] = expanded(trimmed(rest), variables);
        return;
    }
    while (!trimmed(text).empty()) {
        const auto word = take_word(text);
        const auto equals = word.find('=');
        if (equals != std::string_view::npos)
            variables[std::string(word.substr(0, equals))] = expanded(unquoted(word.substr(equals + 1)), variables);
    }
}

const Stage* find_stage(const std::vector<Stage>& stages, std::string_view name) {
    for (std::size_t i = 0; i < stages.size(); ++i)
        if (stages[i].name == lower(name) || std::to_string(i) == name) return &stages[i];
    return nullptr;
}

/// `FROM [--platform=…] image [AS name]`; what the stage starts from, where that is an earlier stage, is inherited.
Stage started(std::string_view text, const std::vector<Stage>& stages, const Variables& global) {
    auto image = take_word(text);
    while (image.starts_with("--")) image = take_word(text);
    Stage stage;
    if (const auto* parent = find_stage(stages, expanded(image, global)))
        stage = {.variables = parent->variables, .inherited_port = parent->port()};
    stage.name = lower(take_word(text)) == "as" ? lower(take_word(text)) : std::string();
    return stage;
}

}  // namespace

std::optional<std::uint16_t> exposed_port(std::string_view dockerfile, std::string_view target, const Variables& args) {
    std::vector<Stage> stages;
    Variables global;
    for (const auto& [name, rest] : instructions_of(dockerfile)) {
        if (name == "from") {
            stages.push_back(started(rest, stages, global));
        } else if (name == "arg") {
            declare_argument(rest, args, global, stages.empty() ? global : stages.back().variables);
        } else if (stages.empty()) {
            continue;
        } else if (name == "env") {
            set_environment(rest, stages.back().variables);
        } else if (name == "expose") {
            auto& stage = stages.back();
            for (std::string_view ports = rest; !trimmed(ports).empty() && !stage.own_port;)
                stage.own_port = tcp_port(expanded(take_word(ports), stage.variables));
        }
    }
    if (stages.empty()) return std::nullopt;
    const auto* stage = target.empty() ? &stages.back() : find_stage(stages, target);
    return stage != nullptr ? stage->port() : std::nullopt;
}

}  // namespace holdfast::build
