#include "git/libgit2.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::git {

namespace {

constexpr std::size_t object_cache = std::size_t{8} << 20U;

struct Library {
    Library() {
        git_libgit2_init();
        git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
        git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, static_cast<ssize_t>(object_cache));
        for (const int level :
             {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL, GIT_CONFIG_LEVEL_PROGRAMDATA})
            git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    ~Library() { git_libgit2_shutdown(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

}  // namespace

void start_library() {
    static const Library library;
}

std::unexpected<Error> library_failure(std::string_view doing) {
    const git_error* error = git_error_last();
    const std::string_view said = error != nullptr && error->message != nullptr ? error->message : "unknown error";
    return fail(ErrorCode::failed, fmt::format("{}: {}", doing, printable(said, 500)));
}

std::unexpected<Error> lookup_failure(int code, std::string_view doing) {
    auto failure = library_failure(doing);
    if (code == GIT_ENOTFOUND) failure.error().code = ErrorCode::not_found;
    return failure;
}

Result<git_oid> oid_of(std::string_view hex) {
    git_oid id;
    if (hex.size() != GIT_OID_HEXSZ || git_oid_fromstrn(&id, hex.data(), hex.size()) != 0)
        return fail(ErrorCode::invalid, fmt::format("\"{}\" is not an object id", printable(hex, 60)));
    return id;
}

std::string hex_of(const git_oid& id) {
    std::string hex(GIT_OID_HEXSZ, '\0');
    git_oid_fmt(hex.data(), &id);
    return hex;
}

CommitId commit_id_of(const git_oid& id) {
    return *CommitId::parse(hex_of(id));
}

namespace {

struct Header {
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
};

Result<Header> header_of(git_repository* repository, const git_oid& id) {
    OdbHandle odb;
    Header header;
    if (take(odb, git_repository_odb, repository) != 0) return library_failure("open the objects");
    const int code = git_odb_read_header(&header.size, &header.type, odb.get(), &id);
    if (code != 0) return lookup_failure(code, "read " + hex_of(id));
    return header;
}

std::unexpected<Error> too_large(std::size_t size, std::size_t limit) {
    return fail(ErrorCode::limit, fmt::format("{} bytes are more than the limit of {}", size, limit));
}

}  // namespace

Result<void> check_size(git_repository* repository, const git_oid& id, std::size_t limit) {
    const auto header = header_of(repository, id);
    if (header && header->size > limit) return too_large(header->size, limit);
    return {};
}

Result<std::size_t> size_of_blob(git_repository* repository, const git_oid& id) {
    const auto header = header_of(repository, id);
    if (!header) return std::unexpected(header.error());
    if (header->type != GIT_OBJECT_BLOB) return fail(ErrorCode::invalid, hex_of(id) + " is not the content of a file");
    return header->size;
}

Result<std::string> read_blob(git_repository* repository, const git_oid& id, std::size_t limit) {
    const auto size = size_of_blob(repository, id);
    if (!size) return std::unexpected(size.error());
    if (*size > limit) return too_large(*size, limit);
    BlobHandle blob;
    if (take(blob, git_blob_lookup, repository, &id) != 0) return library_failure("read " + hex_of(id));
    return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                       static_cast<std::size_t>(git_blob_rawsize(blob.get())));
}

}  // namespace holdfast::git
