#include "build/context.hpp"

#include <archive.h>
#include <archive_entry.h>

#include "core/text.hpp"

namespace holdfast::build {

namespace {

constexpr std::size_t file_limit = std::size_t{256} << 20U;
constexpr std::uint64_t total_limit = std::uint64_t{2} << 30U;
constexpr std::size_t piece_size = std::size_t{256} << 10U;
constexpr std::size_t link_limit = 4096;

struct ArchiveDeleter {
    void operator()(archive* a) const { archive_write_free(a); }
};
struct EntryDeleter {
    void operator()(archive_entry* e) const { archive_entry_free(e); }
};

la_ssize_t append(archive*, void* out, const void* data, std::size_t size) {
    static_cast<std::string*>(out)->append(static_cast<const char*>(data), size);
    return static_cast<la_ssize_t>(size);
}

/// Whether a link at `path` stays inside. `..` is allowed at the front alone: after a name it could climb out through
/// another link.
bool stays_inside(std::string_view path, std::string_view link) {
    if (link.empty() || link.starts_with('/') || link.find('\0') != std::string_view::npos) return false;
    auto depth = std::ranges::count(path, '/');
    bool named = false;
    while (!link.empty()) {
        const auto slash = link.find('/');
        const auto part = link.substr(0, slash);
        link.remove_prefix(slash == std::string_view::npos ? link.size() : slash + 1);
        if (part == ".." && (named || --depth < 0)) return false;
        if (part != ".." && part != "." && !part.empty()) named = true;
    }
    return true;
}

}  // namespace

struct ContextTar::State {
    std::shared_ptr<const Recipe> recipe;
    std::shared_ptr<SourceTree> tree;
    std::string out;  ///< before the archive, which writes to it until it is freed
    std::unique_ptr<archive, ArchiveDeleter> tar{archive_write_new()};
    std::unique_ptr<archive_entry, EntryDeleter> entry{archive_entry_new()};
    std::size_t next_file = 0;
    std::string content;  ///< of the file that is being written
    std::size_t written = 0;
    std::uint64_t total = 0;
    bool opened = false;
    bool ended = false;

    Result<void> open();
    Result<void> start(const std::string& path, std::uint32_t mode, std::string bytes);
    Result<void> start_file(const SourceFile& file);
    Result<void> write_slice();
    Result<void> advance();
    Result<void> checked(la_ssize_t result);
};

Result<void> ContextTar::State::checked(la_ssize_t result) {
    if (result >= ARCHIVE_OK || result == ARCHIVE_WARN) return {};
    const char* text = archive_error_string(tar.get());
    return fail(ErrorCode::failed, fmt::format("build context: {}", text != nullptr ? text : "can't be written"));
}

/// GNU tar: takes names of any length and any bytes.
Result<void> ContextTar::State::open() {
    archive_write_set_format_gnutar(tar.get());
    archive_write_set_bytes_per_block(tar.get(), 0);
    if (auto began = checked(archive_write_open2(tar.get(), &out, nullptr, append, nullptr, nullptr)); !began)
        return began;
    return recipe->generated() ? start(recipe->dockerfile, 0100644, recipe->text) : Result<void>{};
}

Result<void> ContextTar::State::start(const std::string& path, std::uint32_t mode, std::string bytes) {
    archive_entry_clear(entry.get());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_mtime(entry.get(), 0, 0);
    if (mode == symlink_mode) {
        archive_entry_set_filetype(entry.get(), AE_IFLNK);
        archive_entry_set_perm(entry.get(), 0777);
        archive_entry_set_symlink(entry.get(), bytes.c_str());
        bytes.clear();
    } else {
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), mode == executable_mode ? 0755 : 0644);
    }
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
    content = std::move(bytes);
    written = 0;
    return checked(archive_write_header(tar.get(), entry.get()));
}

Result<void> ContextTar::State::start_file(const SourceFile& file) {
    const bool link = file.mode == symlink_mode;
    auto bytes = tree->read(file.blob, link ? link_limit : file_limit);
    if (!bytes) return fail(bytes.error(), printable(file.path));
    if (link && !stays_inside(file.path, *bytes))
        return fail(ErrorCode::invalid, fmt::format("{} is a symlink to {}, which could lead out of the source",
                                                    printable(file.path), printable(*bytes)));
    total += bytes->size();
    if (total > total_limit) return fail(ErrorCode::limit, "a build context has at most 2 GiB");
    return start(recipe->prefix + file.path, file.mode, std::move(*bytes));
}

Result<void> ContextTar::State::write_slice() {
    const auto size = std::min(piece_size, content.size() - written);
    const auto result = archive_write_data(tar.get(), content.data() + written, size);
    written += size;
    if (written == content.size()) std::string().swap(content);  // gives a large file's memory back at once
    return checked(result);
}

/// One step: the rest of a file, the next file, or the end.
Result<void> ContextTar::State::advance() {
    if (!content.empty()) return write_slice();
    if (next_file < recipe->files.size()) return start_file(recipe->files[next_file++]);
    ended = true;
    return checked(archive_write_close(tar.get()));
}

ContextTar::ContextTar(std::shared_ptr<const Recipe> recipe, std::shared_ptr<SourceTree> tree)
    : state_(std::make_unique<State>()) {
    state_->recipe = std::move(recipe);
    state_->tree = std::move(tree);
}

ContextTar::~ContextTar() = default;

Result<std::string> ContextTar::next() {
    auto& state = *state_;
    if (!std::exchange(state.opened, true))
        if (auto began = state.open(); !began) return std::unexpected(began.error());
    while (state.out.size() < piece_size && !state.ended)
        if (auto advanced = state.advance(); !advanced) return std::unexpected(advanced.error());
    return std::exchange(state.out, {});
}

}  // namespace holdfast::build
