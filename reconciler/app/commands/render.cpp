#include <fmt/format.h>

#include "app/commands/commands.hpp"
#include "app/targets.hpp"
#include "build/key.hpp"
#include "core/text.hpp"

namespace holdfast::app {

namespace {

/// An image that isn't built yet is rendered by the name that it will have.
std::string image_of(const manifest::Snapshot& snapshot, const manifest::App& app) {
    if (!app.source) return app.image;
    return build::image_repository(snapshot.platform.registry, app.key) + ":latest";
}

}  // namespace

int render(const Settings& settings, const ManifestSource& source, const std::string& name) {
    const auto key = AppKey::parse(name);
    if (!key) return could_not_run(key.error());
    net::Runtime runtime;
    const auto revision = read_manifests_of_all(runtime, settings, source);
    if (!revision) return could_not_run(revision.error());
    const auto& snapshot = *revision->snapshot;
    const auto app = snapshot.apps.find(*key);
    if (app == snapshot.apps.end()) {
        if (const auto invalid = snapshot.invalid.find(*key); invalid != snapshot.invalid.end())
            for (const auto& diagnostic : invalid->second) fmt::print(stderr, "{}\n", printable(to_string(diagnostic)));
        else
            fmt::print(stderr, "App '{}' not found\n", key->name);
        return 1;
    }
    const auto target = make_target(runtime, settings);
    if (!target) return could_not_run(target.error());
    const auto& manifest = *app->second;
    const auto port = manifest.port.value_or(manifest.source ? 3000 : 0);
    const auto text =
        (*target)->render({snapshot, manifest, image_of(snapshot, manifest), static_cast<std::uint16_t>(port)});
    if (!text) {
        fmt::print(stderr, "{}\n", printable(to_string(text.error())));
        return 1;
    }
    fmt::print("{}", *text);
    return 0;
}

}  // namespace holdfast::app
