#include "target/memory/memory_engine.hpp"

namespace holdfast::memory {

namespace {

using Update = target::Workload::Update;

json::value parsed(const std::string& spec) {
    return parse_json(spec).value_or(json::value());
}

std::string image_of(const json::value& spec) {
    const auto* container = find_pointer(spec, "/TaskTemplate/ContainerSpec");
    return container == nullptr ? std::string() : text_member(*container, "Image");
}

unsigned replicas_of(const json::value& spec) {
    const auto* replicas = find_pointer(spec, "/Mode/Replicated/Replicas");
    json::error_code error;
    const auto number = replicas == nullptr ? 1U : replicas->to_number<unsigned>(error);
    return error ? 1U : number;
}

bool uses_network(const json::value& spec, std::string_view network) {
    const auto* networks = find_pointer(spec, "/TaskTemplate/Networks");
    if (networks == nullptr || !networks->is_array()) return false;
    return std::ranges::any_of(networks->get_array(),
                               [&](const json::value& item) { return text_member(item, "Target") == network; });
}

}  // namespace

const MemoryEngine::Object* MemoryEngine::find(const plan::ResourceKey& key) const {
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : &found->second;
}

void MemoryEngine::put(Object& object, std::string spec) {
    object.spec = std::move(spec);
    object.owner = swarm::owner_of(parsed(object.spec));
    object.version = ++changes_;
}

/// What an engine's orchestrator does after a write, at once: tasks run, or the update is taken back.
void MemoryEngine::roll_out(Object& object) {
    const auto image = image_of(parsed(object.spec));
    const bool broken = broken_images_.contains(image);
    object.message = broken ? "No such image: " + image : "";
    if (object.previous.empty()) {
        object.update = Update::none;
    } else if (!broken) {
        object.update = Update::completed;
    } else {
        object.update = Update::rolled_back;
        put(object, std::exchange(object.previous, {}));
    }
}

Result<target::Applied> MemoryEngine::create(const plan::ResourceKey& key, std::string spec) {
    if (objects_.contains(key)) return fail(ErrorCode::conflict, key.str() + " already exists");
    Object object{.id = std::to_string(changes_ + 1)};
    put(object, std::move(spec));
    if (key.kind == "service") roll_out(object);
    const auto& stored = objects_.emplace(key, std::move(object)).first->second;
    return target::Applied{stored.id, stored.version};
}

Result<target::Applied> MemoryEngine::update(const plan::ResourceKey& key, std::string spec, std::uint64_t version) {
    const auto found = objects_.find(key);
    if (found == objects_.end()) return fail(ErrorCode::conflict, key.str() + " was removed meanwhile");
    auto& object = found->second;
    if (object.version != version) return fail(ErrorCode::conflict, key.str() + ": update out of sequence");
    object.previous = object.spec;
    put(object, std::move(spec));
    if (key.kind == "service") roll_out(object);
    return target::Applied{object.id, object.version};
}

Result<void> MemoryEngine::remove(const plan::ResourceKey& key) {
    if (key.kind == "network") {
        for (const auto& [user, object] : objects_) {
            if (user.kind != "service" || !uses_network(parsed(object.spec), key.name)) continue;
            auto busy = fail(ErrorCode::failed, key.str() + " is in use by " + user.str());
            busy.error().retry = Retry::later;
            return busy;
        }
    }
    objects_.erase(key);
    return {};
}

target::Workload MemoryEngine::workload(const plan::ResourceKey& service) const {
    const auto* object = find(service);
    if (object == nullptr) return {};
    const auto spec = parsed(object->spec);
    target::Workload workload{
        .desired = replicas_of(spec), .update = object->update, .message = object->message, .exists = true};
    if (!broken_images_.contains(image_of(spec))) workload.running = workload.desired;
    if (workload.running > 0) workload.nodes = {"memory"};
    return workload;
}

}  // namespace holdfast::memory
