#pragma once

#include <optional>
#include <string>
#include <vector>

#include "build/package_json.hpp"
#include "build/source_tree.hpp"
#include "core/result.hpp"
#include "manifest/types.hpp"

namespace holdfast::build {

/// What a source without a Dockerfile is, and why we think so.
struct Detected {
    manifest::Builder builder = manifest::Builder::automatic;
    std::string why;
    std::string start;        ///< the command line to start it with
    std::string site_folder;  ///< of a static site: empty, `public/` or `dist/`
};

/// Goes by `source.builder`, or else by the files, in this order: next.js, node, static built by node, python, static.
/// `package` is the source's package.json, if it has one.
[[nodiscard]] Result<Detected> detect(const manifest::Source& source, const std::vector<SourceFile>& files,
                                      const std::optional<Package>& package);

}  // namespace holdfast::build
