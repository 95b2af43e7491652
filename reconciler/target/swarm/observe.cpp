#include "target/swarm/observe.hpp"

#include <array>

#include "net/runtime.hpp"
#include "target/swarm/fields.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {

namespace {

/// Beyond this many, four lists cost less than as many single reads.
constexpr std::size_t single_reads = 16;
constexpr std::size_t width = 4;

json::value normalised(std::string_view kind, const json::value& object, const Names& networks) {
    if (kind == "network") return normalise_network(object);
    const auto* spec = member(object, "Spec");
    if (spec == nullptr) return nullptr;
    if (kind == "service") return normalise_service(*spec, networks);
    return kind == "config" ? normalise_config(*spec) : normalise_secret(*spec);
}

/// A network describes itself; everything else stands in its Spec.
std::string name_of(std::string_view kind, const json::value& object) {
    return kind == "network" ? text_member(object, "Name") : text_at(object, "/Spec/Name");
}

std::string id_of(std::string_view kind, const json::value& object) {
    return text_member(object, kind == "network" ? "Id" : "ID");
}

std::string_view instance_of(std::string_view kind, const json::value& object) {
    const auto* labels = kind == "network" ? member(object, "Labels") : find_pointer(object, "/Spec/Labels");
    const auto* label = labels == nullptr ? nullptr : member(*labels, instance_label);
    return label != nullptr && label->is_string() ? std::string_view(label->get_string()) : std::string_view();
}

std::optional<AppKey> app_named(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto key = AppKey::parse(text);
    return key ? std::optional(*key) : std::nullopt;
}

void remember(Remembered& memory, const plan::ResourceKey& key, const plan::ObservedResource& resource) {
    memory.known.insert_or_assign(key, resource.app);
    if (key.kind == "config" || key.kind == "secret") memory.ids.insert_or_assign(key, resource.id);
}

void remember_force_update(Remembered& memory, const json::value& service) {
    const auto id = text_member(service, "ID");
    const auto count = number_at(service, "/Spec/TaskTemplate/ForceUpdate");
    if (count == 0) {
        memory.force_updates.erase(id);
    } else {
        memory.force_updates.insert_or_assign(id, count);
    }
}

void take(Session& session, std::string_view kind, const json::value& object, plan::Observed& observed) {
    auto found = observed_object(kind, object, session.remembered.networks, session.instance);
    if (!found) return;
    remember(session.remembered, found->first, found->second);
    if (kind == "service") remember_force_update(session.remembered, object);
    observed.resources.insert_or_assign(std::move(found->first), std::move(found->second));
}

/// All networks, because services may use ones that aren't ours.
net::Task<Result<void>> read_networks(Session& session, plan::Observed& observed) {
    Names names;
    const auto listed = co_await session.engine.list("/networks", [&](const json::value& network) {
        names.insert_or_assign(id_of("network", network), name_of("network", network));
        take(session, "network", network, observed);
    });
    if (listed) session.remembered.networks = std::move(names);
    co_return listed;
}

bool networks_known(const json::value& service, const Names& names) {
    const auto* networks = find_pointer(service, "/Spec/TaskTemplate/Networks");
    if (networks == nullptr || !networks->is_array()) return true;
    return std::ranges::all_of(networks->get_array(),
                               [&](const json::value& item) { return names.contains(text_member(item, "Target")); });
}

/// One object by its exact name. The engine takes the beginning of an id for a name, so what it gives is checked.
net::Task<Result<void>> read_one(Session& session, plan::ResourceKey key, plan::Observed& observed) {
    const auto object = co_await session.engine.get(path_of(key) + "/" + net::percent_encoded(key.name));
    if (!object) {
        if (object.error().code == ErrorCode::not_found) co_return Result<void>();
        co_return std::unexpected(object.error());
    }
    if (name_of(key.kind, *object) != key.name) co_return Result<void>();
    if (key.kind == "service" && !networks_known(*object, session.remembered.networks)) {
        plan::Observed ignored;
        if (const auto read = co_await read_networks(session, ignored); !read) co_return read;
    }
    take(session, key.kind, *object, observed);
    co_return Result<void>();
}

}  // namespace

std::optional<std::pair<plan::ResourceKey, plan::ObservedResource>> observed_object(std::string_view kind,
                                                                                    const json::value& object,
                                                                                    const Names& networks,
                                                                                    std::string_view instance) {
    if (instance_of(kind, object) != instance) return std::nullopt;
    const auto spec = normalised(kind, object, networks);
    auto owner = owner_of(spec);
    plan::ObservedResource resource{.id = id_of(kind, object),
                                    .version = number_at(object, "/Version/Index"),
                                    .app = app_named(owner.app),
                                    .environment = std::move(owner.environment),
                                    .file = std::move(owner.file),
                                    .image = text_at(spec, "/TaskTemplate/ContainerSpec/Image"),
                                    .spec = canonical(spec)};
    return std::pair(plan::ResourceKey{std::string(kind), name_of(kind, object)}, std::move(resource));
}

net::Task<Result<plan::Observed>> observe_all(Session& session) {
    plan::Observed observed;
    // Networks first: services name theirs by id.
    if (const auto read = co_await read_networks(session, observed); !read) co_return std::unexpected(read.error());

    const json::array label{std::string(instance_label) + "=" + session.instance};
    const auto ours = "?filters=" + filters({{"label", label}});
    constexpr std::array kinds = {"secret", "config", "service"};
    for (const std::string kind : kinds) {
        const auto path = path_of({kind, {}}) + ours;
        const auto read = co_await session.engine.list(
            path, [&](const json::value& object) { take(session, kind, object, observed); });
        if (!read) co_return std::unexpected(read.error());
    }
    co_return observed;
}

net::Task<Result<plan::Observed>> observe_some(Session& session, const std::set<plan::ResourceKey>& keys) {
    plan::Observed observed;
    if (keys.size() > single_reads) {
        auto all = co_await observe_all(session);
        if (!all) co_return all;
        std::erase_if(all->resources, [&](const auto& entry) { return !keys.contains(entry.first); });
        co_return all;
    }

    const std::vector<plan::ResourceKey> wanted(keys.begin(), keys.end());
    Result<void> outcome;
    co_await net::for_each_parallel(wanted.size(), width, [&](std::size_t i) -> net::Task<void> {
        const auto read = co_await read_one(session, wanted[i], observed);
        if (!read) outcome = read;
    });
    if (!outcome) co_return std::unexpected(outcome.error());
    co_return observed;
}

net::Task<Result<void>> learn_ids(Session& session, std::string kind) {
    co_return co_await session.engine.list(path_of({kind, {}}), [&](const json::value& object) {
        session.remembered.ids.insert_or_assign({kind, name_of(kind, object)}, id_of(kind, object));
    });
}

}  // namespace holdfast::swarm
