#include "support.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

#include "net/process.hpp"

namespace holdfast::git::test {

namespace fs = std::filesystem;

namespace {

std::string path_variable() {
    const char* path = std::getenv("PATH");
    return path == nullptr ? "/usr/bin:/bin" : path;
}

}  // namespace

TempFolder::TempFolder() {
    std::string name = (fs::temp_directory_path() / "holdfast-git-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("can't make a folder");
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string run(const std::vector<std::string>& arguments, const fs::path& directory, const std::string& input) {
    net::Runtime runtime;
    net::ProcessSpec spec{.arguments = arguments,
                          .environment = {{"PATH", path_variable()},
                                          {"LANG", "C.UTF-8"},
                                          {"GIT_CONFIG_NOSYSTEM", "1"},
                                          {"GIT_CONFIG_GLOBAL", "/dev/null"},
                                          {"GIT_AUTHOR_NAME", "Ada"},
                                          {"GIT_AUTHOR_EMAIL", "ada@example.org"},
                                          {"GIT_COMMITTER_NAME", "Ada"},
                                          {"GIT_COMMITTER_EMAIL", "ada@example.org"}},
                          .directory = directory.string(),
                          .input = input,
                          .output_limit = std::size_t{16} << 20U};
    const auto ended = runtime.complete(net::run_process(std::move(spec)));
    if (!ended) throw std::runtime_error(arguments.front() + ": " + ended.error().message);
    if (ended->exit_code != 0) throw std::runtime_error(arguments.at(1) + ": " + ended->errors);
    return ended->output.substr(0, ended->output.find_last_not_of('\n') + 1);
}

std::string git(const fs::path& directory, std::vector<std::string> arguments, const std::string& input) {
    arguments.insert(arguments.begin(), "git");
    return run(arguments, directory, input);
}

void write(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

Origin::Origin(const fs::path& folder, const std::string& name)
    : bare_(folder / (name + ".git")), work_(folder / name) {
    git(folder, {"init", "--quiet", "--bare", "--initial-branch=main", bare_.string()});
    git(folder, {"init", "--quiet", "--initial-branch=main", work_.string()});
    git(work_, {"remote", "add", "origin", bare_.string()});
}

CommitId Origin::publish(const std::map<std::string, std::string>& files, const std::string& message) {
    return commit(files, {"--message", message}, false);
}

CommitId Origin::rewrite(const std::map<std::string, std::string>& files) {
    return commit(files, {"--amend", "--no-edit"}, true);
}

CommitId Origin::commit(const std::map<std::string, std::string>& files, std::vector<std::string> how, bool force) {
    for (const auto& [name, content] : files) write(work_ / name, content);
    git(work_, {"add", "--all"});
    how.insert(how.begin(), {"commit", "--quiet", "--allow-empty"});
    git(work_, std::move(how));
    git(work_, {"push", "--quiet", force ? "--force" : "--no-force", "origin", "main"});
    return *CommitId::parse(git(work_, {"rev-parse", "HEAD"}));
}

void Origin::add_note(const CommitId& commit, const std::string& text) {
    git(bare_, {"notes", "--ref", notes_ref, "add", "--force", "--message", text, commit.str()});
}

std::string Origin::note(const CommitId& commit) const {
    return git(bare_, {"notes", "--ref", notes_ref, "show", commit.str()});
}

std::string note_of(const Result<Repository>& repository, const CommitId& commit) {
    if (!repository) return repository.error().message;
    const auto note = repository->note(notes_ref, commit);
    return note ? note->value_or("none") : note.error().message;
}

Server::Server(const std::vector<std::string>& arguments) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("can't make a pipe");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::vector<char*> argv;
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const int failed = ::posix_spawnp(&pid_, argv[0], &actions, &attributes, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    ::close(pipe[1]);
    std::string line;
    for (char c = 0; failed == 0 && ::read(pipe[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(pipe[0]);
    if (line.empty()) throw std::runtime_error(arguments.front() + " didn't start");
    port_ = static_cast<std::uint16_t>(std::stoul(line));
}

Server::~Server() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

}  // namespace holdfast::git::test
