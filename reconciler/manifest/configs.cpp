#include "manifest/configs.hpp"

#include <fmt/format.h>

#include "core/hash.hpp"

namespace holdfast::manifest {

namespace {

/// What a Swarm holds in one config (swarmkit's MaxConfigSize, 1000 KiB); the repository's own limit is above it.
constexpr std::size_t config_bytes_limit = std::size_t{1000} * 1024;

constexpr const char* too_much_in_all = "the config files of all apps together hold more than 64 MiB";

std::string problem_with(const Error& error, const std::string& file) {
    if (error.code == ErrorCode::not_found) return fmt::format("there is no file {} in this repository", file);
    if (error.code == ErrorCode::limit) return fmt::format("{} is larger than 1000 KiB", file);
    return fmt::format("{}: {}", file, error.message);
}

/// Once the limit on all files is reached, none is even read: one file may be named a million times.
Result<std::string> read_within(const std::string& file, const CheckOptions& options, std::size_t& bytes_left) {
    if (bytes_left == 0) return fail(ErrorCode::denied, too_much_in_all);
    auto content = options.read_file ? options.read_file(file) : fail(ErrorCode::not_found, "no files");
    if (!content) return content;
    const bool fits = content->size() < bytes_left;
    bytes_left = fits ? bytes_left - content->size() : 0;
    if (!fits) return fail(ErrorCode::denied, too_much_in_all);
    if (content->size() > config_bytes_limit) return fail(ErrorCode::limit, "");
    return content;
}

std::string hash_with_configs(const App& app, const std::string& effective_hash) {
    Sha256 hash;
    hash.field(effective_hash);
    for (const auto& config : app.configs) hash.field(config.content);
    return hash.finish();
}

}  // namespace

void read_configs(Candidate& candidate, const CheckOptions& options, std::size_t& bytes_left) {
    std::vector<std::string> contents;
    bool changed = false;
    bool any = false;
    for (const auto& config : candidate.app().configs) {
        contents.emplace_back();
        const auto refuse = [&](std::string message) {
            candidate.refuse(pointer_child("/configs", config.target), std::move(message));
        };
        if (config.file.empty()) {
            if (config.content.size() > config_bytes_limit) refuse("the content is larger than 1000 KiB");
            continue;
        }
        any = true;
        auto content = read_within(config.file, options, bytes_left);
        if (!content) {
            refuse(problem_with(content.error(), config.file));
        } else {
            contents.back() = std::move(*content);
            changed |= contents.back() != config.content;
        }
    }
    auto& document = *candidate.document;
    const bool fresh = any && document.app->content_hash == document.effective_hash;
    if (!candidate.valid() || (!changed && !fresh)) return;
    App app = *document.app;
    for (std::size_t i = 0; i < contents.size(); ++i)
        if (!app.configs[i].file.empty()) app.configs[i].content = std::move(contents[i]);
    app.content_hash = hash_with_configs(app, document.effective_hash);
    document.app = std::make_shared<const App>(std::move(app));
}

}  // namespace holdfast::manifest
