#include "app/manifests.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

#include "app/remotes.hpp"

namespace holdfast::app {

namespace {

/// A folder that goes with the command.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        auto name = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// What a revision may be called, most specific first.
std::vector<std::string> refs_of(const std::string& rev) {
    if (CommitId::parse(rev) || rev.starts_with("refs/") || rev == "HEAD") return {rev};
    return {"refs/heads/" + rev, "refs/tags/" + rev};
}

}  // namespace

Result<Revision> read_manifests(net::Runtime& runtime, const Settings& settings, const ManifestSource& source) {
    RevisionReader reader(settings);
    if (settings.config_repo.empty() && source.rev.empty()) {
        auto snapshot = reader.read_folder(source.folder.empty() ? "." : source.folder);
        if (!snapshot) return std::unexpected(snapshot.error());
        return Revision{{}, std::make_shared<manifest::Snapshot>(std::move(*snapshot)), false};
    }

    const TemporaryFolder temporary;
    if (temporary.path().empty()) return fail(ErrorCode::failed, "can't make a temporary folder");
    Settings own = settings;
    own.state_dir = temporary.path();
    if (own.config_repo.empty())
        own.config_repo = std::filesystem::absolute(source.folder.empty() ? "." : source.folder).string();
    const auto transport = make_transport(own);
    if (!transport) return std::unexpected(transport.error());
    auto mirror = make_config_mirror(own, *transport);
    if (!mirror) return std::unexpected(mirror.error());

    Result<CommitId> commit = fail(ErrorCode::not_found, "there is no such revision");
    for (const auto& ref : refs_of(source.rev.empty() ? settings.branch : source.rev)) {
        commit = runtime.complete(mirror->fetch(ref));
        if (commit || commit.error().code != ErrorCode::not_found) break;
    }
    if (!commit) return fail(commit.error(), fmt::format("{}", mirror->url().display()));
    const auto repository = mirror->open();
    if (!repository) return std::unexpected(repository.error());
    return reader.read(*repository, *commit);
}

Result<Revision> read_manifests_of_all(net::Runtime& runtime, Settings settings, const ManifestSource& source) {
    settings.instance.clear();
    return read_manifests(runtime, settings, source);
}

}  // namespace holdfast::app
