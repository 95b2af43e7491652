#include "app/revision.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "app/files.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"
#include "target/swarm/spec/app_compose.hpp"

namespace holdfast::app {

namespace {

constexpr std::size_t entries_limit = 100'000;
constexpr std::uint32_t symlink_mode = 0120000;
constexpr std::uint32_t submodule_mode = 0160000;

/// Git's rule: the trailers are the last paragraph, one `Key: value` a line.
bool has_trailer(std::string_view message, std::string_view line) {
    message = trimmed(message);
    auto paragraph =
        message.substr(message.rfind("\n\n") == std::string_view::npos ? message.size() : message.rfind("\n\n") + 2);
    while (!paragraph.empty()) {
        const auto end = std::min(paragraph.find('\n'), paragraph.size());
        if (trimmed(paragraph.substr(0, end)) == line) return true;
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
    }
    return false;
}

/// The repository's own template. Where it can't be read the shipped one must not take its place: that would change
/// every app.
template <class Read>
void add_template(manifest::Snapshot& snapshot, const Read& read) {
    const auto path = fmt::format("templates/{}", swarm::own_template);
    auto text = read(path);
    if (text) {
        snapshot.templates.emplace(swarm::own_template, std::move(*text));
    } else if (text.error().code != ErrorCode::not_found) {
        snapshot.diagnostics.push_back({.at = {path}, .message = text.error().message});
        snapshot.usable = false;
    }
}

/// The files that a check may read, by path; reading goes through one function, whatever they lie in.
template <class Entries, class Read>
manifest::Snapshot check(manifest::Checker& checker, manifest::CheckOptions options, const Entries& entries,
                         const Read& read) {
    const auto read_checked = [&](const std::string& path) -> Result<std::string> {
        const auto found = entries.find(path);
        if (found == entries.end()) return fail(ErrorCode::not_found, "there is no file " + path);
        return read(path, found->second);
    };
    std::vector<manifest::File> files;
    for (const auto& [path, entry] : entries)
        if (manifest::is_manifest(path)) files.push_back({path, entry.id, [&, path] { return read_checked(path); }});
    options.read_file = read_checked;
    auto snapshot = checker.check(files, options);
    add_template(snapshot, read_checked);
    return snapshot;
}

struct Entry {
    std::string id;
    std::uint32_t mode = 0;
};

}  // namespace

RevisionReader::RevisionReader(const Settings& settings) {
    options_.target = settings.target;
    options_.instance = settings.instance;
    options_.allow_local_sources = settings.allow_local_sources;
    options_.registry = settings.registry;
}

Result<Revision> RevisionReader::read(const git::Repository& repository, const CommitId& id) {
    auto commit = repository.commit(id);
    if (!commit) return std::unexpected(commit.error());
    const auto tree = repository.tree(id, "", entries_limit);
    if (!tree) return std::unexpected(tree.error());
    std::map<std::string, Entry, std::less<>> entries;
    for (const auto& entry : *tree) entries.emplace(entry.path, Entry{entry.blob, entry.mode});

    const auto read = [&](const std::string& path, const Entry& entry) -> Result<std::string> {
        if (entry.mode == symlink_mode || entry.mode == submodule_mode)
            return fail(ErrorCode::invalid, path + " is a symbolic link or a submodule; only regular files are read");
        return repository.blob(entry.id, manifest::document_bytes_limit);
    };
    auto snapshot = std::make_shared<manifest::Snapshot>(check(checker_, options_, entries, read));
    const bool confirmed = has_trailer(commit->message, "Holdfast-Prune: confirm");
    return Revision{std::move(*commit), std::move(snapshot), confirmed};
}

Result<manifest::Snapshot> RevisionReader::read_folder(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    std::error_code error;
    if (!fs::is_directory(folder, error)) return fail(ErrorCode::not_found, folder.string() + " is not a folder");
    std::map<std::string, Entry, std::less<>> entries;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().filename() == ".git") at.disable_recursion_pending();
        if (at->is_directory() && !at->is_symlink()) continue;
        if (entries.size() >= entries_limit)
            return fail(ErrorCode::limit, fmt::format("{} has more than {} files", folder.string(), entries_limit));
        const auto path = at->path().lexically_relative(folder).generic_string();
        entries.emplace(path, Entry{path, at->is_symlink() ? symlink_mode : 0100644});
    }
    if (error) return fail(ErrorCode::failed, fmt::format("can't read {}: {}", folder.string(), error.message()));
    const auto read = [&](const std::string& path, const Entry& entry) -> Result<std::string> {
        if (entry.mode == symlink_mode)
            return fail(ErrorCode::invalid, path + " is a symbolic link; only regular files are read");
        return read_file(folder / path, manifest::document_bytes_limit);
    };
    return check(checker_, options_, entries, read);
}

}  // namespace holdfast::app
