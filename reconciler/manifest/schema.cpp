#include "manifest/schema.hpp"

#define VALIJSON_USE_EXCEPTIONS 1
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#pragma clang diagnostic pop

#include "core/text.hpp"
#include "manifest/check.hpp"
#include "manifest/schema_explain.hpp"
#include "manifest/schema_walk.hpp"

namespace holdfast::manifest {

namespace {

using Adapter = valijson::adapters::BoostJsonAdapter;

constexpr std::size_t violations_limit = 50;

struct CompiledSchema {
    json::value text;
    valijson::Schema schema;
};

}  // namespace

struct Schemas::Compiled {
    CompiledSchema app, environment, platform;
    valijson::Validator validator;

    Compiled() {
        // References between the files lead to app.json alone, which therefore is first.
        load(app, app_schema_text);
        load(environment, environment_schema_text);
        load(platform, platform_schema_text);
    }

    void load(CompiledSchema& into, std::string_view text) {
        into.text = json::parse(text);
        valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
        parser.populateSchema<Adapter>(
            Adapter(into.text), into.schema, [&](const std::string& file) { return find(file); },
            [](const json::value*) {});
    }

    const json::value* find(std::string_view file) const { return file == "app.json" ? &app.text : nullptr; }

    CompiledSchema* of(std::string_view kind) {
        if (kind == "App") return &app;
        if (kind == "Environment") return &environment;
        return kind == "Platform" ? &platform : nullptr;
    }
};

Schemas::Schemas() : compiled_(std::make_unique<Compiled>()) {}
Schemas::~Schemas() = default;
Schemas::Schemas(Schemas&&) noexcept = default;
Schemas& Schemas::operator=(Schemas&&) noexcept = default;

std::vector<Violation> Schemas::violations(std::string_view kind, const json::value& document) {
    auto* compiled = compiled_->of(kind);
    if (compiled == nullptr) return {{"/kind", "there is no such kind", {}, false}};
    const SchemaNode root{&compiled->text, &compiled->text};
    const SchemaFiles files = [this](std::string_view file) { return compiled_->find(file); };

    std::vector<Violation> found;
    const auto collect = [&](auto explanation) {
        walk(root, document, files, [&](const SchemaNode& node, const json::value& value, const std::string& pointer) {
            if (found.size() < violations_limit) explanation(node, value, pointer, found);
        });
    };
    collect(explain_length);
    if (!found.empty() || compiled_->validator.validate(compiled->schema, Adapter(document), nullptr)) return found;
    collect(explain);
    if (!found.empty()) return found;

    // Only a keyword that nobody explains gets here; the document is refused all the same.
    valijson::ValidationResults results;
    compiled_->validator.validate(compiled->schema, Adapter(document), &results);
    valijson::ValidationResults::Error error;
    const bool told = results.popError(error);
    return {{"", told ? printable(error.description, 200) : "does not fit its schema", {}, false}};
}

std::string_view schema_of(std::string_view kind) {
    if (kind == "App") return app_schema_text;
    if (kind == "Environment") return environment_schema_text;
    return kind == "Platform" ? platform_schema_text : std::string_view{};
}

}  // namespace holdfast::manifest
