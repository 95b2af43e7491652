#pragma once

#include "manifest/schema.hpp"

namespace holdfast::manifest {

/// Says in words how `value` itself breaks a subschema (its children are explained on their own). Whether a document is
/// valid is not decided here but by the validator, whose own words are too terse to show to anybody.
void explain(const SchemaNode& node, const json::value& value, const std::string& pointer,
             std::vector<Violation>& violations);

/// Finds texts that are longer than their subschema allows. To be asked before patterns are tried: std::regex recurses
/// once a character.
void explain_length(const SchemaNode& node, const json::value& value, const std::string& pointer,
                    std::vector<Violation>& violations);

}  // namespace holdfast::manifest
