#include "app/own_note.hpp"

#include "manifest/yaml.hpp"

namespace holdfast::app {

std::vector<status::Note> parse_notes(std::string_view text) {
    std::vector<status::Note> notes;
    for (const auto& document : manifest::parse_yaml("note", text).documents)
        if (auto note = status::read_note(document.value)) notes.push_back(std::move(*note));
    return notes;
}

std::optional<status::Note> read_own_note(const git::Repository& repository, const std::string& ref,
                                          const CommitId& revision, const std::string& instance) {
    const auto text = repository.note(ref, revision);
    if (!text || !*text) return std::nullopt;
    for (auto& note : parse_notes(**text))
        if (note.instance == instance) return std::move(note);
    return std::nullopt;
}

}  // namespace holdfast::app
