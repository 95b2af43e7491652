#include "git/transport.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "git/command.hpp"
#include "git/failure.hpp"
#include "git/refs.hpp"

namespace holdfast::git {

namespace {

using Arguments = std::vector<std::string>;
using Ended = Result<net::ProcessResult>;

/// Runs what git_command made; an error here means that git didn't come to an end of its own.
net::Task<Ended> run(Result<net::ProcessSpec> command, std::chrono::milliseconds deadline, std::string where) {
    if (!command) co_return std::unexpected(std::move(command.error()));
    command->deadline = deadline;
    auto ended = co_await net::run_process(std::move(*command));
    if (!ended) ended.error().where = std::move(where);
    co_return ended;
}

/// Has the kernel cap the size of every file that the command writes, and its memory: git has no limit for what it
/// fetches, and unpacks commits and trees, however large, in memory.
void limit_size(net::ProcessSpec& command, const TransportOptions& options) {
    const Arguments prefix{"prlimit", fmt::format("--fsize={}", options.file_limit),
                           fmt::format("--as={}", options.memory_limit), "--"};
    command.arguments.insert(command.arguments.begin(), prefix.begin(), prefix.end());
}

/// Git on a repository of our own, talking to nobody.
net::Task<Result<void>> run_here(TransportOptions options, std::filesystem::path git_dir, Arguments arguments) {
    const auto ended =
        co_await run(git_command(options, nullptr, git_dir, std::move(arguments)), options.fetch_deadline, git_dir);
    if (!ended) co_return std::unexpected(ended.error());
    if (ended->exit_code != 0) co_return std::unexpected(failure_of(ended->errors, git_dir));
    co_return Result<void>();
}

/// The object id of the line of ls-remote's output (`ID\tREF`) that is for exactly `ref`: git matches patterns at the
/// end of names, so that a hostile `refs/x/refs/heads/main` is listed as well.
std::string_view listed(std::string_view output, std::string_view ref) {
    while (!output.empty()) {
        const auto end = std::min(output.find('\n'), output.size());
        const auto line = output.substr(0, end);
        const auto tab = line.find('\t');
        if (tab != std::string_view::npos && line.substr(tab + 1) == ref) return line.substr(0, tab);
        output.remove_prefix(std::min(end + 1, output.size()));
    }
    return {};
}

}  // namespace

net::Task<Result<std::optional<CommitId>>> Transport::ls_remote(RemoteUrl url, std::string ref) const {
    if (auto valid = check_ref(ref); !valid) co_return std::unexpected(std::move(valid.error()));
    const std::string peeled = ref + "^{}";
    Arguments arguments{"ls-remote", "--quiet", "--", url.str(), ref};
    if (ref.starts_with("refs/tags/")) arguments.push_back(peeled);
    const auto ended =
        co_await run(git_command(options_, &url, {}, std::move(arguments)), options_.ls_remote_deadline, url.display());
    if (!ended) co_return std::unexpected(ended.error());
    if (ended->exit_code != 0)
        co_return std::unexpected(failure_of(without_token(ended->errors, options_), url.display()));
    std::string_view id = listed(ended->output, peeled);
    if (id.empty()) id = listed(ended->output, ref);
    if (id.empty()) co_return std::nullopt;
    auto commit = CommitId::parse(id);
    if (!commit) co_return std::unexpected(std::move(commit.error()));
    co_return std::move(*commit);
}

net::Task<Result<void>> Transport::fetch(std::filesystem::path repository, RemoteUrl url,
                                         std::vector<std::string> refspecs, unsigned depth) const {
    Arguments arguments{
        "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules"};
    if (depth != 0) arguments.push_back(fmt::format("--depth={}", depth));
    if (std::ranges::any_of(refspecs, [](const auto& spec) { return spec.find('*') != std::string::npos; }))
        arguments.emplace_back("--prune");
    arguments.emplace_back("--");
    arguments.push_back(url.str());
    std::ranges::move(refspecs, std::back_inserter(arguments));
    auto command = git_command(options_, &url, repository, std::move(arguments));
    if (command) limit_size(*command, options_);
    const auto ended = co_await run(std::move(command), options_.fetch_deadline, url.display());
    if (!ended) co_return std::unexpected(ended.error());
    if (ended->exit_code != 0)
        co_return std::unexpected(failure_of(without_token(ended->errors, options_), url.display()));
    co_return Result<void>();
}

net::Task<Result<void>> Transport::push(std::filesystem::path repository, RemoteUrl url, std::string refspec) const {
    Arguments arguments{"push", "--porcelain", "--no-verify",     "--recurse-submodules=no",
                        "--",   url.str(),     std::move(refspec)};
    const auto ended = co_await run(git_command(options_, &url, repository, std::move(arguments)),
                                    options_.push_deadline, url.display());
    if (!ended) co_return std::unexpected(ended.error());
    if (ended->exit_code != 0)
        co_return std::unexpected(
            push_failure_of(ended->output, without_token(ended->errors, options_), url.display()));
    co_return Result<void>();
}

net::Task<Result<void>> Transport::init_bare(std::filesystem::path repository) const {
    std::error_code error;
    std::filesystem::create_directories(repository.parent_path(), error);
    if (error) co_return fail(ErrorCode::failed, "can't make the folder: " + error.message(), repository.parent_path());
    const Arguments arguments{"init", "--quiet", "--bare", "--template=", "--initial-branch=main"};
    co_return co_await run_here(options_, repository, arguments);
}

net::Task<Result<void>> Transport::verify(std::filesystem::path repository) const {
    co_return co_await run_here(options_, repository, {"fsck", "--full", "--no-dangling", "--no-progress"});
}

net::Task<Result<void>> Transport::tidy(std::filesystem::path repository) const {
    co_return co_await run_here(options_, repository,
                                {"-c", "gc.auto=2000", "-c", "gc.autoPackLimit=50", "-c", "gc.pruneExpire=1.hour.ago",
                                 "gc", "--auto", "--quiet"});
}

}  // namespace holdfast::git
