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

Result<DesiredState::Rendered> DesiredState::render(const manifest::Snapshot& snapshot,
                                                    const std::shared_ptr<const manifest::App>& app,
                                                    const Image& image) const {
    auto resources = target_.desire({snapshot, *app, image.reference, image.port});
    if (!resources) return std::unexpected(resources.error());
    auto made = std::make_shared<plan::DesiredApp>();
    made->key = app->key;
    made->input_hash = input_hash(*app, image, surroundings_);
    made->resources = std::move(*resources);
    for (const auto& name : app->depends_on) made->depends_on.push_back({app->key.environment, name});
    made->image = image.reference;
    made->source_commit = image.commit;
    made->source = image.source;
    return Rendered{app, image, std::move(made)};
}

plan::Desired DesiredState::make(const manifest::Snapshot& snapshot, const std::map<AppKey, Image>& images) {
    auto surroundings = surroundings_hash(snapshot);
    if (surroundings != surroundings_) rendered_.clear();
    surroundings_ = std::move(surroundings);
    problems_.clear();

    plan::Desired desired;
    std::map<AppKey, Rendered> rendered;
    std::set<std::string> environments;
    for (const auto& [key, app] : snapshot.apps) {
        environments.insert(key.environment);
        const auto image = images.find(key);
        if (image == images.end()) continue;
        auto known = rendered_.extract(key);
        const bool same = !known.empty() && known.mapped().app == app && known.mapped().image == image->second;
        auto now = same ? Result<Rendered>(std::move(known.mapped())) : render(snapshot, app, image->second);
        if (!now) {
            problems_[key] = to_string(now.error());
            continue;
        }
        desired.apps.emplace_hint(desired.apps.end(), key, now->desired);
        rendered.emplace_hint(rendered.end(), key, std::move(*now));
    }
    for (const auto& [key, diagnostics] : snapshot.invalid) environments.insert(key.environment);

    for (const auto& name : environments) {
        const auto environment = snapshot.environments.find(name);
        if (environment == snapshot.environments.end()) continue;
        auto shared = target_.desire_shared(snapshot, environment->second);
        if (!shared) continue;  // its apps say why: they need the same things
        for (auto& resource : *shared) desired.shared.emplace(resource.key, std::move(resource));
    }
    rendered_ = std::move(rendered);
    return desired;
}

}  // namespace holdfast::app
