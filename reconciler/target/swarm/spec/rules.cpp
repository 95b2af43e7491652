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
        // By name; addresses with a password in them are recognised wherever they stand. Better one word too many.
        .secret_pointers = {"/Data", "/TaskTemplate/ContainerSpec/Env/*PASS*", "/TaskTemplate/ContainerSpec/Env/*PWD*",
                            "/TaskTemplate/ContainerSpec/Env/*SECRET*", "/TaskTemplate/ContainerSpec/Env/*TOKEN*",
                            "/TaskTemplate/ContainerSpec/Env/*KEY*", "/TaskTemplate/ContainerSpec/Env/*CREDENTIAL*",
                            "/TaskTemplate/ContainerSpec/Env/*CONNECTION*", "/TaskTemplate/ContainerSpec/Env/*AUTH*",
                            "/TaskTemplate/ContainerSpec/Env/*COOKIE*", "/TaskTemplate/ContainerSpec/Env/*SALT*",
                            "/TaskTemplate/ContainerSpec/Env/*_URL", "/TaskTemplate/ContainerSpec/Env/*_URI",
                            "/TaskTemplate/ContainerSpec/Env/*DSN*", "/Labels/*auth*",
                            "/TaskTemplate/ContainerSpec/Labels/*auth*"},
    };
    return rules;
}

}  // namespace holdfast::swarm
