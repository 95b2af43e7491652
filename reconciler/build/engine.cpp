#include "build/engine.hpp"

#include <charconv>

#include "build/context.hpp"
#include "build/engine_output.hpp"
#include "core/base64.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "core/time.hpp"

namespace holdfast::build {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_up_deadline = std::chrono::seconds{30};
constexpr milliseconds push_deadline = std::chrono::minutes{30};
constexpr milliseconds push_idle = std::chrono::minutes{2};
constexpr std::uint64_t cpu_period = 100'000;  // microseconds, the kernel's usual one
constexpr unsigned oldest_buildkit = 40;       // Docker 19.03
constexpr unsigned newest_minor = 47;          // of API version 1: nothing used here has changed up to it

std::string message_of(const net::Response& response) {
    const auto body = parse_json(response.body);
    const auto message = body ? text_member(*body, "message") : std::string();
    return message.empty() ? fmt::format("the engine answered {}", response.status) : printable(trimmed(message));
}

/// 41 of 1.41, and at most what we know.
unsigned minor_of(std::string_view version) {
    unsigned minor = 0;
    const auto text = version.substr(std::min(version.find('.'), version.size() - 1) + 1);
    std::from_chars(text.data(), text.data() + text.size(), minor);
    return std::min(minor, newest_minor);
}

std::string json_query(std::string_view name, const manifest::Named<std::string>& values) {
    json::object object;
    for (const auto& [key, value] : values) object[key] = value;
    return fmt::format("&{}={}", name, net::percent_encoded(json::serialize(object)));
}

std::vector<std::string> tags_of(const json::array& images, std::string_view repository) {
    std::vector<std::string> tags;
    const auto prefix = fmt::format("{}:", repository);
    for (const auto& image : images) {
        const auto* names = member(image, "RepoTags");
        if (names == nullptr || !names->is_array()) continue;
        for (const auto& name : names->get_array())
            if (name.is_string() && std::string_view(name.get_string()).starts_with(prefix))
                tags.emplace_back(std::string_view(name.get_string()).substr(prefix.size()));
    }
    return tags;
}

net::BodySource context_of(net::Runtime& runtime, const ImageBuild& build) {
    auto tar = std::make_shared<ContextTar>(build.recipe, build.tree);
    return [&runtime, tar]() -> net::Task<Result<std::string>> {
        co_return co_await runtime.offload([tar] { return tar->next(); });
    };
}

}  // namespace

Engine::Engine(net::Runtime& runtime, net::Endpoint endpoint, std::optional<RegistryCredentials> credentials,
               EngineBuilder builder)
    : runtime_(runtime),
      client_(runtime.executor(), std::move(endpoint)),
      credentials_(std::move(credentials)),
      builder_(builder) {}

net::Task<Result<Engine::Api>> Engine::negotiate() {
    const auto response = co_await client_.call({.target = "/_ping"});
    if (!response) co_return fail(response.error(), "engine");
    const auto version = net::header(response->headers, "Api-Version");
    if (!version.starts_with("1."))
        co_return fail(ErrorCode::unavailable, "the engine names no API version that we know");
    co_return Api{.minor = minor_of(version),
                  .prefers = std::string(net::header(response->headers, "Builder-Version"))};
}

std::string Engine::Api::path(std::string_view rest) const {
    return fmt::format("/v1.{}{}", minor, rest);
}

bool Engine::with_buildkit(const Api& api, const ImageBuild& build) const {
    if (builder_ != EngineBuilder::preferred) return builder_ == EngineBuilder::buildkit;
    if (!api.prefers.empty()) return api.prefers == "2";
    return api.minor >= oldest_buildkit && !build.nano_cpus && !build.memory_bytes && !credentials_;
}

/// The engine wants the header also where there is nothing to say: then it is an empty object. It hands on what it is
/// given to whatever registry the reference names, and that may be the config repository's word.
std::string Engine::auth_header(std::string_view reference) const {
    json::object auth;
    if (credentials_ && reference.substr(0, reference.find('/')) == credentials_->registry) {
        auth["username"] = credentials_->user;
        auth["password"] = credentials_->password.reveal();
        auth["serveraddress"] = credentials_->registry;
    }
    return base64url(json::serialize(auth));
}

net::Task<Result<std::optional<Digest>>> Engine::find(std::string reference) {
    const auto api = co_await negotiate();
    if (!api) co_return std::unexpected(api.error());
    net::Request request{.target = api->path(fmt::format("/distribution/{}/json", reference)),
                         .headers = {{"X-Registry-Auth", auth_header(reference)}}};
    const auto response = co_await client_.call(std::move(request), {.deadline = look_up_deadline});
    if (!response) co_return fail(response.error(), "registry look-up");
    if (response->status >= 500)
        co_return fail(ErrorCode::unavailable,
                       fmt::format("registry look-up of {}: {}", reference, message_of(*response)));
    if (response->status != 200) co_return std::nullopt;

    const auto body = parse_json(response->body);
    const auto* digest = body ? find_pointer(*body, "/Descriptor/digest") : nullptr;
    if (digest == nullptr || !digest->is_string()) co_return std::nullopt;
    const auto parsed = Digest::parse(digest->get_string());
    co_return parsed ? std::optional(*parsed) : std::nullopt;
}

net::Request Engine::build_request(const Api& api, const ImageBuild& build) const {
    const auto& recipe = *build.recipe;
    auto target = api.path(fmt::format("/build?dockerfile={}&rm=1&forcerm=1&networkmode=default",
                                       net::percent_encoded(recipe.dockerfile)));
    for (const auto& tag : build.tags) target += fmt::format("&t={}", net::percent_encoded(tag));
    if (!recipe.target.empty()) target += fmt::format("&target={}", net::percent_encoded(recipe.target));
    if (build.memory_bytes) target += fmt::format("&memory={}", *build.memory_bytes);
    if (build.nano_cpus)
        target += fmt::format("&cpuperiod={}&cpuquota={}", cpu_period, *build.nano_cpus / (1'000'000'000 / cpu_period));
    target += json_query("buildargs", recipe.args) + json_query("labels", build.labels);
    if (with_buildkit(api, build)) target += "&version=2";

    net::Request request{.method = "POST", .target = std::move(target)};
    request.headers.push_back({"Content-Type", "application/x-tar"});
    if (credentials_) {
        const json::object auth{{"username", credentials_->user}, {"password", credentials_->password.reveal()}};
        const json::object registries{{credentials_->registry, auth}};
        request.headers.push_back({"X-Registry-Config", base64url(json::serialize(registries))});
    }
    return request;
}

net::Task<Result<std::string>> Engine::build(ImageBuild build, BuildLog& log) {
    const auto api = co_await negotiate();
    if (!api) co_return std::unexpected(api.error());
    EngineOutput output;
    const auto sink = [&](std::string_view piece) {
        log.append(output.feed(piece));
        return true;
    };
    const auto deadline = std::chrono::ceil<milliseconds>(build.timeout);
    const auto response =
        co_await client_.stream(build_request(*api, build), sink, context_of(runtime_, build), deadline);
    if (!response && response.error().code == ErrorCode::timeout)
        co_return fail(ErrorCode::timeout, fmt::format("the build took over {}", to_text(deadline)));
    if (!response) co_return std::unexpected(response.error());
    if (response->status >= 400) {
        log.append(message_of(*response) + "\n");
        co_return fail(response->status >= 500 ? ErrorCode::unavailable : ErrorCode::failed, message_of(*response));
    }
    if (output.error()) co_return fail(ErrorCode::failed, *output.error());
    if (output.image_id().empty())
        co_return fail(ErrorCode::unavailable, "the engine ended the build without an image");
    co_return output.image_id();
}

net::Task<Result<Digest>> Engine::push(std::string repository, std::string tag, BuildLog& log) {
    const auto api = co_await negotiate();
    if (!api) co_return std::unexpected(api.error());
    EngineOutput output;
    const auto sink = [&](std::string_view piece) {
        output.feed(piece);  // layer by layer: nothing that a reader of the log misses
        return true;
    };
    net::Request request{.method = "POST",
                         .target = api->path(fmt::format("/images/{}/push?tag={}", repository, tag)),
                         .headers = {{"X-Registry-Auth", auth_header(repository)}}};
    const auto response = co_await client_.stream(std::move(request), sink, {}, push_deadline, push_idle);
    const auto doing = fmt::format("push {}:{}", repository, tag);
    if (!response) co_return fail(response.error(), doing);
    // What is wrong with a push is the registry's, not the image's: it is worth another try.
    if (response->status >= 400) co_return fail(ErrorCode::unavailable, doing + ": " + message_of(*response));
    if (output.error()) co_return fail(ErrorCode::unavailable, doing + ": " + *output.error());
    if (output.digest().empty()) co_return fail(ErrorCode::unavailable, doing + ": the registry gave no digest");
    log.append(fmt::format("pushed {}:{} as {}\n", repository, tag, output.digest().str()));
    co_return output.digest();
}

net::Task<void> Engine::remove_older(std::string repository, std::string kept, std::string also_kept) {
    const auto api = co_await negotiate();
    if (!api) co_return;
    const auto filter = json::serialize(json::object{{"reference", json::array{repository}}});
    const auto listed = co_await client_.call(
        {.target = api->path(fmt::format("/images/json?filters={}", net::percent_encoded(filter)))});
    const auto images = listed ? parse_json(listed->body) : std::unexpected(listed.error());
    if (!images || !images->is_array()) co_return;
    for (const auto& tag : tags_of(images->get_array(), repository)) {
        if (tag == kept || tag == also_kept) continue;
        net::Request request{.method = "DELETE", .target = api->path(fmt::format("/images/{}:{}", repository, tag))};
        if (const auto removed = co_await client_.call(std::move(request)); !removed) co_return;
    }
}

}  // namespace holdfast::build
