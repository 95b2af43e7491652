#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/types.hpp"

namespace holdfast::manifest {

/// Limits on what a config repository may hold (spec, section 6).
inline constexpr std::size_t documents_limit = 10'000;
inline constexpr std::size_t document_bytes_limit = std::size_t{1} << 20U;

/// One manifest file: where it stands, what identifies its content (a blob id), and how to get its text when it is not
/// cached.
struct File {
    std::string path;
    std::string id;
    std::function<Result<std::string>()> read;
};

struct CheckOptions {
    std::string target = "swarm";  ///< what an app may use depends on it: swarm, kubernetes or memory
    std::string instance;          ///< apps of environments of other instances are left out; empty: none are
    bool allow_local_sources = false;
    std::string registry;  ///< overrides the Platform's where not empty
    /// Reads a file of the config repository that a manifest names (configs), at most 1 MiB; not_found where there is
    /// none.
    std::function<Result<std::string>(const std::string& path)> read_file;
};

/// Whether a path of the config repository is a manifest: holdfast.yaml, environments/*.yaml, apps/**/*.yaml (or .yml).
[[nodiscard]] bool is_manifest(std::string_view path);

/// Reads manifests and checks them against their schemas and each other. Keeps what it parsed by content id, so a
/// revision that touches one file costs one file; entries that a check no longer uses are dropped after it. Not
/// thread-safe.
class Checker {
  public:
    Checker();
    ~Checker();
    Checker(Checker&&) noexcept;
    Checker& operator=(Checker&&) noexcept;

    /// One bad document never stops the others: what is wrong is in the Snapshot, which is always made.
    [[nodiscard]] Snapshot check(const std::vector<File>& files, const CheckOptions& options);

  private:
    struct Cache;
    std::unique_ptr<Cache> cache_;
};

/// The JSON Schema (draft 7) of a kind (`App`, `Environment`, `Platform`), or empty where there is no such kind.
[[nodiscard]] std::string_view schema_of(std::string_view kind);

}  // namespace holdfast::manifest
