#include "manifest/yaml.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <istream>
#include <streambuf>
// yaml-cpp's parser.h only declares the handler that it takes.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "core/text.hpp"
#include "manifest/check.hpp"
#include "manifest/yaml_builder.hpp"
#include "manifest/yaml_scalar.hpp"

namespace holdfast::manifest {

namespace {

/// Lets an istream read text where it stands.
class TextBuffer : public std::streambuf {
  public:
    explicit TextBuffer(std::string_view text) {
        // A streambuf for reading never writes through these pointers, but its interface isn't const.
        char* begin = const_cast<char*>(text.data());
        setg(begin, begin, begin + text.size());
    }
};

bool indented_by_tab(std::string_view text, int line) {
    for (; line > 0; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    const auto first = text.find_first_not_of(' ');
    return first != std::string_view::npos && text[first] == '\t';
}

/// yaml-cpp names its own states; people need to know what to write instead.
std::string explained(const std::string& message) {
    struct Explanation {
        std::string_view theirs, ours;
    };
    static constexpr std::array<Explanation, 9> table = {{
        {"illegal map value", "a ':' can't stand here; text that holds ': ' must be quoted"},
        {"end of map not found", "this is not a member of the mapping above: check its indentation and its ':'"},
        {"end of map flow not found", "a '}' or ',' is missing"},
        {"end of sequence not found", "this is not an item of the list above: check its indentation and its '-'"},
        {"end of sequence flow not found", "a ']' or ',' is missing"},
        {"illegal block entry", "a list item can't stand here: check its indentation"},
        {"illegal flow end", "a '}' or ']' that nothing opened"},
        {"unknown token", "text can't begin with this character unless it is quoted"},
        {"illegal EOF in scalar", "the closing quote is missing"},
    }};
    const auto* found = std::ranges::find(table, message, &Explanation::theirs);
    return found == table.end() ? fmt::format("not YAML: {}", printable(message, 200)) : std::string(found->ours);
}

Location location_of(std::string_view path, std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1);
    const auto column = static_cast<std::uint32_t>(before.size() - (before.rfind('\n') + 1) + 1);
    return {std::string(path), line, column};
}

std::optional<Diagnostic> unreadable(std::string_view path, std::string_view text) {
    if (text.size() > document_bytes_limit)
        return Diagnostic{.at = {std::string(path)}, .message = "the file is larger than 1 MiB"};
    if (const auto problem = text_problem(text))
        return Diagnostic{.at = location_of(path, text, problem->offset), .message = problem->message};
    return std::nullopt;
}

}  // namespace

bool YamlFile::broken() const {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return !d.warning; });
}

YamlFile parse_yaml(std::string_view path, std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (auto problem = unreadable(path, text)) return {{}, {std::move(*problem)}};
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());

    YamlBuilder builder(path, text);
    try {
        TextBuffer buffer(text);
        std::istream in(&buffer);
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) continue;
    } catch (const Refused& refused) {
        builder.refuse(refused);
    } catch (const YAML::Exception& error) {
        const bool tab = error.mark.line > 0 && indented_by_tab(text, error.mark.line);
        builder.refuse({error.mark, tab ? "tabs can't indent; use spaces" : explained(error.msg)});
    }
    return builder.take();
}

}  // namespace holdfast::manifest
