#include "app/desired.hpp"

#include <set>

#include "core/hash.hpp"

namespace holdfast::app {

namespace {

/// Everything but the app itself that its rendering follows from.
std::string surroundings_hash(const manifest::Snapshot& snapshot) {
    Sha256 hash;
    const auto& ingress = snapshot.platform.ingress;
    for (const auto& field : {ingress.kind, ingress.entry_point, ingress.certificate_resolver, ingress.network})
        hash.field(field);
    for (const auto& [name, text] : snapshot.templates) {
        hash.field(name);
        hash.field(text);
    }
    return hash.finish();
}

std::string input_hash(const manifest::App& app, const Image& image, const std::string& surroundings) {
    Sha256 hash;
    for (const auto& field : {app.content_hash, app.file, image.reference, std::to_string(image.port), surroundings})
        hash.field(field);
    return hash.finish();
}

}  // namespace

plan::Desired DesiredState::make(const manifest::Snapshot& snapshot, const std::map<AppKey, Image>& images) {
    plan::Desired desired;
    problems_.clear();
    std::map<AppKey, std::shared_ptr<const plan::DesiredApp>> rendered;
    std::set<std::string> environments;
    const auto surroundings = surroundings_hash(snapshot);
    for (const auto& [key, app] : snapshot.apps) {
        environments.insert(key.environment);
        const auto image = images.find(key);
        if (image == images.end()) continue;
        auto hash = input_hash(*app, image->second, surroundings);
        auto known = rendered_.find(key);
        if (known == rendered_.end() || known->second->input_hash != hash) {
            auto resources = target_.desire({snapshot, *app, image->second.reference, image->second.port});
            if (!resources) {
                problems_[key] = to_string(resources.error());
                continue;
            }
            auto made = std::make_shared<plan::DesiredApp>();
            made->key = key;
            made->input_hash = std::move(hash);
            made->resources = std::move(*resources);
            for (const auto& name : app->depends_on) made->depends_on.push_back({key.environment, name});
            made->image = image->second.reference;
            made->source_commit = image->second.commit;
            made->source = image->second.source;
            known = rendered_.insert_or_assign(key, std::move(made)).first;
        }
        rendered.emplace(key, known->second);
    }
    for (const auto& [key, diagnostics] : snapshot.invalid) environments.insert(key.environment);

    for (const auto& name : environments) {
        const auto environment = snapshot.environments.find(name);
        if (environment == snapshot.environments.end()) continue;
        auto shared = target_.desire_shared(snapshot, environment->second);
        if (!shared) continue;  // its apps say why: they need the same things
        for (auto& resource : *shared) desired.shared.emplace(resource.key, std::move(resource));
    }
    rendered_ = rendered;
    desired.apps = std::move(rendered);
    return desired;
}

}  // namespace holdfast::app
