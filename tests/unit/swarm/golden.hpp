#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

namespace holdfast::swarm {

inline std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Compares with what tests/unit/swarm/golden holds under that name; HOLDFAST_ACCEPT=1 writes it anew.
inline void expect_golden(const std::string& name, const std::string& actual) {
    const auto path = std::filesystem::path(HOLDFAST_SOURCE_DIR) / "tests/unit/swarm/golden" / name;
    if (std::getenv("HOLDFAST_ACCEPT") != nullptr) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << actual;
    }
    EXPECT_EQ(actual, read_text(path)) << "in " << path << "; HOLDFAST_ACCEPT=1 accepts it";
}

}  // namespace holdfast::swarm
