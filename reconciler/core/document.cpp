#include "core/document.hpp"

#include <fmt/format.h>

namespace holdfast {

std::string to_string(const Location& location) {
    return location.line == 0 ? location.file : fmt::format("{}:{}:{}", location.file, location.line, location.column);
}

std::string to_string(const Diagnostic& diagnostic) {
    std::string out = to_string(diagnostic.at);
    if (!out.empty()) out += ": ";
    if (diagnostic.warning) out += "warning: ";
    if (!diagnostic.pointer.empty()) out += diagnostic.pointer + ": ";
    out += diagnostic.message;
    if (!diagnostic.suggestion.empty()) out += fmt::format("; did you mean \"{}\"?", diagnostic.suggestion);
    return out;
}

Location Document::locate(std::string_view pointer) const {
    for (;;) {
        if (const auto found = positions.find(pointer); found != positions.end())
            return {file, found->second.line, found->second.column};
        if (pointer.empty()) return {file, 0, 0};
        pointer = pointer.substr(0, pointer.rfind('/'));
    }
}

Location Document::locate_key(std::string_view pointer) const {
    const auto found = positions.find(pointer);
    if (found == positions.end() || found->second.key_line == 0) return locate(pointer);
    return {file, found->second.key_line, found->second.key_column};
}

}  // namespace holdfast
