#include <filesystem>
#include <fmt/format.h>

#include "target/swarm/spec/compose_syntax.hpp"
#include "target/swarm/spec/convert_parts.hpp"

namespace holdfast::swarm {

namespace {

/// One mount of either syntax; each set of options is there only where the file gives it.
struct Volume {
    std::string type, source, target, consistency;
    bool read_only = false;
    std::optional<std::string> propagation;
    std::optional<bool> no_copy;
    bool tmpfs_options = false;
    std::uint64_t tmpfs_size = 0;
};

Volume short_volume(const Node& entry) {
    auto text = value_or_refuse(parse_volume(entry.text()), entry);
    Volume out{
        .type = text.bind ? "bind" : "volume", .source = std::move(text.source), .target = std::move(text.target)};
    out.read_only = text.read_only;
    if (text.no_copy) out.no_copy = true;
    if (!text.propagation.empty()) out.propagation = std::move(text.propagation);
    return out;
}

Volume long_volume(const Node& entry) {
    entry.only({"type", "source", "target", "read_only", "consistency", "bind", "volume", "tmpfs"});
    if (!entry.at("type")) entry.refuse("a mount in long form needs a type: volume, bind or tmpfs");
    Volume out{.type = entry.at("type").text(),
               .source = entry.at("source").text(),
               .target = entry.at("target").text(),
               .consistency = entry.at("consistency").text()};
    out.read_only = entry.at("read_only").boolean().value_or(false);
    if (const auto bind = entry.at("bind")) out.propagation = bind.at("propagation").text();
    if (const auto volume = entry.at("volume")) out.no_copy = volume.at("nocopy").boolean().value_or(false);
    if (const auto tmpfs = entry.at("tmpfs")) {
        out.tmpfs_options = true;
        out.tmpfs_size = tmpfs.at("size").count().value_or(0);
    }
    return out;
}

void refuse_options(const Node& entry, const Volume& volume, std::string_view allowed) {
    const auto refuse = [&](std::string_view options) {
        entry.refuse(fmt::format("{} options don't go with a mount of type {}", options, volume.type));
    };
    if (volume.propagation && allowed != "bind") refuse("bind");
    if (volume.no_copy && allowed != "volume") refuse("volume");
    if (volume.tmpfs_options && allowed != "tmpfs") refuse("tmpfs");
}

void mount_named_volume(const Node& entry, const Volume& volume, const Stack& stack, json::object& mount) {
    const auto found = stack.volumes.find(volume.source);
    if (found == stack.volumes.end())
        entry.refuse(fmt::format("the volume \"{}\" isn't defined under volumes", volume.source));
    const auto& [key, definition] = *found;
    mount["Source"] = definition.name;
    json::object options;
    if (volume.no_copy.value_or(false)) options["NoCopy"] = true;
    if (!definition.external) {
        const Node section(*definition.value, "volumes." + key);
        options["Labels"] = stack.labelled(section.at("labels").string_map());
        json::object driver;
        put(driver, "Name", section.at("driver").text());
        put(driver, "Options", section.at("driver_opts").string_map());
        put(options, "DriverConfig", std::move(driver));
    }
    put(mount, "VolumeOptions", std::move(options));
}

std::string host_path(const Node& entry, const std::string& source, Stack& stack) {
    if (source.empty()) entry.refuse("a bind mount needs a source");
    std::string path = source;
    if (path.starts_with('~')) {
        const auto home = stack.options.variable ? stack.options.variable("HOME") : std::nullopt;
        if (!home) stack.warnings.push_back(entry.path() + ": ~ is taken as it is, because HOME isn't set");
        if (home) path.replace(0, 1, *home);
    }
    const bool windows = path.starts_with("\\\\") || (path.size() > 2 && path[1] == ':');
    if (path.starts_with('/') || windows) return path;
    auto whole = (std::filesystem::path(stack.options.working_directory) / path).lexically_normal().string();
    if (whole.size() > 1 && whole.ends_with('/')) whole.pop_back();
    return whole;
}

json::object convert_mount(const Node& entry, Stack& stack) {
    auto volume = entry.is_string() ? short_volume(entry) : long_volume(entry);
    if (volume.type.empty()) volume.type = "volume";
    json::object mount{{"Type", volume.type}, {"Target", volume.target}};
    if (volume.read_only) mount["ReadOnly"] = true;
    put(mount, "Consistency", volume.consistency);
    if (volume.type == "volume") {
        refuse_options(entry, volume, "volume");
        if (!volume.source.empty()) mount_named_volume(entry, volume, stack, mount);
    } else if (volume.type == "bind" || volume.type == "npipe") {
        refuse_options(entry, volume, "bind");
        mount["Source"] = volume.type == "bind" ? host_path(entry, volume.source, stack) : volume.source;
        if (!volume.propagation.value_or("").empty()) mount["BindOptions"] = {{"Propagation", *volume.propagation}};
    } else if (volume.type == "tmpfs") {
        refuse_options(entry, volume, "tmpfs");
        if (!volume.source.empty()) entry.refuse("a tmpfs has no source");
        if (volume.tmpfs_size > 0) mount["TmpfsOptions"] = {{"SizeBytes", volume.tmpfs_size}};
    } else {
        entry.refuse("the type of a mount must be volume, bind, tmpfs or npipe");
    }
    return mount;
}

}  // namespace

json::array convert_mounts(const Node& volumes, Stack& stack) {
    json::array out;
    volumes.each_item([&](const Node& entry) { out.emplace_back(convert_mount(entry, stack)); });
    return out;
}

}  // namespace holdfast::swarm
