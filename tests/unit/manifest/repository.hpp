#pragma once

#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "manifest/check.hpp"

namespace holdfast::manifest {

/// A config repository in memory that counts what is read of it.
class Repository {
  public:
    Repository() {
        set("holdfast.yaml", "apiVersion: holdfast.dev/v1\nkind: Platform\nname: test\ndomain: example.org\n");
    }

    Repository& set(const std::string& path, std::string text) {
        files_[path] = std::move(text);
        return *this;
    }
    Repository& remove(const std::string& path) {
        files_.erase(path);
        return *this;
    }
    /// `apps/NAME.yaml` with an image app and `more` below it.
    Repository& app(const std::string& name, const std::string& more = {}) {
        return set("apps/" + name + ".yaml", app_text(name, more));
    }
    Repository& environment(const std::string& name, const std::string& more = {}) {
        return set("environments/" + name + ".yaml",
                   "apiVersion: holdfast.dev/v1\nkind: Environment\nname: " + name + "\n" + more);
    }
    Repository& platform(const std::string& more) {
        return set("holdfast.yaml", "apiVersion: holdfast.dev/v1\nkind: Platform\nname: test\n" + more);
    }
    static std::string app_text(const std::string& name, const std::string& more) {
        return "apiVersion: holdfast.dev/v1\nkind: App\nname: " + name + "\nimage: web:1\n" + more;
    }

    Snapshot check() { return check(options); }
    Snapshot check(const CheckOptions& with) {
        std::vector<File> files;
        for (const auto& [path, text] : files_)
            if (is_manifest(path)) files.push_back({path, sha256(text), [this, path] { return read(path); }});
        auto full = with;
        full.read_file = [this](const std::string& path) { return read(path); };
        reads.clear();
        return checker_.check(files, full);
    }

    CheckOptions options;
    std::vector<std::string> reads;  ///< during the last check, in order

  private:
    Result<std::string> read(const std::string& path) {
        reads.push_back(path);
        const auto found = files_.find(path);
        if (found == files_.end()) return fail(ErrorCode::not_found, "no such file");
        return found->second;
    }

    std::map<std::string, std::string> files_;
    Checker checker_;
};

/// The diagnostics as people see them.
inline std::vector<std::string> texts(const std::vector<Diagnostic>& diagnostics) {
    std::vector<std::string> out;
    for (const auto& diagnostic : diagnostics) out.push_back(to_string(diagnostic));
    return out;
}

}  // namespace holdfast::manifest
