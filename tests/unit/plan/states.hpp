#pragma once

#include <string>

#include "plan/diff.hpp"
#include "plan/types.hpp"

namespace holdfast::plan {

/// Small states for tests: a service of app `default/{name}` whose spec is {"Image": image}.
inline std::string spec_of(const std::string& image) {
    return R"({"Image":")" + image + R"("})";
}

inline AppKey app_key(const std::string& name) {
    return {"default", name};
}

inline void want(Desired& desired, const std::string& name, const std::string& image, const std::string& hash = "h") {
    auto app = std::make_shared<DesiredApp>();
    app->key = app_key(name);
    app->input_hash = hash;
    app->resources.push_back({{"service", "default_" + name}, app->key, "default", spec_of(image)});
    desired.apps[app->key] = std::move(app);
}

inline void have(Observed& observed, const std::string& name, const std::string& image, std::uint64_t version = 1) {
    observed.resources[{"service", "default_" + name}] = {.id = "id-" + name,
                                                          .version = version,
                                                          .app = app_key(name),
                                                          .environment = "default",
                                                          .file = "apps/" + name + ".yaml",
                                                          .spec = spec_of(image)};
}

inline Rules rules() {
    return {.kinds = {"network", "config", "service"},
            .immutable = {{"config", {""}}},
            .kept_kinds = {"volume"},
            .assignment_lists = {"/Env"},
            .secret_pointers = {"/Env/*PASSWORD*"}};
}

}  // namespace holdfast::plan
