#include "manifest/check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_map>

#include "manifest/configs.hpp"
#include "manifest/cross_check.hpp"
#include "manifest/yaml.hpp"

namespace holdfast::manifest {

namespace {

enum class Role { none, platform, environment, apps };

Role role_of(std::string_view path) {
    if (path == "holdfast.yaml") return Role::platform;
    if (!path.ends_with(".yaml") && !path.ends_with(".yml")) return Role::none;
    const auto name = path.substr(path.rfind('/') + 1);
    if (name.starts_with('.')) return Role::none;
    constexpr std::string_view environments = "environments/";
    if (path.starts_with(environments))
        return path.find('/', environments.size()) == std::string_view::npos ? Role::environment : Role::none;
    return path.starts_with("apps/") ? Role::apps : Role::none;
}

/// What the meaning of an environment's apps depends on: where it is the same, they needn't be read again.
std::string fingerprint(const EnvironmentSettings& settings) {
    return fmt::format("{}\n{}\n{}\n{}\n{}", settings.context.target, settings.context.allow_local_sources,
                       settings.context.platform_domain, settings.context.environment_domain,
                       canonical(settings.defaults));
}

}  // namespace

struct Checker::Cache {
    template <class T>
    struct Entry {
        std::string id;
        T content;
        bool used = true;
    };
    template <class T>
    using Entries = std::unordered_map<std::string, Entry<T>>;

    Schemas schemas;
    Entries<YamlFile> settings_files;
    Entries<AppFile> app_files;
    std::map<std::string, std::string, std::less<>> fingerprints;  ///< by environment, of the last check

    template <class T>
    static void drop_unused(Entries<T>& entries) {
        std::erase_if(entries, [](const auto& entry) { return !entry.second.used; });
        for (auto& [path, entry] : entries) entry.used = false;
    }
};

namespace {

/// One check, from files to a Snapshot; what outlives it is in the cache.
template <class Cache>
class Check {
  public:
    Check(Cache& cache, const CheckOptions& options) : cache_(cache), options_(options) {}

    Snapshot run(const std::vector<File>& files) {
        std::vector<const File*> sorted;
        sorted.reserve(files.size());
        for (const auto& file : files) sorted.push_back(&file);
        std::ranges::sort(sorted, {}, [](const File* file) -> const std::string& { return file->path; });

        for (const auto* file : sorted) read_settings_file(*file);
        settings_ = read_settings(platforms_, environments_, options_, cache_.schemas);
        find_changed_environments();
        for (const auto* file : sorted) read_apps(*file);
        check_apps();
        cache_.drop_unused(cache_.settings_files);
        cache_.drop_unused(cache_.app_files);
        return finish();
    }

  private:
    void report(std::vector<Diagnostic> diagnostics) {
        std::ranges::move(diagnostics, std::back_inserter(snapshot_.diagnostics));
    }

    /// A file's text; where it can't be read the file counts as broken, as nobody knows what it holds.
    std::optional<std::string> text_of(const File& file) {
        auto text = file.read ? file.read() : fail(ErrorCode::not_found, "it can't be read");
        if (text) return std::move(*text);
        report({{.at = {file.path}, .message = text.error().message}});
        snapshot_.broken_files.push_back(file.path);
        return std::nullopt;
    }

    void read_settings_file(const File& file) {
        const Role role = role_of(file.path);
        if (role != Role::platform && role != Role::environment) return;
        auto& entry = cache_.settings_files[file.path];
        entry.used = true;
        if (entry.id != file.id || file.id.empty()) {
            auto text = text_of(file);
            entry.id = text ? file.id : std::string();
            entry.content = text ? parse_yaml(file.path, *text) : YamlFile{};
            broken_settings_ |= !text && role == Role::platform;
        }
        const auto& yaml = entry.content;
        report(yaml.diagnostics);
        if (yaml.broken()) {
            snapshot_.broken_files.push_back(file.path);
            broken_settings_ |= role == Role::platform;
        }
        for (const auto& document : yaml.documents) sort_in(document, role);
    }

    void sort_in(const Document& document, Role role) {
        const std::string_view wanted = role == Role::platform ? "Platform" : "Environment";
        if (kind_of(document) == wanted) {
            (role == Role::platform ? platforms_ : environments_).push_back(&document);
            return;
        }
        Origins origins;
        origins.add(document);
        report({origins.diagnostic("/kind",
                                   fmt::format("{} holds documents of kind {}",
                                               role == Role::platform ? "holdfast.yaml" : "environments/", wanted))});
        snapshot_.broken_files.push_back(document.file);
    }

    void find_changed_environments() {
        std::map<std::string, std::string, std::less<>> now;
        for (const auto& [name, settings] : settings_.environments) now[name] = fingerprint(settings);
        for (const auto& [name, text] : now) {
            const auto before = cache_.fingerprints.find(name);
            if (before == cache_.fingerprints.end() || before->second != text) changed_environments_.insert(name);
        }
        for (const auto& [name, unused] : cache_.fingerprints)
            if (!now.contains(name)) changed_environments_.insert(name);
        cache_.fingerprints = std::move(now);
    }

    bool still_true(const AppFile& file) const {
        return changed_environments_.empty() || std::ranges::none_of(file.environments, [&](const auto& e) {
                   return changed_environments_.contains(e);
               });
    }

    void read_apps(const File& file) {
        if (role_of(file.path) != Role::apps) return;
        if (documents_ >= documents_limit) return over_limit(file);
        auto& entry = cache_.app_files[file.path];
        entry.used = true;
        if (entry.id != file.id || file.id.empty() || !still_true(entry.content)) {
            auto text = text_of(file);
            entry.id = text ? file.id : std::string();
            entry.content = text ? read_app_file(file.path, *text, settings_, cache_.schemas) : AppFile{};
        }
        documents_ += entry.content.size;
        report(entry.content.diagnostics);
        if (entry.content.broken) snapshot_.broken_files.push_back(file.path);
        for (auto& document : entry.content.documents) candidate(document);
    }

    void over_limit(const File& file) {
        if (!std::exchange(over_limit_, true))
            report({{.at = {file.path},
                     .message = fmt::format("more than {} documents; this file and those after it are left out",
                                            documents_limit)}});
        snapshot_.broken_files.push_back(file.path);
    }

    void candidate(AppDocument& document) {
        const auto settings = settings_.environments.find(document.key.environment);
        if (settings != settings_.environments.end() && !settings->second.ours) return;
        const auto [found, fresh] = by_key_.try_emplace(document.key, &document);
        if (fresh) return;
        Origins origins;
        origins.add(document.marks);
        report({origins.diagnostic("/name",
                                   fmt::format("the app {} is declared twice; the first is at {}", document.key.str(),
                                               to_string(found->second->marks.locate("/name"))))});
    }

    void check_apps() {
        std::vector<Candidate> candidates;
        candidates.reserve(by_key_.size());
        std::size_t config_bytes_left = all_configs_bytes_limit;
        for (const auto& [key, document] : by_key_) {
            auto& candidate = candidates.emplace_back(Candidate{document, document->problems, std::nullopt});
            if (candidate.valid() && !candidate.app().configs.empty())
                read_configs(candidate, options_, config_bytes_left);
        }
        check_between(candidates, settings_, !snapshot_.broken_files.empty());
        for (auto& candidate : candidates) {
            const auto& key = candidate.document->key;
            if (candidate.valid()) {
                snapshot_.apps.emplace_hint(snapshot_.apps.end(), key, candidate.document->app);
                continue;
            }
            // A misspelt environment must not look as if the app had left the one it runs in.
            if (!settings_.environments.contains(key.environment))
                snapshot_.broken_files.push_back(candidate.document->marks.file);
            report(candidate.problems);
            if (candidate.consequence) candidate.problems.push_back(std::move(*candidate.consequence));
            snapshot_.invalid.emplace_hint(snapshot_.invalid.end(), key, std::move(candidate.problems));
        }
    }

    Snapshot finish() {
        report(std::move(settings_.diagnostics));
        std::ranges::sort(snapshot_.diagnostics);
        std::ranges::sort(snapshot_.broken_files);
        const auto repeated = std::ranges::unique(snapshot_.broken_files);
        snapshot_.broken_files.erase(repeated.begin(), repeated.end());
        snapshot_.platform = std::move(settings_.platform);
        for (auto& [name, settings] : settings_.environments)
            snapshot_.environments.emplace(name, std::move(settings.environment));
        snapshot_.usable = settings_.usable && !broken_settings_;
        return std::move(snapshot_);
    }

    Cache& cache_;
    const CheckOptions& options_;
    Snapshot snapshot_;
    Settings settings_;
    std::vector<const Document*> platforms_, environments_;
    std::set<std::string, std::less<>> changed_environments_;
    std::map<AppKey, AppDocument*> by_key_;
    std::size_t documents_ = 0;
    bool broken_settings_ = false;
    bool over_limit_ = false;
};

}  // namespace

bool is_manifest(std::string_view path) {
    return role_of(path) != Role::none;
}

bool Snapshot::valid() const {
    return std::ranges::all_of(diagnostics, &Diagnostic::warning);
}

Checker::Checker() : cache_(std::make_unique<Cache>()) {}
Checker::~Checker() = default;
Checker::Checker(Checker&&) noexcept = default;
Checker& Checker::operator=(Checker&&) noexcept = default;

Snapshot Checker::check(const std::vector<File>& files, const CheckOptions& options) {
    return Check(*cache_, options).run(files);
}

}  // namespace holdfast::manifest
