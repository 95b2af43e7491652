#include "app/command_line.hpp"

#include <charconv>
#include <fmt/format.h>
#include <functional>

#include <CLI/CLI.hpp>

#include "app/commands/commands.hpp"
#include "core/time.hpp"

namespace holdfast::app {

namespace {

constexpr const char* version = "holdfast " HOLDFAST_VERSION;

/// A flag of the daemon: the same thing as a variable (--state-dir, HOLDFAST_STATE_DIR) and as a line of the file.
template <class T>
CLI::Option* setting(CLI::App& app, const std::string& name, T& value, const std::string& help) {
    std::string variable = "HOLDFAST_" + name;
    std::ranges::transform(variable, variable.begin(),
                           [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    return app.add_option("--" + name, value, help)->envname(variable)->group("Settings");
}

/// `Value` is a duration, or an optional one whose default lies elsewhere.
template <class Value>
CLI::Option* duration(CLI::App& app, const std::string& name, Value& value, std::chrono::milliseconds otherwise,
                      const std::string& help) {
    std::string variable = "HOLDFAST_" + name;
    std::ranges::transform(variable, variable.begin(),
                           [](char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    const auto parse = [&value](const CLI::results_t& text) {
        const auto parsed = parse_duration(text.at(0));
        if (!parsed || *parsed < std::chrono::milliseconds{1}) return false;
        value = std::chrono::duration_cast<std::chrono::milliseconds>(*parsed);
        return true;
    };
    return app.add_option("--" + name, parse, help + " [" + to_text(otherwise) + "]")
        ->envname(variable)
        ->type_name("DURATION")
        ->group("Settings");
}

/// `127.0.0.1:8080`, `[::1]:8080` or `:8080`.
bool parse_listen(const std::string& text, Settings& settings) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return false;
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), settings.listen_port);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    auto address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    settings.listen_address = address.empty() ? "0.0.0.0" : address;
    return true;
}

void add_settings(CLI::App& app, Settings& settings) {
    setting(app, "config-repo", settings.config_repo, "the config repository: https, ssh, git:// or a local path");
    setting(app, "branch", settings.branch, "the branch to follow")->capture_default_str();
    setting(app, "instance", settings.instance, "which instance this is, where several share a config repository")
        ->capture_default_str();
    setting(app, "target", settings.target, "swarm, or memory for trying things out without an engine")
        ->check(CLI::IsMember({"swarm", "memory"}))
        ->capture_default_str();
    setting(app, "docker-host", settings.docker_host, "the engine: unix:///path or tcp://host:port; else DOCKER_HOST")
        ->capture_default_str();
    setting(app, "state-dir", settings.state_dir, "a cache that may be deleted at any time")->capture_default_str();
    app.add_option(
           "--listen", [&settings](const CLI::results_t& text) { return parse_listen(text.at(0), settings); },
           "where the page and the API are [127.0.0.1:8080]")
        ->envname("HOLDFAST_LISTEN")
        ->type_name("ADDRESS:PORT")
        ->group("Settings");
    duration(app, "interval", settings.interval, default_interval, "between two polls; overrides the Platform's");
    duration(app, "resync", settings.resync, settings.resync, "between two observations of everything");
    duration(app, "rollout-deadline", settings.rollout_deadline, settings.rollout_deadline, "for a rollout to go live");
    setting(app, "registry", settings.registry, "where built images go; overrides the Platform's");
    setting(app, "engine-connections", settings.width, "engine calls at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    app.add_flag("--allow-local-sources", settings.allow_local_sources, "let apps be built from local paths")
        ->envname("HOLDFAST_ALLOW_LOCAL_SOURCES")
        ->group("Settings");
    setting(app, "ssh-key", settings.ssh_key, "private key for ssh remotes");
    setting(app, "known-hosts", settings.known_hosts, "host keys of ssh remotes; unknown hosts are refused");
    setting(app, "git-ca-file", settings.git_ca_file, "certificates (PEM) that https remotes are checked with");
    setting(app, "git-token-file", settings.git_token_file,
            "file with the token for https remotes of --git-token-host");
    setting(app, "git-token-host", settings.git_token_host, "the one host that gets the token");
    setting(app, "webhook-secret-file", settings.webhook_secret_file,
            "file with the secret that webhooks are signed with");
    setting(app, "registry-auth-file", settings.registry_auth_file, "a docker config.json with `auths`");
    setting(app, "build-arg", settings.build_args, "NAME=value for every generated Dockerfile, such as NODE_IMAGE");
    setting(app, "log-level", settings.log_level, "debug, info, warning or error")->capture_default_str();
    setting(app, "log-format", settings.log_format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
}

/// git and what reads keys run in folders of their own: what is named from here is told in full.
void make_absolute(Settings& settings) {
    for (auto* path : {&settings.state_dir, &settings.ssh_key, &settings.known_hosts, &settings.git_ca_file})
        if (!path->empty()) *path = std::filesystem::absolute(*path);
    std::error_code no_folder;
    if (std::filesystem::is_directory(settings.config_repo, no_folder))
        settings.config_repo = std::filesystem::absolute(settings.config_repo).lexically_normal().string();
}

/// The options that several commands share.
struct Arguments {
    ManifestSource source;
    Output output = Output::text;
    std::string app;
    std::string daemon;
    std::filesystem::path folder;
    bool once = false;
};

void add_output(CLI::App& command, Arguments& arguments, bool markdown) {
    std::map<std::string, Output> names{{"text", Output::text}, {"json", Output::json}};
    if (markdown) names.emplace("markdown", Output::markdown);
    command.add_option("-o,--output", arguments.output, "how to print it")
        ->transform(CLI::CheckedTransformer(names, CLI::ignore_case))
        ->option_text(markdown ? "text|json|markdown" : "text|json");
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& help, const std::string& examples) {
    auto* command = app.add_subcommand(name, help);
    command->fallthrough();
    command->footer("Examples:\n" + examples);
    return command;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    Settings settings;
    if (const char* host = std::getenv("DOCKER_HOST"); host != nullptr && *host != '\0') settings.docker_host = host;
    Arguments arguments;
    std::function<int()> chosen;

    CLI::App app("Keeps a Docker Swarm true to a git repository.", "holdfast");
    app.set_version_flag("--version", version);
    app.set_config("--config", "", "a file (TOML) with the same settings")->envname("HOLDFAST_CONFIG");
    app.require_subcommand(1);
    add_settings(app, settings);

    auto* run_command = add_command(app, "run", "Run the daemon",
                                    "  holdfast run --config-repo https://git.example.com/ops/config.git\n"
                                    "  holdfast run --once --config-repo . --target memory --state-dir /tmp/holdfast");
    run_command->add_flag("--once", arguments.once, "converge, write the note and stop");
    run_command->callback([&] { chosen = [&] { return run(settings, arguments.once); }; });

    auto* validate_command =
        add_command(app, "validate", "Check the manifests; no engine needed",
                    "  holdfast validate\n  holdfast validate ./config -o json\n"
                    "  holdfast validate --config-repo https://git.example.com/ops/config.git --rev main");
    validate_command->add_option("DIR", arguments.source.folder, "the config repository's folder [.]");
    validate_command->add_option("--repo", settings.config_repo, "a repository instead of a folder");
    validate_command->add_option("--rev", arguments.source.rev, "branch, tag or commit of the repository");
    add_output(*validate_command, arguments, false);
    validate_command->callback(
        [&] { chosen = [&] { return validate(settings, arguments.source, arguments.output); }; });

    auto* plan_command = add_command(app, "plan", "Print what would change and why, field by field",
                                     "  holdfast plan\n  holdfast plan --config-repo . --rev my-branch -o markdown");
    plan_command->add_option("DIR", arguments.source.folder, "the config repository's folder [.]");
    plan_command->add_option("--rev", arguments.source.rev, "branch, tag or commit of the repository");
    add_output(*plan_command, arguments, true);
    plan_command->callback([&] { chosen = [&] { return plan(settings, arguments.source, arguments.output); }; });

    auto* render_command =
        add_command(app, "render", "Print the compose file that an app stands for",
                    "  holdfast render blog\n  holdfast render staging/blog | docker stack deploy -c - staging");
    render_command->add_option("APP", arguments.app, "environment/name, or name in `default`")->required();
    render_command->add_option("DIR", arguments.source.folder, "the config repository's folder [.]");
    render_command->add_option("--rev", arguments.source.rev, "branch, tag or commit of the repository");
    render_command->callback([&] { chosen = [&] { return render(settings, arguments.source, arguments.app); }; });

    auto* status_command = add_command(app, "status", "Ask the daemon how the apps stand",
                                       "  holdfast status\n  holdfast status staging/blog -o json");
    status_command->add_option("APP", arguments.app, "environment/name, or name in `default`");
    status_command->add_option("--daemon", arguments.daemon, "its address; else what it left in --state-dir")
        ->envname("HOLDFAST_DAEMON");
    add_output(*status_command, arguments, false);
    status_command->callback(
        [&] { chosen = [&] { return status(settings, arguments.daemon, arguments.app, arguments.output); }; });

    auto* history_command = add_command(app, "history", "Print what was deployed, from the notes; no daemon needed",
                                        "  holdfast history\n  holdfast history blog --clone ~/config -o json");
    history_command->add_option("APP", arguments.app, "environment/name, or name in `default`");
    history_command->add_option("--clone", arguments.folder,
                                "a clone of the config repository [., else the daemon's mirror]");
    add_output(*history_command, arguments, false);
    history_command->callback(
        [&] { chosen = [&] { return history(settings, arguments.folder, arguments.app, arguments.output); }; });

    auto* init_command = add_command(app, "init", "Write a new config repository", "  holdfast init ./config");
    init_command->add_option("DIR", arguments.folder, "where to")->required();
    init_command->callback([&] { chosen = [&] { return init(arguments.folder); }; });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    make_absolute(settings);
    return chosen();
}

}  // namespace holdfast::app
