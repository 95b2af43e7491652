#include <gmock/gmock.h>

#include "engine_fixture.hpp"
#include "target/swarm/fields.hpp"
#include "target/swarm/spec/normalise.hpp"

namespace holdfast::swarm {
namespace {

using testing::HasSubstr;

const json::value network_spec(const std::string& name) {
    return {{"Name", name}, {"Driver", "overlay"}, {"Options", json::object{{"encrypted", ""}}}};
}

class Objects : public OnRealEngine {
  protected:
    plan::ResourceKey web = key("service", "web");
    plan::ResourceKey network = key("network", "default");
    plan::ResourceKey config = key("config", "page-0123");

    json::value web_with_network_and_config() {
        auto spec = service("web", 0);
        auto& task = spec.as_object()["TaskTemplate"].as_object();
        task["Networks"] = json::array{{{"Target", network.name}, {"Aliases", json::array{"web"}}}};
        task["ContainerSpec"].as_object()["Configs"] = json::array{
            {{"ConfigName", config.name}, {"File", {{"Name", "/page"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 0444}}}}};
        return spec;
    }
    json::value post(const std::string& path, const json::value& body) {
        auto answer = runtime.complete(hand.post(path, json::serialize(body)));
        EXPECT_TRUE(answer) << to_string(answer.error());
        return std::move(answer).value_or(json::value());
    }
    json::value get(const plan::ResourceKey& of) {
        return runtime.complete(hand.get("/" + of.kind + "s/" + of.name)).value_or(json::value());
    }
};

TEST_F(Objects, AreObservedAsTheyWereDesired) {
    const json::value config_spec{{"Name", config.name}, {"Data", "aGVsbG8="}};
    std::map<plan::ResourceKey, std::string> desired{
        {network, canonical(normalise_network(parse_json(owned(network_spec(network.name))).value()))},
        {config, canonical(normalise_config(parse_json(owned(config_spec)).value()))},
        {web, canonical(normalise_service(parse_json(owned(web_with_network_and_config())).value()))}};
    for (const auto& kind : target->rules().kinds) {
        for (const auto& [name, spec] : desired) {
            if (name.kind != kind) continue;
            const auto applied = apply({.verb = plan::Verb::create, .key = name, .spec = spec});
            ASSERT_TRUE(applied) << name.str() << ": " << applied.error().message;
            EXPECT_FALSE(applied->id.empty());
        }
    }

    const auto all = observe();
    ASSERT_EQ(all.resources.size(), desired.size());
    for (const auto& [name, spec] : desired) {
        EXPECT_EQ(all.resources.at(name).spec, spec);
        EXPECT_EQ(all.resources.at(name).environment, stack);
    }
    EXPECT_EQ(all.resources.at(web).app, (AppKey{stack, "web"}));

    // A target that knows nothing yet (a start) reads one object the same way.
    const auto fresh = make_swarm_target(runtime.executor(), endpoint(), {.instance = stack});
    const auto one = runtime.complete(fresh->observe({web, key("service", "none")}));
    ASSERT_TRUE(one);
    ASSERT_EQ(one->resources.size(), 1U);
    EXPECT_EQ(one->resources.at(web).spec, desired.at(web));
    EXPECT_EQ(one->resources.at(web).version, all.resources.at(web).version);
}

TEST_F(Objects, AreUpdatedOnlyFromTheVersionThatWasObserved) {
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    auto spec = service("web", 0);
    spec.as_object()["TaskTemplate"].as_object()["ContainerSpec"].as_object()["Env"] = json::array{"A=1"};
    const auto update = change(plan::Verb::update, web, spec);
    const auto updated = apply(update);
    ASSERT_TRUE(updated) << updated.error().message;
    EXPECT_THAT(observe().resources.at(web).spec, HasSubstr("A=1"));

    const auto stale = apply(update);
    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code, ErrorCode::conflict);
    EXPECT_EQ(stale.error().retry, Retry::on_conflict);
}

TEST_F(Objects, ThatWentMeanwhileAreAConflict) {
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    const auto update = change(plan::Verb::update, web, service("web", 1));
    ASSERT_TRUE(runtime.complete(hand.remove("/services/" + web.name)));
    const auto late = apply(update);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::conflict);
    EXPECT_EQ(late.error().retry, Retry::on_conflict);
}

TEST_F(Objects, KeepTheCountOfForcedRestarts) {
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    auto forced = get(web);
    auto spec = forced.at("Spec");
    spec.as_object()["TaskTemplate"].as_object()["ForceUpdate"] = 3;
    post(fmt::format("/services/{}/update?version={}", web.name, number_at(forced, "/Version/Index")), spec);

    ASSERT_TRUE(apply(change(plan::Verb::update, web, service("web", 1))));
    EXPECT_EQ(number_at(get(web), "/Spec/TaskTemplate/ForceUpdate"), 3U);
    EXPECT_EQ(number_at(get(web), "/Spec/Mode/Replicated/Replicas"), 1U);
}

TEST_F(Objects, OfOthersAreNeverTouched) {
    post("/services/create", service("web", 0));
    EXPECT_TRUE(observe().resources.empty());
    const auto refused = apply(create(web, service("web", 0)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(refused.error().retry, Retry::never);
    EXPECT_EQ(refused.error().message, web.str() + " exists and is not ours: remove it or rename the app");
    EXPECT_TRUE(runtime.complete(hand.remove("/services/" + web.name)));
}

TEST_F(Objects, OfOursThatExistAlreadyAreObservedAgain) {
    for (const auto& [name, spec] : {std::pair{web, service("web", 0)}, std::pair{network, network_spec(network.name)},
                                     std::pair{config, json::value{{"Name", config.name}, {"Data", "aGk="}}}}) {
        ASSERT_TRUE(apply(create(name, spec))) << name.str();
        const auto again = apply(create(name, spec));
        ASSERT_FALSE(again) << name.str();
        EXPECT_EQ(again.error().code, ErrorCode::conflict);
        EXPECT_EQ(again.error().retry, Retry::on_conflict);
    }
}

TEST_F(Objects, AreRemovedOnceAndForAll) {
    ASSERT_TRUE(apply(create(web, service("web", 0))));
    const auto removal = change(plan::Verb::remove, web, {});
    ASSERT_TRUE(apply(removal));
    EXPECT_TRUE(observe().resources.empty());
    EXPECT_TRUE(apply(removal));
}

TEST_F(Objects, InUseStayAndSayByWhat) {
    ASSERT_TRUE(apply(create(network, network_spec(network.name))));
    ASSERT_TRUE(apply(create(config, {{"Name", config.name}, {"Data", "aGk="}})));
    ASSERT_TRUE(apply(create(web, web_with_network_and_config())));
    for (const auto& used : {network, config}) {
        const auto refused = apply(change(plan::Verb::remove, used, {}));
        ASSERT_FALSE(refused) << used.str();
        EXPECT_THAT(refused.error().message, HasSubstr("in use by"));
        EXPECT_EQ(refused.error().retry, Retry::later);
    }
}

TEST_F(Objects, ThatCannotBeChangedAreReplaced) {
    ASSERT_TRUE(apply(create(network, network_spec(network.name))));
    auto internal = network_spec(network.name);
    internal.as_object()["Internal"] = true;
    const auto before = observe().resources.at(network).id;
    const auto replaced = apply(change(plan::Verb::replace, network, internal));
    ASSERT_TRUE(replaced) << replaced.error().message;
    EXPECT_NE(replaced->id, before);
    EXPECT_THAT(observe().resources.at(network).spec, HasSubstr("\"Internal\":true"));
}

TEST_F(Objects, ReferToExternalSecretsByName) {
    const auto secret = stack + "_password";
    post("/secrets/create", {{"Name", secret}, {"Data", "aHVudGVyMg=="}});
    auto spec = service("web", 0);
    spec.as_object()["TaskTemplate"].as_object()["ContainerSpec"].as_object()["Secrets"] = json::array{
        {{"SecretName", secret}, {"File", {{"Name", "password"}, {"UID", "0"}, {"GID", "0"}, {"Mode", 0444}}}}};
    const auto applied = apply(create(web, spec));
    ASSERT_TRUE(applied) << applied.error().message;
    EXPECT_FALSE(text_at(get(web), "/Spec/TaskTemplate/ContainerSpec/Secrets/0/SecretID").empty());

    ASSERT_TRUE(apply(change(plan::Verb::remove, web, {})));
    EXPECT_TRUE(runtime.complete(hand.remove("/secrets/" + secret)));
}

TEST_F(Objects, ThatMissSomethingAreTriedLater) {
    auto spec = service("web", 0);
    spec.as_object()["TaskTemplate"].as_object()["Networks"] =
        json::array{json::object{{"Target", stack + "_nowhere"}}};
    const auto refused = apply(create(web, spec));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(refused.error().retry, Retry::later);
    EXPECT_THAT(refused.error().message, HasSubstr("nowhere"));
}

}  // namespace
}  // namespace holdfast::swarm
