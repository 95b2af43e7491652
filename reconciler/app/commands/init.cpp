#include <array>
#include <fmt/format.h>
#include <fstream>
#include <string_view>
#include <utility>

#include "app/commands/commands.hpp"

namespace holdfast::app {

namespace {

constexpr std::string_view platform = R"(# What holds for every app. One such file a repository.
apiVersion: holdfast.dev/v1
kind: Platform
name: platform

# Public apps are at {app}.{domain}, by Traefik on the external network traefik-public:
#   domain: apps.example.com
#   ingress: {kind: traefik}
ingress: {kind: none}

# Where images that are built from source are pushed to.
registry: localhost:5000
)";

constexpr std::string_view environment = R"(# An isolated group of apps: its own network, its own quota.
apiVersion: holdfast.dev/v1
kind: Environment
name: default
)";

constexpr std::string_view app = R"(# One deployable thing. `holdfast validate` checks it, a push deploys it.
# It runs hardened: read-only but for /tmp, without capabilities. An image that needs more asks for it under `security`.
apiVersion: holdfast.dev/v1
kind: App
name: hello
image: nginxinc/nginx-unprivileged:1.27-alpine
port: 8080
replicas: 1
health: {path: /}
)";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> files{
    {{"holdfast.yaml", platform}, {"environments/default.yaml", environment}, {"apps/hello.yaml", app}}};

}  // namespace

int init(const std::filesystem::path& folder) {
    namespace fs = std::filesystem;
    for (const auto& [name, text] : files)
        if (fs::exists(fs::symlink_status(folder / name))) {
            fmt::print(stderr, "holdfast: {} is there already; nothing was written\n", (folder / name).string());
            return 1;
        }
    for (const auto& [name, text] : files) {
        const auto path = folder / name;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        std::ofstream out(path, std::ios::binary);
        out << text;
        out.close();
        if (error || !out) {
            fmt::print(stderr, "holdfast: can't write {}\n", path.string());
            return 1;
        }
        fmt::print("wrote {}\n", path.string());
    }
    fmt::print("next: holdfast validate {}\n", folder.string());
    return 0;
}

}  // namespace holdfast::app
