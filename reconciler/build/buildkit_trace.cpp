#include "build/buildkit_trace.hpp"

#include "build/protobuf.hpp"

namespace holdfast::build {

namespace {

constexpr std::size_t step_limit = 10'000;

namespace status {
constexpr std::uint64_t vertexes = 1, logs = 3;
}
namespace vertex {
constexpr std::uint64_t digest = 1, name = 3, cached = 4, started = 5;
}
namespace vertex_log {
constexpr std::uint64_t message = 4;
}

template <class Visit>
Result<void> for_each_field(std::string_view message, Visit visit) {
    ProtobufReader reader(message);
    while (true) {
        const auto field = reader.next();
        if (!field) return std::unexpected(field.error());
        if (!*field) return {};
        if (auto visited = visit(**field); !visited) return visited;
    }
}

}  // namespace

Result<std::string> BuildkitTrace::feed(std::string_view message) {
    std::string text;
    const auto read = for_each_field(message, [&](const ProtobufField& field) -> Result<void> {
        if (field.number == status::vertexes) return add_vertex(field.bytes, text);
        if (field.number == status::logs) return add_log(field.bytes, text);
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return text;
}

Result<void> BuildkitTrace::add_vertex(std::string_view message, std::string& text) {
    std::string_view digest;
    std::string_view name;
    bool cached = false;
    bool started = false;
    const auto read = for_each_field(message, [&](const ProtobufField& field) -> Result<void> {
        if (field.number == vertex::digest) digest = field.bytes;
        if (field.number == vertex::name) name = field.bytes;
        if (field.number == vertex::cached) cached = field.value != 0;
        if (field.number == vertex::started) started = true;
        return {};
    });
    if (!read) return read;
    if ((started || cached) && told_.size() < step_limit && told_.emplace(digest).second)
        text += fmt::format("{}{}\n", name, cached ? " (cached)" : "");
    return {};
}

Result<void> BuildkitTrace::add_log(std::string_view message, std::string& text) {
    return for_each_field(message, [&](const ProtobufField& field) -> Result<void> {
        if (field.number == vertex_log::message) text += field.bytes;
        return {};
    });
}

}  // namespace holdfast::build
