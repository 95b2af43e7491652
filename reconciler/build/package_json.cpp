#include "build/package_json.hpp"

#include "core/json.hpp"

namespace holdfast::build {

namespace {

bool has_members(const json::value& package, std::string_view key) {
    const auto* value = member(package, key);
    return value != nullptr && value->is_object() && !value->get_object().empty();
}

}  // namespace

Result<Package> parse_package(std::string_view text) {
    const auto parsed = parse_json(text);
    if (!parsed) return fail(ErrorCode::invalid, parsed.error().message, "package.json");
    if (!parsed->is_object()) return fail(ErrorCode::invalid, "a package.json holds an object", "package.json");

    Package package;
    for (const auto* key : {"dependencies", "devDependencies", "optionalDependencies"}) {
        package.has_packages = package.has_packages || has_members(*parsed, key);
        const auto* packages = member(*parsed, key);
        if (packages != nullptr && member(*packages, "next") != nullptr) package.depends_on_next = true;
    }
    package.main = text_member(*parsed, "main");
    if (const auto* scripts = member(*parsed, "scripts")) {
        package.has_build_script = !text_member(*scripts, "build").empty();
        package.start_script = text_member(*scripts, "start");
        if (!package.start_script.empty() && member(*scripts, "prestart") != nullptr)
            package.start_script = "exec npm start";
    }
    return package;
}

}  // namespace holdfast::build
