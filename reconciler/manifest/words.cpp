#include "manifest/words.hpp"

namespace holdfast::manifest {

Result<std::vector<std::string>> split_words(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    bool in_word = false;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool last = i + 1 == line.size();
        if (quote == '\'') {
            if (c == quote) {
                quote = 0;
            } else {
                word += c;
            }
        } else if (c == '\\') {
            if (last) return fail(ErrorCode::invalid, "the line ends with a backslash");
            const char next = line[++i];
            // Within double quotes a backslash protects only what is special there.
            if (quote == '"' && std::string_view("$`\"\\").find(next) == std::string_view::npos) word += c;
            word += next;
            in_word = true;
        } else if (quote != 0 ? c == quote : (c == '"' || c == '\'')) {
            quote = quote != 0 ? '\0' : c;
            in_word = true;
        } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
            if (std::exchange(in_word, false)) words.push_back(std::exchange(word, {}));
        } else {
            word += c;
            in_word = true;
        }
    }
    if (quote != 0) return fail(ErrorCode::invalid, "a quote is not closed");
    if (in_word) words.push_back(std::move(word));
    return words;
}

}  // namespace holdfast::manifest
