#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "build/source_tree.hpp"
#include "core/result.hpp"
#include "manifest/types.hpp"

namespace holdfast::build {

/// Everything that an image follows from, except for the bytes of the files: those are named by their blobs.
struct Recipe {
    manifest::Builder builder = manifest::Builder::dockerfile;  ///< never automatic
    std::string why;                                            ///< `there is a Dockerfile`
    std::string dockerfile;                                     ///< its path in the context
    std::string text;                                           ///< of the Dockerfile
    std::string prefix;  ///< where the files are in the context: empty or `source/`
    std::string target;
    manifest::Named<std::string> args;
    std::uint16_t port = 3000;                       ///< what the app listens on, unless the manifest says otherwise
    std::vector<SourceFile> files;                   ///< sorted; those that .dockerignore leaves
    std::optional<std::vector<SourceFile>> watched;  ///< of these the ones whose change matters; nothing: all of them

    [[nodiscard]] bool generated() const { return builder != manifest::Builder::dockerfile; }
};

/// How to build a source: with its Dockerfile, or one made for what its files are. `base_images` are values for a
/// generated Dockerfile's NODE_IMAGE, PYTHON_IMAGE and STATIC_IMAGE; the source's own args win. Blocks: for the pool.
[[nodiscard]] Result<Recipe> recipe_of(const manifest::Source& source, SourceTree& tree,
                                       const manifest::Named<std::string>& base_images = {});

}  // namespace holdfast::build
