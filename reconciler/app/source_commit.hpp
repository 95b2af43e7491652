#pragma once

#include <memory>
#include <string>

#include "build/source_tree.hpp"
#include "core/ids.hpp"
#include "git/repository.hpp"

namespace holdfast::app {

/// One commit's files below a folder, read from a bare mirror: what a build takes its context from.
class SourceCommit final : public build::SourceTree {
  public:
    SourceCommit(git::Repository repository, CommitId commit, std::string folder)
        : repository_(std::move(repository)), commit_(std::move(commit)), folder_(std::move(folder)) {}

    Result<std::vector<build::SourceFile>> list() override;
    Result<std::string> read(const std::string& blob, std::size_t limit) override;

  private:
    git::Repository repository_;
    CommitId commit_;
    std::string folder_;
};

}  // namespace holdfast::app
