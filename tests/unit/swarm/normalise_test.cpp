#include "target/swarm/spec/normalise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps.hpp"
#include "target/swarm/spec/desire.hpp"
#include "target/swarm/spec/ownership.hpp"

namespace holdfast::swarm {
namespace {

json::value parsed(std::string_view text) {
    return *parse_json(text);
}

json::value service_of(const manifest::App& app) {
    const auto resources = desire_app(snapshot(), app, app.image, app.port.value_or(0), "test");
    return parsed(resources->back().spec);
}

void set(json::value& value, std::string_view pointer, json::value to) {
    auto* at = &value;
    for (pointer.remove_prefix(1);; pointer.remove_prefix(pointer.find('/') + 1)) {
        const auto token = pointer.substr(0, pointer.find('/'));
        at = at->is_array() ? &at->get_array()[std::stoul(std::string(token))]
                            : &(at->is_object() ? at->get_object() : at->emplace_object())[token];
        if (token.size() == pointer.size()) break;
    }
    *at = std::move(to);
}

/// What the engine gives for a service whose maker set nothing but the image.
const json::value as_told = parsed(R"({
  "Name": "s", "Labels": {"a": ""},
  "TaskTemplate": {
    "ContainerSpec": {"Image": "x", "Init": false, "StopGracePeriod": 10000000000, "DNSConfig": {}, "Isolation": "default",
                      "Env": ["B=2", "A=1"], "Privileges": {"CredentialSpec": null, "SELinuxContext": null}},
    "Resources": {"Limits": {}, "Reservations": {}},
    "RestartPolicy": {"Condition": "any", "Delay": 5000000000, "MaxAttempts": 0},
    "Placement": {"Platforms": [{"Architecture": "amd64", "OS": "linux"}]},
    "Networks": [{"Target": "id-of-front", "Aliases": ["z", "a"]}],
    "ForceUpdate": 7, "Runtime": "container"},
  "Mode": {"Replicated": {"Replicas": 1}},
  "UpdateConfig": {"Parallelism": 1, "FailureAction": "pause", "Monitor": 5000000000, "MaxFailureRatio": 0, "Order": "stop-first"},
  "RollbackConfig": {"Parallelism": 0, "FailureAction": "pause", "Monitor": 0, "MaxFailureRatio": 0, "Order": "stop-first"},
  "EndpointSpec": {"Mode": "vip", "Ports": [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 81, "PublishMode": "ingress"}]}
})");

TEST(Normalise, LeavesOnlyWhatSaysSomething) {
    const Names names{{"id-of-front", "front"}};
    EXPECT_EQ(canonical(normalise_service(as_told, names)), canonical(parsed(R"({
      "Name": "s", "Labels": {"a": ""},
      "TaskTemplate": {"ContainerSpec": {"Image": "x", "Init": false, "Env": ["A=1", "B=2"]},
                       "Networks": [{"Target": "front", "Aliases": ["a", "z"]}]},
      "Mode": {"Replicated": {"Replicas": 1}},
      "RollbackConfig": {"Parallelism": 0},
      "EndpointSpec": {"Ports": [{"TargetPort": 80, "PublishedPort": 81}]}
    })")));
}

TEST(Normalise, IsIdempotent) {
    const auto once = normalise_service(as_told);
    EXPECT_EQ(canonical(normalise_service(once)), canonical(once));
}

TEST(Normalise, KeepsZerosThatAreAChoice) {
    const auto spec =
        parsed(R"({"Mode":{"Replicated":{"Replicas":0}},"TaskTemplate":{"ContainerSpec":{"StopGracePeriod":0},
                                 "RestartPolicy":{"Delay":0}},"UpdateConfig":{"Parallelism":0}})");
    EXPECT_EQ(canonical(normalise_service(spec)), canonical(spec));
    const auto global = parsed(R"({"Mode":{"Global":{}}})");
    EXPECT_EQ(canonical(normalise_service(global)), canonical(global));
}

TEST(Normalise, DoesNotMindOrderWhereItMeansNothing) {
    auto one = parsed(
        R"({"TaskTemplate":{"ContainerSpec":{"Env":["A=1","B=2"],"Mounts":[{"Target":"/a"},{"Target":"/b"}],"CapabilityAdd":["X","Y"]},
        "Networks":[{"Target":"a"},{"Target":"b"}],"Placement":{"Constraints":["a","b"]}}})");
    auto other = parsed(
        R"({"TaskTemplate":{"ContainerSpec":{"Env":["B=2","A=1"],"Mounts":[{"Target":"/b"},{"Target":"/a"}],"CapabilityAdd":["Y","X"]},
        "Networks":[{"Target":"b"},{"Target":"a"}],"Placement":{"Constraints":["b","a"]}}})");
    EXPECT_EQ(canonical(normalise_service(one)), canonical(normalise_service(other)));
}

TEST(Normalise, MindsOrderWhereItMeansSomething) {
    auto one = parsed(
        R"({"TaskTemplate":{"ContainerSpec":{"Args":["a","b"]},"Placement":{"Preferences":[{"Spread":{"SpreadDescriptor":"a"}},{"Spread":{"SpreadDescriptor":"b"}}]}}})");
    auto other = parsed(
        R"({"TaskTemplate":{"ContainerSpec":{"Args":["b","a"]},"Placement":{"Preferences":[{"Spread":{"SpreadDescriptor":"a"}},{"Spread":{"SpreadDescriptor":"b"}}]}}})");
    EXPECT_NE(canonical(normalise_service(one)), canonical(normalise_service(other)));
}

TEST(Normalise, ShowsWhatAHandChanged) {
    const auto plain = service_of(plain_app());
    const std::vector<std::pair<std::string, json::value>> by_hand{
        {"/Mode/Replicated/Replicas", 5},
        {"/TaskTemplate/ContainerSpec/Image", "nginx:1.26"},
        {"/TaskTemplate/ContainerSpec/Env", json::array{"A=1"}},
        {"/TaskTemplate/ContainerSpec/User", "root"},
        {"/TaskTemplate/ContainerSpec/Hostname", "x"},
        {"/TaskTemplate/Placement", {{"Constraints", {"node.role==manager"}}}},
        {"/TaskTemplate/Resources", {{"Limits", {{"MemoryBytes", 1}}}}},
        {"/TaskTemplate/SomethingNew", {{"Of", "a later engine"}}},
        {"/Labels/added", ""},
        {"/EndpointSpec", {{"Ports", {{{"TargetPort", 1}}}}}},
    };
    for (const auto& [pointer, value] : by_hand) {
        auto changed = plain;
        set(changed, pointer, value);
        EXPECT_NE(canonical(normalise_service(changed)), canonical(plain)) << pointer;
    }
    auto forced = plain;
    set(forced, "/TaskTemplate/ForceUpdate", 3);
    EXPECT_EQ(canonical(normalise_service(forced)), canonical(plain));
}

TEST(Normalise, NamesReferencesWithoutIds) {
    const auto spec = normalise_service(parsed(R"({"TaskTemplate":{"ContainerSpec":{
        "Configs":[{"ConfigID":"i2","ConfigName":"b","Runtime":{}},{"ConfigID":"i1","ConfigName":"a","File":{"Name":"/x","UID":"0","GID":"0","Mode":292}}],
        "Privileges":{"CredentialSpec":{"Config":"i2"}}}}})"));
    EXPECT_EQ(canonical(spec), canonical(parsed(R"({"TaskTemplate":{"ContainerSpec":{
        "Configs":[{"ConfigName":"a","File":{"Name":"/x","UID":"0","GID":"0","Mode":292}},{"ConfigName":"b","Runtime":{}}],
        "Privileges":{"CredentialSpec":{"Config":"b"}}}}})")));
}

TEST(Postable, FillsInIds) {
    const auto spec = parsed(
        R"({"TaskTemplate":{"ContainerSpec":{"Configs":[{"ConfigName":"b","Runtime":{}}],"Secrets":[{"SecretName":"s"}],
        "Privileges":{"CredentialSpec":{"Config":"b"}}}}})");
    const Ids ids{.config = [](const std::string& name) { return "c-" + name; },
                  .secret = [](const std::string& name) { return name == "s" ? "s-s" : ""; }};
    const auto posted = postable_service(spec, ids);
    ASSERT_TRUE(posted);
    EXPECT_EQ(canonical(*posted),
              canonical(parsed(
                  R"({"TaskTemplate":{"ContainerSpec":{"Configs":[{"ConfigID":"c-b","ConfigName":"b","Runtime":{}}],
        "Secrets":[{"SecretID":"s-s","SecretName":"s"}],"Privileges":{"CredentialSpec":{"Config":"c-b"}}}}})")));
    EXPECT_EQ(canonical(normalise_service(*posted)), canonical(spec));

    const auto missing =
        postable_service(spec, {.config = ids.config, .secret = [](const std::string&) { return std::string(); }});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    EXPECT_EQ(missing.error().message, "the engine has no secret \"s\"");
}

TEST(Normalise, TakesANetworkAsItWasAskedForAndAsItIsTold) {
    const auto asked = parsed(R"({"Name":"n","Driver":"overlay","Options":{"encrypted":"true"},"Labels":{"a":"b"}})");
    const auto told =
        parsed(R"({"Name":"n","Id":"x","Created":"now","Scope":"swarm","Driver":"overlay","EnableIPv6":false,
        "IPAM":{"Driver":"default","Options":null,"Config":[{"Subnet":"10.0.1.0/24","Gateway":"10.0.1.1"}]},"Internal":false,"Attachable":false,
        "Ingress":false,"ConfigFrom":{"Network":""},"ConfigOnly":false,"Containers":null,
        "Options":{"com.docker.network.driver.overlay.vxlanid_list":"4097","encrypted":"true"},"Labels":{"a":"b"}})");
    EXPECT_EQ(canonical(normalise_network(told)), canonical(asked));
    EXPECT_EQ(canonical(normalise_network(asked)), canonical(asked));
}

TEST(Normalise, ComparesSubnetsOnlyWhereTheyWereAskedFor) {
    auto asked = parsed(R"({"Name":"n","Driver":"overlay","IPAM":{"Config":[{"Subnet":"10.7.0.0/24"}]}})");
    own(asked, {.instance = "i", .environment = "e", .app = "", .file = ""});
    auto told = asked;
    told.as_object()["Id"] = "x";
    set(told, "/IPAM/Config/0/Gateway", "10.7.0.1");
    set(told, "/IPAM/Driver", "default");
    EXPECT_EQ(canonical(normalise_network(told)), canonical(normalise_network(asked)));
    set(told, "/IPAM/Config/0/Subnet", "10.8.0.0/24");
    EXPECT_NE(canonical(normalise_network(told)), canonical(normalise_network(asked)));
}

TEST(Normalise, SurvivesWhatIsNoSpec) {
    for (const auto* text :
         {"null", "[]", "1", "{}", R"({"TaskTemplate":[]})",
          R"({"TaskTemplate":{"ContainerSpec":{"Env":[1],"Mounts":["x"],"Configs":[{}]},"Networks":[{"Target":1}]}})",
          R"({"Mode":"x","UpdateConfig":1,"EndpointSpec":{"Ports":{}}})"}) {
        static_cast<void>(normalise_service(parsed(text)));
        static_cast<void>(normalise_network(parsed(text)));
        static_cast<void>(normalise_config(parsed(text)));
        static_cast<void>(normalise_secret(parsed(text)));
        static_cast<void>(postable_service(
            parsed(text), {.config = [](const auto&) { return "i"; }, .secret = [](const auto&) { return "i"; }}));
    }
}

}  // namespace
}  // namespace holdfast::swarm
