#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "git/mirror.hpp"
#include "git/transport.hpp"
#include "net/runtime.hpp"

namespace holdfast::git::test {

/// A folder of its own that goes with the test.
class TempFolder {
  public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

/// Runs a program to its end and gives its output without the last newline; a failure of it throws.
std::string run(const std::vector<std::string>& arguments, const std::filesystem::path& directory = "/",
                const std::string& input = {});
/// The same for git, with nobody's configuration.
std::string git(const std::filesystem::path& directory, std::vector<std::string> arguments,
                const std::string& input = {});

void write(const std::filesystem::path& path, std::string_view content);

/// A bare repository with the branch main, and a clone to change it from.
class Origin {
  public:
    explicit Origin(const std::filesystem::path& folder, const std::string& name = "origin");

    /// Commits these files (null content removes one) and pushes them.
    CommitId publish(const std::map<std::string, std::string>& files, const std::string& message = "Change");
    /// Replaces the newest commit.
    CommitId rewrite(const std::map<std::string, std::string>& files);
    /// A note as another machine's git writes it.
    void add_note(const CommitId& commit, const std::string& text);
    [[nodiscard]] std::string note(const CommitId& commit) const;

    [[nodiscard]] const std::filesystem::path& bare() const { return bare_; }
    [[nodiscard]] const std::filesystem::path& work() const { return work_; }
    [[nodiscard]] RemoteUrl url() const { return *RemoteUrl::parse(bare_.string(), true); }

  private:
    CommitId commit(const std::map<std::string, std::string>& files, std::vector<std::string> how, bool force);

    std::filesystem::path bare_;
    std::filesystem::path work_;
};

/// A program that runs beside the test and is ended, with all of its children, when this goes. It must say in one line
/// on its output which port it listens on.
class Server {
  public:
    explicit Server(const std::vector<std::string>& arguments);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    int pid_ = -1;
    std::uint16_t port_ = 0;
};

inline TransportOptions options_in(const TempFolder& folder) {
    TransportOptions options;
    options.home = folder / "home";
    return options;
}

/// A note's text, `none` where there is none, or what went wrong.
std::string note_of(const Result<Repository>& repository, const CommitId& commit);

inline constexpr const char* main_branch = "refs/heads/main";
inline constexpr const char* notes_ref = "refs/notes/holdfast";

}  // namespace holdfast::git::test
