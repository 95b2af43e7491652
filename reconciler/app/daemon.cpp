#include "app/daemon.hpp"

#include <csignal>
#include <fmt/format.h>

#include "app/clock.hpp"
#include "app/config_repository.hpp"
#include "app/credentials.hpp"
#include "app/files.hpp"
#include "app/images.hpp"
#include "app/reconciler.hpp"
#include "app/remotes.hpp"
#include "app/state_folder.hpp"
#include "app/targets.hpp"
#include "build/builds.hpp"
#include "core/text.hpp"
#include "log/log.hpp"
#include "net/runtime.hpp"
#include "plan/explain.hpp"
#include "web/server.hpp"

namespace holdfast::app {

namespace {

/// Everything of a running Holdfast, wired: whatever moves says "look again" to the one loop that runs the passes.
class Daemon {
  public:
    Daemon(const Settings& settings, git::Transport transport, git::Mirror mirror,
           std::unique_ptr<target::Target> target, std::unique_ptr<build::Builds> builds, net::Runtime& runtime)
        : settings_(settings),
          runtime_(runtime),
          wake_(runtime.executor()),
          target_(std::move(target)),
          builds_(std::move(builds)),
          repository_(runtime, settings, std::move(mirror), [this] { wake_.notify(); }),
          images_(runtime, settings, builds_.get(), std::move(transport),
                  [this] {
                      reconciler_.images_changed();
                      wake_.notify();
                  }),
          reconciler_(runtime, settings, *target_, repository_, images_) {}

    Result<void> serve(Secret webhook_secret) {
        web::Views views{.board = [this] { return reconciler_.board(); },
                         .build_log = [this](std::string_view id) { return build_log(id); },
                         .logs = [this](AppKey app, unsigned lines) { return target_->logs(std::move(app), lines); },
                         .plan_json = [this] { return json::serialize(plan::to_json(reconciler_.plan())); },
                         .counters = [this] { return reconciler_.counters(); },
                         .on_hook = [this](const web::Hook& hook) { on_hook(hook); },
                         .now = wall_now};
        server_ = std::make_unique<web::Server>(runtime_.executor(),
                                                web::Options{.address = settings_.listen_address,
                                                             .port = settings_.listen_port,
                                                             .webhook_secret = std::move(webhook_secret)},
                                                std::move(views));
        if (auto started = server_->start(); !started) return started;
        const auto address = fmt::format("{}:{}", settings_.listen_address, server_->port());
        log::info("listening on http://{}", address);
        reconciler_.on_board = [this] { server_->publish(); };
        return write_file(settings_.state_dir / "address", address + "\n");
    }

    Result<Outcome> run(bool once) {
        runtime_.detach(repository_.run());
        runtime_.detach(images_.run());
        runtime_.detach(target_->watch([this](const target::Change& change) {
            reconciler_.changed(change);
            wake_.notify();
        }));
        runtime_.detach(once ? pass_until_settled() : pass_for_ever());
        runtime_.on_signal({SIGTERM, SIGINT}, [this, once](int signal) {
            log::info("stopping on signal {}", signal);
            if (once) result_ = fail(ErrorCode::cancelled, "stopped before it had converged");
            runtime_.stop();
        });
        runtime_.run();
        return std::move(result_);
    }

  private:
    net::Task<void> pass_for_ever() {
        for (;;) {
            co_await reconciler_.pass();
            co_await wake_.wait(reconciler_.look_again_in());
        }
    }

    net::Task<void> pass_until_settled() {
        while (!through()) {
            co_await wake_.wait(reconciler_.look_again_in());
            co_await reconciler_.pass();
        }
        runtime_.stop();
    }

    /// With --once: whether there is nothing left to do, or nothing that can be done.
    bool through() {
        const auto& board = *reconciler_.board();
        if (repository_.looks() > 0 && !repository_.head()) {
            result_ = fail(ErrorCode::unavailable, repository_.problem());
            return true;
        }
        if (reconciler_.unreadable() && !repository_.healing()) {
            result_ = fail(ErrorCode::failed, board.problem);
            return true;
        }
        if (repository_.looks() > 0 && board.problem.starts_with("engine: ")) {
            result_ = fail(ErrorCode::unavailable, board.problem);
            return true;
        }
        // A note that can't be pushed now stays in the state folder: nobody waits for a remote to take it.
        const bool told = repository_.notes_written() || !repository_.notes_problem().empty();
        if (!reconciler_.settled() || !told) return false;
        const bool good =
            board.problem.empty() &&
            std::ranges::all_of(board.apps, [](const auto& app) { return status::is_good(app.second->phase); }) &&
            std::ranges::all_of(board.diagnostics, &Diagnostic::warning);
        result_ = good ? Outcome::all_good : Outcome::some_not;
        return true;
    }

    void on_hook(const web::Hook& hook) {
        log::info("webhook {}: looking at the config repository and the sources", hook.id);
        repository_.look_now();
        images_.look_now();
    }

    Result<std::string> build_log(std::string_view id) const {
        if (!builds_) return fail(ErrorCode::not_found, "there are no builds");
        return builds_->log(id);
    }

    const Settings& settings_;
    net::Runtime& runtime_;
    net::Wake wake_;
    std::unique_ptr<target::Target> target_;
    std::unique_ptr<build::Builds> builds_;
    ConfigRepository repository_;
    Images images_;
    Reconciler reconciler_;
    std::unique_ptr<web::Server> server_;
    Result<Outcome> result_ = Outcome::all_good;
};

/// The credentials that images are pushed with. Which registry they are for is the operator's word, never the config
/// repository's.
std::optional<build::RegistryCredentials> push_credentials(const std::map<std::string, Secret, std::less<>>& known,
                                                           const std::string& registry) {
    const auto found =
        registry.empty() && known.size() == 1 ? known.begin() : known.find(registry.substr(0, registry.find('/')));
    if (found == known.end()) return std::nullopt;
    const auto& pair = found->second.reveal();
    const auto colon = pair.find(':');
    return build::RegistryCredentials{found->first, pair.substr(0, colon), Secret(pair.substr(colon + 1))};
}

Result<std::unique_ptr<build::Builds>> make_builds(net::Runtime& runtime, const Settings& settings) {
    if (settings.target != "swarm") return nullptr;
    auto endpoint = net::Endpoint::parse(settings.docker_host);
    if (!endpoint) return fail(endpoint.error(), "--docker-host");
    auto credentials = read_registry_credentials(settings.registry_auth_file);
    if (!credentials) return std::unexpected(credentials.error());
    build::Builds::Options options{.endpoint = std::move(*endpoint), .folder = settings.state_dir / "builds"};
    options.credentials = push_credentials(*credentials, settings.registry);
    for (const auto& argument : settings.build_args) {
        const auto equals = argument.find('=');
        if (equals == 0 || equals == std::string::npos) return fail(ErrorCode::invalid, "--build-arg takes NAME=value");
        options.base_images[argument.substr(0, equals)] = argument.substr(equals + 1);
    }
    std::error_code error;
    std::filesystem::create_directories(options.folder, error);
    if (error) return fail(ErrorCode::denied, "can't make " + options.folder.string() + ": " + error.message());
    return std::make_unique<build::Builds>(runtime, std::move(options));
}

}  // namespace

Result<Outcome> run_daemon(const Settings& settings, bool once) {
    const auto state = StateFolder::open(settings.state_dir);
    if (!state) return std::unexpected(state.error());
    net::Runtime runtime;
    auto transport = make_transport(settings);
    if (!transport) return std::unexpected(transport.error());
    auto mirror = make_config_mirror(settings, *transport);
    if (!mirror) return std::unexpected(mirror.error());
    auto target = make_target(runtime, settings);
    if (!target) return std::unexpected(target.error());
    auto builds = make_builds(runtime, settings);
    if (!builds) return std::unexpected(builds.error());
    auto secret = read_secret(settings.webhook_secret_file);
    if (!secret) return fail(secret.error(), "--webhook-secret-file");

    Daemon daemon(settings, std::move(*transport), std::move(*mirror), std::move(*target), std::move(*builds), runtime);
    if (!once)
        if (auto served = daemon.serve(std::move(*secret)); !served) return std::unexpected(served.error());
    return daemon.run(once);
}

}  // namespace holdfast::app
