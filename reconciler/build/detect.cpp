#include "build/detect.hpp"

#include <initializer_list>

namespace holdfast::build {

namespace {

using Files = std::vector<SourceFile>;
using manifest::Builder;

constexpr std::string_view looked_for =
    "a Dockerfile, package.json, requirements.txt, pyproject.toml, app.py, main.py, index.html, public/index.html and "
    "dist/index.html";

std::string_view first_of(const Files& files, std::initializer_list<std::string_view> paths) {
    for (const auto path : paths)
        if (find_file(files, path) != nullptr) return path;
    return {};
}

/// A file name from the repository as a word of the shell.
std::string quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return result + "'";
}

std::string or_else(const std::string& text, const std::string& otherwise) {
    return text.empty() ? otherwise : text;
}

/// Whether `main` will be there: npm init writes `index.js` into projects that have none.
bool has_main(const Files& files, const Package& package) {
    std::string_view main = package.main;
    if (main.starts_with("./")) main.remove_prefix(2);
    return !main.empty() && (package.has_build_script || find_file(files, main) != nullptr ||
                             find_file(files, fmt::format("{}.js", main)) != nullptr);
}

/// How package.json or the usual names say that a node app starts; empty where they don't.
std::string node_start(const manifest::Source& source, const Files& files, const Package& package) {
    if (!source.start.empty()) return source.start;
    if (!package.start_script.empty()) return package.start_script;
    if (has_main(files, package)) return "exec node " + quoted(package.main);
    const auto file = first_of(files, {"server.js", "index.js"});
    return file.empty() ? std::string() : fmt::format("exec node {}", file);
}

Result<Detected> nextjs(const manifest::Source& source, const Package& package, std::string why) {
    const auto start = or_else(package.start_script, "exec next start");
    return Detected{Builder::nextjs, std::move(why), or_else(source.start, start), {}};
}

Result<Detected> node(const manifest::Source& source, const Files& files, const Package& package, std::string why) {
    auto start = node_start(source, files, package);
    if (start.empty())
        return fail(ErrorCode::invalid,
                    "package.json has no start script and no main, and there is no server.js or index.js; add one or "
                    "set source.start");
    return Detected{Builder::node, std::move(why), std::move(start), {}};
}

Result<Detected> python(const manifest::Source& source, const Files& files, std::string why) {
    const auto file = first_of(files, {"app.py", "main.py", "server.py"});
    if (file.empty() && source.start.empty())
        return fail(ErrorCode::invalid,
                    "there is no app.py, main.py or server.py to start; add one or set source.start");
    return Detected{Builder::python, std::move(why), or_else(source.start, fmt::format("exec python3 {}", file)), {}};
}

Result<Detected> static_site(const manifest::Source& source, const Files& files, std::string why) {
    const auto page = first_of(files, {"index.html", "public/index.html", "dist/index.html"});
    const auto start = or_else(source.start, "exec busybox httpd -f -p 3000 -h /site");
    return Detected{Builder::static_site, std::move(why), start, std::string(page.substr(0, page.rfind("index.html")))};
}

Result<Detected> chosen(const manifest::Source& source, const Files& files, const std::optional<Package>& package) {
    switch (source.builder) {
        case Builder::nextjs:
        case Builder::node:
            if (!package) return fail(ErrorCode::invalid, "this builder needs a package.json, and there is none");
            return source.builder == Builder::nextjs ? nextjs(source, *package, "the manifest says builder: nextjs")
                                                     : node(source, files, *package, "the manifest says builder: node");
        case Builder::python:
            return python(source, files, "the manifest says builder: python");
        default: {
            auto site = static_site(source, files, "the manifest says builder: static");
            if (site->site_folder.empty() && find_file(files, "index.html") == nullptr && source.build.empty())
                return fail(
                    ErrorCode::invalid,
                    "the static builder needs index.html, public/index.html or dist/index.html, or source.build");
            return site;
        }
    }
}

}  // namespace

Result<Detected> detect(const manifest::Source& source, const Files& files, const std::optional<Package>& package) {
    if (source.builder != Builder::automatic) return chosen(source, files, package);
    const auto page = first_of(files, {"index.html", "public/index.html", "dist/index.html"});
    if (package && package->depends_on_next) return nextjs(source, *package, "package.json depends on next");
    if (package && !node_start(source, files, *package).empty())
        return node(source, files, *package, "there is a package.json");
    if (package && package->has_build_script && !page.empty())
        return static_site(source, files, "package.json builds a site and starts nothing");
    if (const auto sign = first_of(files, {"requirements.txt", "pyproject.toml", "app.py", "main.py"}); !sign.empty())
        return python(source, files, fmt::format("there is {}", sign));
    if (!page.empty()) return static_site(source, files, fmt::format("there is {}", page));
    if (package) return node(source, files, *package, "there is a package.json");
    return fail(ErrorCode::invalid,
                fmt::format("nothing says how to build this: looked for {}; add one, or set source.path", looked_for));
}

}  // namespace holdfast::build
