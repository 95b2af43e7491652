#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "git/transport.hpp"
#include "net/process.hpp"

/// Private to git/.
namespace holdfast::git {

/// `git ARGUMENTS` on the bare repository `git_dir` (empty: on none), in an environment made of nothing but what is
/// needed: no configuration of a user or the machine, no prompt, no hook, only the protocol of `url`, and credentials
/// where they belong and never in the arguments, which other users of the machine can read. Where `url` is null git is
/// not to talk to anybody. The deadline is left to the caller.
[[nodiscard]] Result<net::ProcessSpec> git_command(const TransportOptions& options, const RemoteUrl* url,
                                                   const std::filesystem::path& git_dir,
                                                   std::vector<std::string> arguments);

/// `text` with the options' token, plain or as sent, replaced by `***`: a server may send back what it was sent.
[[nodiscard]] std::string without_token(std::string text, const TransportOptions& options);

}  // namespace holdfast::git
