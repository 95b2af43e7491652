#include "target/memory/memory_target.hpp"

#include "target/swarm/spec/app_compose.hpp"
#include "target/swarm/spec/desire.hpp"
#include "target/swarm/spec/rules.hpp"

namespace holdfast::memory {

namespace {

std::optional<AppKey> app_named(const std::string& text) {
    const auto key = text.empty() ? Result<AppKey>(std::unexpected(Error{})) : AppKey::parse(text);
    return key ? std::optional(*key) : std::nullopt;
}

plan::ResourceKey service_of(const AppKey& app) {
    return {"service", app.environment + "_" + app.name};
}

}  // namespace

MemoryTarget::MemoryTarget(const net::Executor& executor, std::string instance, MemoryEngine engine)
    : instance_(std::move(instance)), engine_(std::move(engine)), wake_(executor) {}

const plan::Rules& MemoryTarget::rules() const {
    return swarm::swarm_rules();
}

Result<std::vector<plan::DesiredResource>> MemoryTarget::desire(const Input& input) const {
    return swarm::desire_app(input.snapshot, input.app, input.image, input.port, instance_);
}

Result<std::vector<plan::DesiredResource>> MemoryTarget::desire_shared(const manifest::Snapshot&,
                                                                       const manifest::Environment& environment) const {
    return swarm::desire_environment(environment, instance_);
}

Result<std::string> MemoryTarget::render(const Input& input) const {
    const auto compose = swarm::compose_of(input.snapshot, input.app, input.image, input.port);
    if (!compose) return std::unexpected(compose.error());
    return swarm::render_compose(*compose);
}

void MemoryTarget::add_observed(const plan::ResourceKey& key, plan::Observed& observed) const {
    const auto* object = engine_.find(key);
    if (object == nullptr || object->owner.instance != instance_) return;
    observed.resources.emplace(key, plan::ObservedResource{.id = object->id,
                                                           .version = object->version,
                                                           .app = app_named(object->owner.app),
                                                           .environment = object->owner.environment,
                                                           .file = object->owner.file,
                                                           .spec = object->spec});
}

net::Task<Result<plan::Observed>> MemoryTarget::observe() {
    ++calls_.reads;
    plan::Observed observed;
    for (const auto& [key, object] : engine_.objects()) add_observed(key, observed);
    co_return observed;
}

net::Task<Result<plan::Observed>> MemoryTarget::observe(std::set<plan::ResourceKey> keys) {
    calls_.reads += keys.size();
    plan::Observed observed;
    for (const auto& key : keys) add_observed(key, observed);
    co_return observed;
}

Result<target::Applied> MemoryTarget::create(const plan::Action& action) {
    const auto* taken = engine_.find(action.key);
    if (taken != nullptr && taken->owner.instance != instance_) {
        auto refused =
            fail(ErrorCode::conflict, action.key.str() + " exists and is not ours: remove it or rename the app");
        refused.error().retry = Retry::never;
        return refused;
    }
    return engine_.create(action.key, action.spec);
}

Result<target::Applied> MemoryTarget::write(const plan::Action& action) {
    if (action.verb == plan::Verb::create) return create(action);
    if (action.verb == plan::Verb::update) return engine_.update(action.key, action.spec, action.observed_version);
    if (const auto removed = engine_.remove(action.key); !removed) return std::unexpected(removed.error());
    if (action.verb == plan::Verb::replace) return create(action);
    return target::Applied{.id = action.observed_id};
}

net::Task<Result<target::Applied>> MemoryTarget::apply(const plan::Action& action) {
    ++calls_.writes;
    auto applied = write(action);
    if (applied) changed(action.key, action.app);
    co_return applied;
}

net::Task<Result<std::map<AppKey, target::Workload>>> MemoryTarget::workloads(std::set<AppKey> apps) {
    ++calls_.reads;
    std::map<AppKey, target::Workload> workloads;
    for (const auto& app : apps) workloads.emplace(app, engine_.workload(service_of(app)));
    co_return workloads;
}

net::Task<void> MemoryTarget::watch(std::function<void(target::Change)> on_change) {
    // The wait returns at once when cancelled; only the timer tells that apart from its timeout.
    do {
        while (co_await wake_.wait(std::chrono::hours{1})) on_change(std::exchange(pending_, {}));
    } while (co_await net::sleep_for(std::chrono::milliseconds{1}));
}

net::Task<Result<std::string>> MemoryTarget::logs(AppKey app, unsigned) {
    ++calls_.reads;
    if (engine_.find(service_of(app)) == nullptr) co_return fail(ErrorCode::not_found, app.str() + " is not deployed");
    co_return std::string();
}

void MemoryTarget::changed(const plan::ResourceKey& key, const std::optional<AppKey>& app) {
    pending_.keys.insert(key);
    if (app && key.kind == "service") pending_.workloads.insert(*app);
    wake_.notify();
}

std::optional<AppKey> MemoryTarget::app_of(const plan::ResourceKey& key) const {
    const auto* object = engine_.find(key);
    return object == nullptr ? std::nullopt : app_named(object->owner.app);
}

void MemoryTarget::create_by_hand(const plan::ResourceKey& key, const json::value& spec) {
    if (engine_.create(key, canonical(spec))) changed(key, app_of(key));
}

bool MemoryTarget::change_by_hand(const plan::ResourceKey& key, const std::function<void(json::value& spec)>& change) {
    const auto* object = engine_.find(key);
    if (object == nullptr) return false;
    auto spec = parse_json(object->spec).value_or(json::value());
    change(spec);
    const bool done = engine_.update(key, canonical(spec), object->version).has_value();
    if (done) changed(key, app_of(key));
    return done;
}

void MemoryTarget::remove_by_hand(const plan::ResourceKey& key) {
    const auto app = app_of(key);
    if (engine_.remove(key)) changed(key, app);
}

void MemoryTarget::restart() {
    pending_.everything = true;
    wake_.notify();
}

}  // namespace holdfast::memory
