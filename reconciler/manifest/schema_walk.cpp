#include "manifest/schema_walk.hpp"

namespace holdfast::manifest {

namespace {

/// The subschema of an object's member: its own, or the one for all others; null where there is neither.
const json::value* member_schema(const json::value& schema, std::string_view key) {
    if (const auto* properties = member(schema, "properties"))
        if (const auto* own = member(*properties, key)) return own;
    const auto* others = member(schema, "additionalProperties");
    return others != nullptr && others->is_object() ? others : nullptr;
}

void walk_at(SchemaNode node, const json::value& value, std::string& pointer, const SchemaFiles& files,
             const SchemaVisitor& visit) {
    node = resolved(node, files);
    if (node.schema == nullptr) return;
    if (const auto* names = member(*node.schema, "propertyNames"))
        node.names = resolved({names, node.root}, files).schema;
    visit(node, value, pointer);
    const auto size = pointer.size();
    if (const auto* object = value.if_object()) {
        for (const auto& [key, child] : *object) {
            const auto* schema = member_schema(*node.schema, key);
            if (schema == nullptr) continue;
            pointer = pointer_child(pointer, key);
            walk_at({schema, node.root}, child, pointer, files, visit);
            pointer.resize(size);
        }
    } else if (const auto* array = value.if_array()) {
        const auto* items = member(*node.schema, "items");
        if (items == nullptr) return;
        for (std::size_t i = 0; i < array->size(); ++i) {
            pointer = pointer_child(pointer, i);
            walk_at({items, node.root}, (*array)[i], pointer, files, visit);
            pointer.resize(size);
        }
    }
}

}  // namespace

SchemaNode resolved(SchemaNode node, const SchemaFiles& files) {
    while (node.schema != nullptr) {
        const auto reference = text_member(*node.schema, "$ref");
        if (reference.empty()) break;
        const auto hash = std::string_view(reference).find('#');
        if (hash > 0) node.root = files(std::string_view(reference).substr(0, hash));
        node.schema = node.root == nullptr ? nullptr : find_pointer(*node.root, reference.substr(hash + 1));
    }
    return node;
}

void walk(SchemaNode node, const json::value& value, const SchemaFiles& files, const SchemaVisitor& visit) {
    std::string pointer;
    walk_at(node, value, pointer, files, visit);
}

}  // namespace holdfast::manifest
