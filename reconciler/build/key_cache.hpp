#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/ids.hpp"

namespace holdfast::build {

/// Which key tags the registry is known to have, and by which digest: a file, so that a restart asks nobody. A cache
/// and no more: without the file the registry is asked.
class KeyCache {
  public:
    /// Reads `file` if it is there and well formed.
    explicit KeyCache(std::filesystem::path file);

    [[nodiscard]] std::optional<Digest> find(const std::string& key_tag) const;
    /// Remembers, and writes the file: whole or not at all. The oldest go where there are more than 10,000.
    void set(const std::string& key_tag, const Digest& digest);
    /// Forgets the tags of one repository (`registry/environment/app`).
    void forget(const std::string& repository);

  private:
    struct Entry {
        Digest digest;
        std::uint64_t serial = 0;  ///< rises with each entry
    };

    void write() const;

    std::filesystem::path file_;
    std::map<std::string, Entry, std::less<>> entries_;
    std::uint64_t serial_ = 0;
};

}  // namespace holdfast::build
