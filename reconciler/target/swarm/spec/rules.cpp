#include "target/swarm/spec/rules.hpp"

namespace holdfast::swarm {

const plan::Rules& swarm_rules() {
    static const plan::Rules rules{
        .kinds = {"network", "config", "secret", "service"},
        // Of configs and secrets the engine changes labels alone. A network can't be changed at all, nor removed while
        // a service is in it; its spec therefore holds nothing that a manifest's author changes.
        .immutable = {{"network", {""}},
                      {"config", {"/Name", "/Data", "/Templating"}},
                      {"secret", {"/Name", "/Data", "/Driver", "/Templating"}},
                      {"service", {"/Name", "/Mode/Global"}}},
        .kept_kinds = {"volume"},
        .assignment_lists = {"/TaskTemplate/ContainerSpec/Env"},
        .derived_pointers = {"/Labels/com.docker.stack.image"},
        .secret_pointers = {"/Data", "/TaskTemplate/ContainerSpec/Env/*PASSWORD*",
                            "/TaskTemplate/ContainerSpec/Env/*PASSWD*", "/TaskTemplate/ContainerSpec/Env/*PASSPHRASE*",
                            "/TaskTemplate/ContainerSpec/Env/*SECRET*", "/TaskTemplate/ContainerSpec/Env/*TOKEN*",
                            "/TaskTemplate/ContainerSpec/Env/*KEY*", "/TaskTemplate/ContainerSpec/Env/*CREDENTIAL*",
                            "/TaskTemplate/ContainerSpec/Env/*_URL", "/TaskTemplate/ContainerSpec/Env/*DSN*"},
    };
    return rules;
}

}  // namespace holdfast::swarm
