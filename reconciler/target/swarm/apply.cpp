#include "target/swarm/apply.hpp"

#include "net/runtime.hpp"
#include "target/swarm/fields.hpp"
#include "target/swarm/observe.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

using plan::Action;
using plan::Verb;
using target::Applied;

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_patience{3'000};

std::unexpected<Error> fail_with(ErrorCode code, Retry retry, std::string message) {
    return std::unexpected(Error{.code = code, .message = std::move(message), .retry = retry});
}

std::string object_path(const Action& action) {
    const auto& named = action.observed_id.empty() ? action.key.name : action.observed_id;
    return path_of(action.key) + "/" + net::percent_encoded(named);
}

std::vector<net::Header> auth_headers(const Session& session, const json::value& service) {
    const auto auth = registry_auth(session.credentials, text_at(service, "/TaskTemplate/ContainerSpec/Image"));
    if (auth.empty()) return {};
    return {{"X-Registry-Auth", auth.reveal()}};
}

/// A service as POST takes it: with the ids of its configs and secrets.
Result<json::value> with_ids(const Session& session, const json::value& spec) {
    const auto id_of = [&](std::string_view kind, const std::string& name) {
        const auto found = session.remembered.ids.find({std::string(kind), name});
        return found == session.remembered.ids.end() ? std::string() : found->second;
    };
    return postable_service(spec, {.config = [&](const std::string& name) { return id_of("config", name); },
                                   .secret = [&](const std::string& name) { return id_of("secret", name); }});
}

/// The same, after looking once for what isn't known yet (an external secret, or one made since).
net::Task<Result<json::value>> postable(Session& session, json::value spec) {
    auto service = with_ids(session, spec);
    if (service || service.error().code != ErrorCode::not_found) co_return service;
    for (const std::string kind : {"config", "secret"}) {
        if (const auto learnt = co_await learn_ids(session, kind); !learnt) co_return std::unexpected(learnt.error());
    }
    co_return with_ids(session, spec);
}

/// The body and headers to post for an action.
struct Body {
    std::string text;
    std::vector<net::Header> headers;
};

/// Our normal form knows nothing of forced restarts: what the engine counted must go back to it unchanged.
void keep_force_update(const Session& session, const std::string& id, json::value& service) {
    const auto found = session.remembered.force_updates.find(id);
    if (found == session.remembered.force_updates.end()) return;
    if (auto* object = service.if_object()) {
        auto& task = (*object)["TaskTemplate"];
        if (!task.is_object()) task.emplace_object();
        task.get_object()["ForceUpdate"] = found->second;
    }
}

net::Task<Result<Body>> body_of(Session& session, const Action& action) {
    auto spec = parse_json(action.spec);
    if (!spec) co_return std::unexpected(spec.error());
    if (action.key.kind == "service") {
        auto service = co_await postable(session, std::move(*spec));
        if (!service) co_return std::unexpected(service.error());
        if (action.verb == Verb::update) keep_force_update(session, action.observed_id, *service);
        co_return Body{json::serialize(*service), auth_headers(session, *service)};
    }
    // Without this, engines before API 1.44 make a second network of the same name.
    if (action.key.kind == "network" && spec->is_object()) spec->get_object()["CheckDuplicate"] = true;
    co_return Body{json::serialize(*spec), {}};
}

/// The name is taken. Ours means that it was made since the plan looked; anybody else's stays as it is.
net::Task<Result<Applied>> taken(Session& session, const Action& action, Error conflict) {
    const auto found = co_await observe_some(session, {action.key});
    if (!found) co_return std::unexpected(found.error());
    if (found->resources.contains(action.key)) co_return std::unexpected(std::move(conflict));
    co_return fail_with(ErrorCode::conflict, Retry::never,
                        fmt::format("{} exists and is not ours: remove it or rename the {}", action.key.str(),
                                    action.app ? "app" : "environment"));
}

/// What wasn't found: the object itself, which somebody removed since it was observed; or something that it refers to
/// and that may yet come, as the network of an ingress.
Error missing(Session& session, const Action& action, Error error) {
    if (error.code != ErrorCode::not_found) return error;
    session.remembered.ids.clear();
    const bool itself = action.verb == Verb::update && error.message.starts_with(action.key.kind + " ");
    error.retry = itself ? Retry::on_conflict : Retry::later;
    if (itself) error.code = ErrorCode::conflict;
    return error;
}

void remember(Session& session, const Action& action, const std::string& id) {
    auto& memory = session.remembered;
    if (action.key.kind == "network") memory.networks.insert_or_assign(id, action.key.name);
    if (action.key.kind == "config" || action.key.kind == "secret") memory.ids.insert_or_assign(action.key, id);
}

net::Task<Result<Applied>> create(Session& session, const Action& action) {
    auto body = co_await body_of(session, action);
    if (!body) co_return std::unexpected(body.error());
    // Before the write, so that its events find their app.
    session.remembered.known.insert_or_assign(action.key, action.app);

    auto path = path_of(action.key) + "/create";
    auto answer = co_await session.engine.post(std::move(path), std::move(body->text), std::move(body->headers));
    if (!answer) {
        if (answer.error().code == ErrorCode::conflict) co_return co_await taken(session, action, answer.error());
        co_return std::unexpected(missing(session, action, std::move(answer.error())));
    }
    auto id = text_member(*answer, action.key.kind == "network" ? "Id" : "ID");
    remember(session, action, id);
    co_return Applied{.id = std::move(id)};
}

net::Task<Result<Applied>> update(Session& session, const Action& action) {
    if (action.key.kind == "network") {
        co_return fail(ErrorCode::invalid, "a network can't be changed, only replaced");
    }
    auto body = co_await body_of(session, action);
    if (!body) co_return std::unexpected(body.error());
    auto path = fmt::format("{}/update?version={}", object_path(action), action.observed_version);
    auto answer = co_await session.engine.post(std::move(path), std::move(body->text), std::move(body->headers));
    if (answer) co_return Applied{.id = action.observed_id};
    co_return std::unexpected(missing(session, action, std::move(answer.error())));
}

/// Tries again while the failure is one that `passes`, with growing pauses, and no longer than our patience.
net::Task<Result<Applied>> patiently(std::function<net::Task<Result<Applied>>()> attempt,
                                     bool (*passes)(const Error&)) {
    std::chrono::milliseconds waited{0};
    for (auto pause = first_pause;; pause *= 2) {
        auto done = co_await attempt();
        if (done || !passes(done.error()) || waited >= longest_patience) co_return done;
        if (!co_await net::sleep_for(pause)) co_return fail(ErrorCode::cancelled, "cancelled");
        waited += pause;
    }
}

net::Task<Result<Applied>> remove_once(Session& session, const Action& action) {
    const auto removed = co_await session.engine.remove(object_path(action));
    if (!removed && removed.error().code != ErrorCode::not_found) co_return std::unexpected(removed.error());
    session.remembered.ids.erase(action.key);
    co_return Applied{.id = action.observed_id};
}

net::Task<Result<Applied>> remove(Session& session, const Action& action) {
    if (action.key.kind != "network") co_return co_await remove_once(session, action);
    // The last tasks of services that are just being removed; services themselves would not go by waiting.
    co_return co_await patiently([&] { return remove_once(session, action); },
                                 [](const Error& error) { return error.message.contains("in use by task"); });
}

net::Task<Result<Applied>> replace(Session& session, const Action& action) {
    if (auto removed = co_await remove(session, action); !removed) co_return removed;
    // The node that ran its tasks keeps a removed network's name for a moment.
    auto created = co_await patiently([&] { return create(session, action); },
                                      [](const Error& error) { return error.retry == Retry::on_conflict; });
    if (!created && created.error().retry == Retry::on_conflict) created.error().retry = Retry::later;
    co_return created;
}

}  // namespace

net::Task<Result<Applied>> apply_action(Session& session, const Action& action) {
    switch (action.verb) {
        case Verb::create:
            co_return co_await create(session, action);
        case Verb::update:
            co_return co_await update(session, action);
        case Verb::replace:
            co_return co_await replace(session, action);
        case Verb::remove:
            break;
    }
    co_return co_await remove(session, action);
}

}  // namespace holdfast::swarm
