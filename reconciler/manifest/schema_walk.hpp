#pragma once

#include <functional>
#include <string>

#include "manifest/schema.hpp"

namespace holdfast::manifest {

/// The parsed text of a schema file (`app.json`), or null: how references between our schemas are followed.
using SchemaFiles = std::function<const json::value*(std::string_view file)>;

/// Called with each value of a document and the subschema that holds for it.
using SchemaVisitor = std::function<void(const SchemaNode& node, const json::value& value, const std::string& pointer)>;

/// Follows `$ref`, within a file and to another of ours.
[[nodiscard]] SchemaNode resolved(SchemaNode node, const SchemaFiles& files);

/// Walks a document and its schema together, parents first.
void walk(SchemaNode node, const json::value& value, const SchemaFiles& files, const SchemaVisitor& visit);

}  // namespace holdfast::manifest
