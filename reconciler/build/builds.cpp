#include "build/builds.hpp"

#include <map>
#include <vector>

#include "build/key.hpp"
#include "build/key_cache.hpp"
#include "build/log_store.hpp"
#include "build/recipe.hpp"
#include "build/slots.hpp"
#include "core/text.hpp"

namespace holdfast::build {

namespace {

constexpr std::size_t log_key_digits = 12;

struct Prepared {
    std::shared_ptr<const Recipe> recipe;
    std::string key;
};

/// One request while it is worked on. Without callbacks it has been superseded and only has to end.
struct Work {
    BuildRequest request;
    OnProgress on_progress;
    OnDone on_done;
    net::Job job;

    void report(Progress::Stage stage, const std::string& log_id) const {
        const auto tell = on_progress;  // a copy: it may cancel this very request
        if (tell) tell({stage, log_id});
    }
};

struct Failure {
    std::string key;
    Error error;
};

bool same_input(const BuildRequest& a, const BuildRequest& b) {
    return a.commit == b.commit && a.source == b.source && a.registry == b.registry;
}

std::string log_id_of(const AppKey& app, std::string_view key) {
    return fmt::format("{}.{}.{}", app.environment, app.name, key.substr(0, log_key_digits));
}

manifest::Named<std::string> labels_of(const BuildRequest& request, const std::string& key) {
    return {{"dev.holdfast.app", request.app.str()},
            {"dev.holdfast.key", key},
            {"org.opencontainers.image.revision", request.commit.str()}};
}

std::string log_head(const BuildRequest& request, const Recipe& recipe, const std::string& key) {
    auto head = fmt::format("building {} from {} at {}: {}\nkey {}\n", request.app.str(),
                            printable(without_credentials(request.source.repo)), request.commit.str(), recipe.why, key);
    if (recipe.generated()) head += fmt::format("\n{}\n", recipe.text);
    return head;
}

}  // namespace

struct Builds::State : std::enable_shared_from_this<Builds::State> {
    State(net::Runtime& r, Options o)
        : runtime(r),
          base_images(std::move(o.base_images)),
          engine(r, std::move(o.endpoint), std::move(o.credentials), o.builder),
          logs(o.folder, o.logs_kept),
          cache(o.folder / "keys.json"),
          slots(std::make_shared<Slots>(r.executor(), std::max<std::size_t>(o.concurrency, 1))) {}

    net::Runtime& runtime;
    manifest::Named<std::string> base_images;
    Engine engine;
    LogStore logs;
    KeyCache cache;
    std::shared_ptr<Slots> slots;
    std::map<AppKey, std::shared_ptr<Work>> current;
    std::map<AppKey, Failure> failures;
    std::vector<std::shared_ptr<Work>> superseded;  ///< cancelled, and not ended yet

    void supersede(const AppKey& app, std::string_view why);
    net::Task<Result<Prepared>> prepare(const BuildRequest& request);
    net::Task<Result<std::optional<Digest>>> find(const std::string& tag);
    net::Task<Result<Digest>> build(const Work& work, const Prepared& prepared, BuildLog& log);
    net::Task<Result<BuildOutcome>> outcome(const Work& work);
    static net::Task<void> run(std::shared_ptr<State> state, std::shared_ptr<Work> work);
};

void Builds::State::supersede(const AppKey& app, std::string_view why) {
    const auto found = current.find(app);
    if (found == current.end()) return;
    const auto work = found->second;
    current.erase(found);
    work->job.cancel();
    superseded.push_back(work);
    work->on_progress = nullptr;
    if (const auto done = std::exchange(work->on_done, nullptr))
        done(fail(ErrorCode::cancelled, fmt::format("build of {}: {}", app.str(), why)));
}

net::Task<Result<Prepared>> Builds::State::prepare(const BuildRequest& request) {
    co_return co_await runtime.offload([&]() -> Result<Prepared> {
        auto recipe = recipe_of(request.source, *request.tree, base_images);
        if (!recipe) return std::unexpected(recipe.error());
        auto key = build_key(*recipe);
        return Prepared{std::make_shared<const Recipe>(std::move(*recipe)), std::move(key)};
    });
}

net::Task<Result<std::optional<Digest>>> Builds::State::find(const std::string& tag) {
    if (auto known = cache.find(tag)) co_return known;
    auto found = co_await engine.find(tag);
    if (found && *found) cache.set(tag, **found);
    co_return found;
}

/// Both tags are pushed: the commit's is for people, and the key's, last, says that the whole is there.
net::Task<Result<Digest>> Builds::State::build(const Work& work, const Prepared& prepared, BuildLog& log) {
    const auto& request = work.request;
    const auto repository = image_repository(request.registry, request.app);
    const auto by_key = key_tag(request.registry, request.app, prepared.key);
    ImageBuild image{.recipe = prepared.recipe,
                     .tree = request.tree,
                     .tags = {image_tag(request.registry, request.app, request.commit), by_key},
                     .labels = labels_of(request, prepared.key),
                     .nano_cpus = request.limits.nano_cpus,
                     .memory_bytes = request.limits.memory_bytes,
                     .timeout = request.source.timeout};
    const auto built = co_await engine.build(std::move(image), log);
    if (!built) co_return std::unexpected(built.error());
    work.report(Progress::Stage::pushing, log_id_of(request.app, prepared.key));
    const auto pushed = co_await engine.push(repository, request.commit.str(), log);
    if (!pushed) co_return pushed;
    const auto digest = co_await engine.push(repository, by_key.substr(repository.size() + 1), log);
    if (!digest) co_return digest;
    cache.set(by_key, *digest);
    co_await engine.remove_older(repository, request.commit.str(), by_key.substr(repository.size() + 1));
    co_return digest;
}

net::Task<Result<BuildOutcome>> Builds::State::outcome(const Work& work) {
    const auto& request = work.request;
    const auto prepared = co_await prepare(request);
    if (!prepared) co_return std::unexpected(prepared.error());
    const auto log_id = log_id_of(request.app, prepared->key);
    const auto outcome_of = [&](const Digest& digest, bool built) {
        return BuildOutcome{.image = image_repository(request.registry, request.app) + "@" + digest.str(),
                            .digest = digest,
                            .key = prepared->key,
                            .port = prepared->recipe->port,
                            .log_id = log_id,
                            .built = built};
    };
    const auto failure = failures.find(request.app);
    if (failure != failures.end() && failure->second.key == prepared->key)
        co_return std::unexpected(failure->second.error);
    const auto there = co_await find(key_tag(request.registry, request.app, prepared->key));
    if (!there) co_return std::unexpected(there.error());
    if (*there) co_return outcome_of(**there, false);

    work.report(Progress::Stage::queued, log_id);
    const auto slot = co_await slots->acquire();
    if (!slot) co_return fail(ErrorCode::cancelled, "cancelled while it waited for its turn");
    work.report(Progress::Stage::building, log_id);
    auto opened = logs.open(log_id);
    auto log = opened ? std::move(*opened) : BuildLog();  // a state folder that can't be written costs the log alone
    log.append(log_head(request, *prepared->recipe, prepared->key));
    const auto digest = co_await build(work, *prepared, log);
    if (digest) co_return outcome_of(*digest, true);

    log.append(fmt::format("failed: {}\n", to_string(digest.error())));
    auto error = digest.error();
    error.message = fmt::format("build of {}: {} (log {})", request.app.str(), error.message, log_id);
    if (error.code == ErrorCode::failed) failures[request.app] = {prepared->key, error};
    co_return std::unexpected(std::move(error));
}

net::Task<void> Builds::State::run(std::shared_ptr<State> state, std::shared_ptr<Work> work) {
    auto result = co_await state->outcome(*work);
    work->request.tree.reset();  // the Work may be kept a while longer
    const auto done = std::exchange(work->on_done, nullptr);
    if (!done) co_return;
    if (result) state->failures.erase(work->request.app);
    state->current.erase(work->request.app);
    state->superseded.push_back(work);  // its Job must not go while this is its coroutine
    done(std::move(result));
}

Builds::Builds(net::Runtime& runtime, Options options) : state_(std::make_shared<State>(runtime, std::move(options))) {}

Builds::~Builds() {
    for (const auto& [app, work] : state_->current) {
        work->on_progress = nullptr;
        work->on_done = nullptr;
        work->job.cancel();
    }
}

void Builds::request(BuildRequest request, OnProgress on_progress, OnDone on_done) {
    std::erase_if(state_->superseded, [](const auto& work) { return work->job.done(); });
    const auto app = request.app;
    if (const auto found = state_->current.find(app);
        found != state_->current.end() && same_input(found->second->request, request)) {
        auto& work = *found->second;
        work.on_progress = std::move(on_progress);
        std::swap(work.on_done, on_done);
        on_done(fail(ErrorCode::cancelled, fmt::format("build of {}: asked for again", app.str())));
        return;
    }
    state_->supersede(app, "superseded by a newer one");
    const auto work = std::make_shared<Work>(std::move(request), std::move(on_progress), std::move(on_done));
    state_->current[app] = work;
    work->job = state_->runtime.start(State::run(state_, work));
}

void Builds::cancel(const AppKey& app) {
    state_->supersede(app, "cancelled");
}

void Builds::forget(const AppKey& app, std::string_view registry) {
    state_->failures.erase(app);
    state_->cache.forget(image_repository(registry, app));
}

void Builds::set_logs_kept(std::size_t kept) {
    state_->logs.set_kept(kept);
}

void Builds::set_concurrency(std::size_t concurrency) {
    state_->slots->resize(concurrency);
}

Result<std::string> Builds::log(std::string_view id) const {
    return state_->logs.read(id);
}

}  // namespace holdfast::build
