// Builds folders as the daemon builds sources, and says what happens as lines of JSON: for the tests of build/.
//
//   build_source --engine unix:///run/docker.sock --state DIR default/blog=FOLDER …

#include <csignal>
#include <iostream>

#include <CLI/CLI.hpp>

#include "build/builds.hpp"
#include "folder_tree.hpp"

namespace {

using namespace holdfast;

struct Arguments {
    std::string engine;
    std::string registry = "localhost:5000";
    std::string state;
    std::string builder = "preferred";
    std::string commit = std::string(40, 'a');
    std::vector<std::string> base_images;
    std::vector<std::string> sources;
    std::size_t concurrency = 1;
    unsigned timeout = 120;
    std::string cancel_on;          ///< a stage
    bool cancel_on_signal = false;  ///< SIGTERM; the program then stays until it is killed
};

build::EngineBuilder builder_of(const std::string& name) {
    if (name == "classic") return build::EngineBuilder::classic;
    return name == "buildkit" ? build::EngineBuilder::buildkit : build::EngineBuilder::preferred;
}

std::string_view name_of(build::Progress::Stage stage) {
    switch (stage) {
        case build::Progress::Stage::queued:
            return "queued";
        case build::Progress::Stage::building:
            return "building";
        default:
            return "pushing";
    }
}

std::pair<std::string, std::string> split(const std::string& text) {
    const auto equals = text.find('=');
    return {text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1)};
}

void say(json::object line) {
    std::cout << json::serialize(line) << std::endl;
}

json::object told(const std::string& app, const Result<build::BuildOutcome>& outcome) {
    if (!outcome) return {{"app", app}, {"error", outcome.error().message}, {"code", to_string(outcome.error().code)}};
    return {{"app", app},
            {"image", outcome->image},
            {"digest", outcome->digest.str()},
            {"port", outcome->port},
            {"log", outcome->log_id},
            {"built", outcome->built}};
}

build::BuildRequest request_of(const Arguments& arguments, const std::string& app, const std::string& folder) {
    build::BuildRequest request{.app = AppKey::parse(app).value(),
                                .registry = arguments.registry,
                                .commit = CommitId::parse(arguments.commit).value(),
                                .tree = std::make_shared<build::FolderTree>(folder)};
    request.source.repo = folder;
    request.source.timeout = std::chrono::seconds(arguments.timeout);
    return request;
}

int run(const Arguments& arguments) {
    net::Runtime runtime;
    build::Builds::Options options{.endpoint = net::Endpoint::parse(arguments.engine).value(),
                                   .folder = arguments.state,
                                   .concurrency = arguments.concurrency,
                                   .builder = builder_of(arguments.builder)};
    for (const auto& image : arguments.base_images) options.base_images.insert(split(image));
    build::Builds builds(runtime, std::move(options));

    bool failed = false;
    for (const auto& source : arguments.sources) {
        const auto [app, folder] = split(source);
        const auto on_progress = [&, key = AppKey::parse(app).value()](const build::Progress& progress) {
            say({{"app", key.str()}, {"stage", name_of(progress.stage)}, {"log", progress.log_id}});
            if (name_of(progress.stage) == arguments.cancel_on) builds.cancel(key);
        };
        builds.request(request_of(arguments, app, folder), on_progress, [&, name = app](const auto& outcome) {
            failed = failed || !outcome;
            say(told(name, outcome));
        });
    }
    if (arguments.cancel_on_signal)
        runtime.on_signal({SIGTERM}, [&](int) {
            for (const auto& source : arguments.sources) builds.cancel(AppKey::parse(split(source).first).value());
        });
    runtime.run();
    return failed ? 1 : 0;
}

}  // namespace

int main(int count, char** values) {
    Arguments arguments;
    CLI::App app("Builds folders as the daemon builds sources");
    app.add_option("--engine", arguments.engine)->required();
    app.add_option("--registry", arguments.registry);
    app.add_option("--state", arguments.state)->required();
    app.add_option("--builder", arguments.builder);
    app.add_option("--commit", arguments.commit);
    app.add_option("--base-image", arguments.base_images)->allow_extra_args(false);
    app.add_option("--concurrency", arguments.concurrency);
    app.add_option("--timeout", arguments.timeout);
    app.add_option("--cancel-on", arguments.cancel_on);
    app.add_flag("--cancel-on-signal", arguments.cancel_on_signal);
    app.add_option("sources", arguments.sources)->required();
    CLI11_PARSE(app, count, values);
    return run(arguments);
}
