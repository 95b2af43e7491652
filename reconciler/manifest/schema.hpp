#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.hpp"

namespace holdfast::manifest {

extern const std::string_view app_schema_text;
extern const std::string_view environment_schema_text;
extern const std::string_view platform_schema_text;

/// Where and how a value breaks its schema.
struct Violation {
    std::string pointer;
    std::string message;
    std::string suggestion;
    bool at_key = false;  ///< the key at `pointer` is wrong rather than the value
};

/// A place within our schemas: a subschema, and the document that its local references are in.
struct SchemaNode {
    const json::value* schema = nullptr;
    const json::value* root = nullptr;
    const json::value* names = nullptr;  ///< what holds for the keys of the value, where anything does
};

/// Our schemas, compiled. Not thread-safe: the validator remembers compiled patterns.
class Schemas {
  public:
    Schemas();
    ~Schemas();
    Schemas(Schemas&&) noexcept;
    Schemas& operator=(Schemas&&) noexcept;

    /// What is wrong with a document of `kind` (App, Environment or Platform); empty where it is valid.
    [[nodiscard]] std::vector<Violation> violations(std::string_view kind, const json::value& document);

    struct Compiled;

  private:
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace holdfast::manifest
