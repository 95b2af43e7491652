#pragma once

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>

#include "../git/support.hpp"
#include "app/config_repository.hpp"
#include "app/images.hpp"
#include "app/reconciler.hpp"
#include "app/remotes.hpp"
#include "target/memory/memory_target.hpp"

namespace holdfast::app {

/// A Holdfast as daemon.cpp wires it, with a target in the process; its passes are run one by one.
struct Holdfast {
    explicit Holdfast(const Settings& settings, memory::MemoryEngine engine = {})
        : target(runtime.executor(), settings.instance, std::move(engine)),
          wake(runtime.executor()),
          repository(runtime, settings, make_config_mirror(settings, *make_transport(settings)).value(),
                     [this] { wake.notify(); }),
          images(runtime, settings, nullptr, *make_transport(settings),
                 [this] {
                     reconciler.images_changed();
                     wake.notify();
                 }),
          reconciler(runtime, settings, target, repository, images) {
        runtime.detach(repository.run());
        runtime.detach(images.run());
        runtime.detach(target.watch([this](const target::Change& change) {
            reconciler.changed(change);
            wake.notify();
        }));
    }

    /// Lets everything beside the passes run until `condition` holds.
    void until(const std::function<bool()>& condition) {
        while (!condition())
            if (!runtime.complete(wake.wait(std::chrono::seconds{30}))) throw std::runtime_error("waited in vain");
    }

    void pass() { runtime.complete(reconciler.pass()); }

    /// Passes as the daemon does until nothing is on its way and nothing is reported any more. Each is worth its while:
    /// more of them than there can be anything to do is a busy loop.
    void converge() {
        for (int passes = 0; passes < 12; ++passes) {
            pass();
            const bool reported = runtime.complete(wake.wait(std::chrono::nanoseconds{0}));
            if (!reported && reconciler.settled() && reconciler.look_again_in() > std::chrono::seconds{10}) return;
        }
        throw std::runtime_error("it doesn't come to rest");
    }

    [[nodiscard]] const status::AppStatus& app(const std::string& name) const {
        return *reconciler.board()->apps.at({"default", name});
    }
    [[nodiscard]] std::string phase(const std::string& name) const {
        return std::string(status::to_string(app(name).phase));
    }
    /// The image that the engine runs for an app of the environment default; empty where it has no such service.
    [[nodiscard]] std::string image(const std::string& name) const {
        const auto* object = target.engine().find(service(name));
        if (object == nullptr) return {};
        const auto spec = parse_json(object->spec).value();
        return text_member(*find_pointer(spec, "/TaskTemplate/ContainerSpec"), "Image");
    }
    [[nodiscard]] std::uint64_t version(const plan::ResourceKey& key) const {
        return target.engine().find(key)->version;
    }
    [[nodiscard]] std::uint64_t writes() const { return target.calls().writes; }

    /// What somebody does with the engine's own tool.
    void set_image_by_hand(const std::string& name, std::string_view image) {
        const bool done = target.change_by_hand(
            service(name), [&](json::value& spec) { spec.at("TaskTemplate").at("ContainerSpec").at("Image") = image; });
        if (!done) throw std::runtime_error("there is no service " + name);
    }

    static plan::ResourceKey service(const std::string& name) { return {"service", "default_" + name}; }

    net::Runtime runtime;
    memory::MemoryTarget target;
    net::Wake wake;
    ConfigRepository repository;
    Images images;
    Reconciler reconciler;
};

/// A config repository in a folder of its own and a Holdfast that follows it.
class ReconcilerTest : public testing::Test {
  protected:
    ReconcilerTest() {
        settings.config_repo = origin.bare().string();
        settings.state_dir = folder / "state";
        settings.target = "memory";
        settings.interval = std::chrono::hours{1};  // pushes are announced
        holdfast = std::make_unique<Holdfast>(settings);
    }

    using Files = std::map<std::string, std::string>;

    /// Commits, pushes, announces it, and waits until it is fetched.
    CommitId push(const Files& files, const std::string& message = "Change") {
        auto commit = origin.publish(files, message);
        holdfast->repository.look_now();
        holdfast->until([&] { return holdfast->repository.head() == commit; });
        return commit;
    }
    /// The same, and the passes that make it so.
    CommitId deploy(const Files& files, const std::string& message = "Change") {
        auto commit = push(files, message);
        holdfast->converge();
        return commit;
    }
    /// For the next push.
    void remove(const std::string& file) const { std::filesystem::remove(origin.work() / file); }

    /// The daemon dies and is started again; the engine and the state folder stay as they are.
    void restart() {
        auto engine = holdfast->target.engine();
        holdfast.reset();
        holdfast = std::make_unique<Holdfast>(settings, std::move(engine));
        holdfast->until([&] { return holdfast->repository.head().has_value(); });
    }

    /// The note as others read it in the remote, once what is to be said is pushed.
    [[nodiscard]] std::string note(const CommitId& commit) const {
        holdfast->until([&] { return holdfast->repository.notes_written(); });
        return origin.note(commit);
    }

    static std::string platform(const std::string& more = "") {
        return "apiVersion: holdfast.dev/v1\nkind: Platform\nname: test\ningress: {kind: none}\n"
               "defaults: {update: {monitor: 0s}}\n" +
               more;
    }
    static std::string app(const std::string& name, const std::string& image, const std::string& more = "") {
        return "apiVersion: holdfast.dev/v1\nkind: App\nname: " + name + "\nimage: " + image + "\n" + more;
    }
    /// The Platform and two apps that have nothing to do with each other.
    static Files two_apps() {
        return {{"holdfast.yaml", platform()},
                {"apps/blog.yaml", app("blog", "blog:1")},
                {"apps/shop.yaml", app("shop", "shop:1")}};
    }

    git::test::TempFolder folder;
    git::test::Origin origin{folder.path()};
    Settings settings;
    std::unique_ptr<Holdfast> holdfast;
};

}  // namespace holdfast::app
