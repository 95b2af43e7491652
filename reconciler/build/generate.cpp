#include "build/generate.hpp"

#include <cctype>

#include "build/detect.hpp"
#include "build/dockerfile_templates.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "render/template.hpp"

namespace holdfast::build {

namespace {

using Files = std::vector<SourceFile>;
using manifest::Builder;

constexpr std::size_t manifest_limit = std::size_t{1} << 20U;

Result<std::optional<Package>> read_package(const Files& files, SourceTree& tree) {
    const auto* file = find_file(files, "package.json");
    if (file == nullptr) return std::nullopt;
    const auto text = tree.read(file->blob, manifest_limit);
    if (!text) return fail(text.error(), "package.json");
    auto package = parse_package(*text);
    if (!package) return std::unexpected(package.error());
    return std::optional(std::move(*package));
}

/// A command, and the manifests that it reads: known for our own commands only. A command of the user's may need any
/// file, so it runs once all are there.
struct Install {
    std::string command;
    std::string manifests;
};

std::string present(const Files& files, std::initializer_list<std::string_view> paths) {
    std::string result;
    for (const auto path : paths)
        if (find_file(files, path) != nullptr)
            result += fmt::format("{}{}{}", result.empty() ? "" : " ", generated_source_folder, path);
    return result;
}

Install node_install(const Files& files, bool builds) {
    const auto has = [&](std::string_view path) { return find_file(files, path) != nullptr; };
    Install install;
    install.manifests = present(
        files, {"package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", ".npmrc"});
    if (has("pnpm-lock.yaml"))
        install.command = fmt::format("corepack enable && pnpm install --frozen-lockfile{}", builds ? "" : " --prod");
    else if (has("yarn.lock"))
        install.command = "corepack enable && yarn install --frozen-lockfile";
    else
        install.command = fmt::format("npm {} --no-audit --no-fund {}",
                                      has("package-lock.json") || has("npm-shrinkwrap.json") ? "ci" : "install",
                                      builds ? "--include=dev" : "--omit=dev");
    return install;
}

/// Whether a requirements.txt asks for anything: pip isn't needed in the base image where it doesn't.
bool asks_for_packages(std::string_view text) {
    while (!text.empty()) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        if (!line.empty() && !line.starts_with('#')) return true;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return false;
}

Result<Install> python_install(const Files& files, SourceTree& tree) {
    if (const auto* file = find_file(files, "requirements.txt")) {
        const auto text = tree.read(file->blob, manifest_limit);
        if (!text) return fail(text.error(), "requirements.txt");
        if (!asks_for_packages(*text)) return Install{};
        return Install{"pip install --no-cache-dir -r requirements.txt", present(files, {"requirements.txt"})};
    }
    if (find_file(files, "pyproject.toml") != nullptr) return Install{"pip install --no-cache-dir .", {}};
    return Install{};
}

/// What the build runs before the app can be started.
struct Steps {
    Install install;
    std::string build;
};

Result<Steps> steps_of(const manifest::Source& source, const Files& files, const std::optional<Package>& package,
                       Builder builder, SourceTree& tree) {
    Steps steps;
    if (builder == Builder::python) {
        auto install = python_install(files, tree);
        if (!install) return std::unexpected(install.error());
        steps.install = std::move(*install);
    } else if (package) {
        if (package->has_build_script || builder == Builder::nextjs)
            steps.build = package->has_build_script ? "npm run build" : "next build";
        const bool builds = !steps.build.empty() || !source.build.empty();
        if (package->has_packages) steps.install = node_install(files, builds);
        // What only the build needed doesn't belong into the image.
        if (builder != Builder::static_site && !steps.build.empty() && steps.install.command.starts_with("npm"))
            steps.build += " && npm prune --omit=dev --no-audit --no-fund";
    }
    if (!source.install.empty()) steps.install = {source.install, {}};
    if (!source.build.empty()) steps.build = source.build;
    return steps;
}

json::value section(const std::string& command) {
    if (command.empty()) return false;
    return json::object{{"command", command}};
}

json::value install_section(const Install& install, bool early) {
    if (install.command.empty() || install.manifests.empty() == early) return false;
    return json::object{{"command", install.command}, {"manifests", install.manifests}};
}

Result<json::array> declared_args(const manifest::Named<std::string>& args) {
    json::array result;
    for (const auto& [name, value] : args) {
        const bool word = std::ranges::all_of(
            name, [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; });
        if (!word || name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0)
            return fail(ErrorCode::invalid,
                        fmt::format("source.args: {} is no name for a build argument", printable(name)));
        result.push_back(json::object{{"name", name}});
    }
    return result;
}

std::string_view template_name(Builder builder) {
    switch (builder) {
        case Builder::nextjs:
            return "nextjs";
        case Builder::node:
            return "node";
        case Builder::python:
            return "python";
        default:
            return "static";
    }
}

}  // namespace

Result<GeneratedDockerfile> generate_dockerfile(const manifest::Source& source, const Files& files, SourceTree& tree) {
    const auto package = read_package(files, tree);
    if (!package) return std::unexpected(package.error());
    const auto detected = detect(source, files, *package);
    if (!detected) return std::unexpected(detected.error());
    const auto steps = steps_of(source, files, *package, detected->builder, tree);
    if (!steps) return std::unexpected(steps.error());
    auto args = declared_args(source.args);
    if (!args) return std::unexpected(args.error());

    const json::object data{{"why", detected->why},
                            {"args", std::move(*args)},
                            {"early_install", install_section(steps->install, true)},
                            {"late_install", install_section(steps->install, false)},
                            {"build", section(steps->build)},
                            {"start", detected->start},
                            {"folder", detected->site_folder}};
    const auto name = template_name(detected->builder);
    auto text = render::render_template(fmt::format("{}.Dockerfile.mustache", name), dockerfile_template(name), data);
    if (!text) return std::unexpected(text.error());
    return GeneratedDockerfile{detected->builder, detected->why, std::move(*text)};
}

}  // namespace holdfast::build
