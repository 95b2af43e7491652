#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "build/recipe.hpp"
#include "build/source_tree.hpp"
#include "core/result.hpp"

namespace holdfast::build {

/// A build context as a tar, made piece by piece from the tree: no checkout, and never more than one file in memory.
/// Equal recipes give equal bytes (owner 0, time 0). At most 256 MiB a file and 2 GiB together; a symlink that could
/// lead out of the context is refused. Reading blocks: `next` is for the pool, one call at a time.
class ContextTar {
  public:
    ContextTar(std::shared_ptr<const Recipe> recipe, std::shared_ptr<SourceTree> tree);
    ~ContextTar();
    ContextTar(const ContextTar&) = delete;
    ContextTar& operator=(const ContextTar&) = delete;

    /// The next piece of about 256 KiB, or an empty string after the last.
    Result<std::string> next();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace holdfast::build
