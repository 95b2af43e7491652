#pragma once

#include <string>
#include <vector>

#include "build/source_tree.hpp"
#include "core/result.hpp"
#include "manifest/types.hpp"

namespace holdfast::build {

/// Where a generated Dockerfile finds the source in its context: apart from the Dockerfile itself, which would be
/// copied into the image otherwise.
constexpr std::string_view generated_source_folder = "source/";
/// What a generated Dockerfile's app listens on; it is told by $PORT.
constexpr std::uint16_t generated_port = 3000;

struct GeneratedDockerfile {
    manifest::Builder builder = manifest::Builder::automatic;  ///< the one chosen, never automatic
    std::string why;                                           ///< `package.json depends on next`
    std::string text;
};

/// A Dockerfile for a source that has none, from templates/dockerfiles/: `source.builder`, or what the files speak
/// for. Where nothing does, the error lists what was looked for.
[[nodiscard]] Result<GeneratedDockerfile> generate_dockerfile(const manifest::Source& source,
                                                              const std::vector<SourceFile>& files, SourceTree& tree);

}  // namespace holdfast::build
