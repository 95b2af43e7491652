#include "manifest/app_file.hpp"

#include <array>
#include <fmt/format.h>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "manifest/yaml.hpp"

namespace holdfast::manifest {

namespace {

Diagnostic diagnostic_at(const Document& document, std::string_view pointer, std::string message) {
    Origins origins;
    origins.add(document);
    return origins.diagnostic(pointer, std::move(message));
}

/// Every position of a document costs some hundred bytes; ten thousand apps keep only what later checks may point at.
Document marks_of(Document document) {
    static constexpr std::array<std::string_view, 7> kept = {"/name",    "/environment", "/ingress",  "/dependsOn",
                                                             "/configs", "/replicas",    "/resources"};
    const auto wanted = [](std::string_view pointer) {
        return pointer.empty() || pointer.starts_with("/override/swarm/ports") ||
               std::ranges::any_of(kept, [&](std::string_view prefix) { return pointer.starts_with(prefix); });
    };
    std::erase_if(document.positions, [&](const auto& entry) { return !wanted(entry.first); });
    document.value = nullptr;
    return document;
}

Diagnostic wrong_kind(const Document& document, const std::string& kind) {
    if (kind == "Stack" || kind == "Objects")
        return diagnostic_at(document, "/kind", fmt::format("kind {} is not supported yet", kind));
    if (kind == "Environment") return diagnostic_at(document, "/kind", "an Environment belongs into environments/");
    if (kind == "Platform") return diagnostic_at(document, "/kind", "a Platform belongs into holdfast.yaml");
    if (kind.empty()) return diagnostic_at(document, "", "kind is missing: App, Stack or Objects");
    static const std::vector<std::string> kinds = {"App", "Stack", "Objects"};
    auto diagnostic = diagnostic_at(document, "/kind", fmt::format("there is no kind \"{}\"", printable(kind, 60)));
    diagnostic.suggestion = nearest(kind, kinds);
    return diagnostic;
}

/// A value that should be a name, with what is wrong with it.
struct Name {
    std::string text;
    std::string problem;
};

Name name_member(const json::value& document, std::string_view key, std::string_view otherwise) {
    const auto* found = member(document, key);
    if (found == nullptr || found->is_null())
        return {std::string(otherwise), otherwise.empty() ? fmt::format("{} is missing", key) : ""};
    if (!found->is_string()) return {{}, "a name must be text"};
    const std::string text(found->get_string());
    return {text, name_problem(text)};
}

class AppFileReader {
  public:
    AppFileReader(const Settings& settings, Schemas& schemas) : settings_(settings), schemas_(schemas) {}

    AppFile read(const std::string& path, std::string_view text) {
        auto yaml = parse_yaml(path, text);
        file_.broken = yaml.broken();
        file_.diagnostics = std::move(yaml.diagnostics);
        file_.size = yaml.documents.size();
        for (auto& document : yaml.documents) this->document(std::move(document));
        std::ranges::sort(file_.environments);
        file_.environments.erase(std::ranges::unique(file_.environments).begin(), file_.environments.end());
        return std::move(file_);
    }

  private:
    void document(Document document) {
        const auto kind = kind_of(document);
        if (kind != "App") {
            file_.diagnostics.push_back(wrong_kind(document, kind));
            // A misspelt kind may hide an app; the others never were apps.
            file_.broken |= kind != "Stack" && kind != "Objects" && kind != "Environment" && kind != "Platform";
            return;
        }
        const auto name = name_member(document.value, "name", "");
        const auto environment = name_member(document.value, "environment", "default");
        if (name.problem.empty() && environment.problem.empty())
            return app({environment.text, name.text}, std::move(document));
        // Which app this was before its name was broken can't be told: the whole file keeps running as it was.
        file_.broken = true;
        if (!name.problem.empty()) file_.diagnostics.push_back(diagnostic_at(document, "/name", name.problem));
        if (!environment.problem.empty())
            file_.diagnostics.push_back(diagnostic_at(document, "/environment", environment.problem));
    }

    void app(AppKey key, Document document) {
        file_.environments.push_back(key.environment);
        AppDocument out{.key = std::move(key)};
        const auto found = settings_.environments.find(out.key.environment);
        // The check of environments says that this one is unknown; the rest of the app is still worth reading.
        const auto& settings =
            found == settings_.environments.end() ? settings_.environments.at("default") : found->second;
        Origins origins;
        origins.add(document);
        if (settings.document != nullptr) origins.add(*settings.document, "/defaults");
        if (settings.platform != nullptr) origins.add(*settings.platform, "/defaults");

        json::value effective = settings.defaults;
        merge_patch(effective, document.value);
        add_violations(schemas_.violations("App", effective), origins, out.problems);
        if (out.problems.empty()) {
            auto app = read_app(Fields(&effective, "", origins, out.problems), settings.context);
            app.file = document.file;
            if (out.problems.empty()) finish(std::move(app), effective, out);
        }
        out.marks = marks_of(std::move(document));
        file_.documents.push_back(std::move(out));
    }

    static void finish(App app, const json::value& effective, AppDocument& out) {
        Sha256 hash;
        hash.field(canonical(effective));
        hash.field(app.file);
        // The default domain follows from the settings, which the effective value doesn't hold.
        for (const auto& domain : app.ingress.domains) hash.field(domain);
        out.effective_hash = hash.finish();
        app.content_hash = out.effective_hash;
        out.app = std::make_shared<const App>(std::move(app));
    }

    const Settings& settings_;
    Schemas& schemas_;
    AppFile file_;
};

}  // namespace

AppFile read_app_file(const std::string& path, std::string_view text, const Settings& settings, Schemas& schemas) {
    return AppFileReader(settings, schemas).read(path, text);
}

}  // namespace holdfast::manifest
