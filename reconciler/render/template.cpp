#include "render/template.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <ranges>
#include <set>
#include <vector>

#include <kainjow/mustache.hpp>

namespace holdfast::render {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data to_data(const json::value& value) {
    switch (value.kind()) {
        case json::kind::object: {
            data object;
            for (const auto& [key, member] : value.get_object()) object.set(std::string(key), to_data(member));
            return object;
        }
        case json::kind::array: {
            data list{data::type::list};
            for (const auto& item : value.get_array()) list.push_back(to_data(item));
            return list;
        }
        case json::kind::string:
            return data{std::string(value.get_string())};
        case json::kind::bool_:
            return data{value.get_bool()};
        case json::kind::null:
            return data{false};
        default:
            return data{json::serialize(value)};
    }
}

std::string json_escaped(const std::string& text) {
    const auto quoted = json::serialize(json::string_view(text));
    return quoted.substr(1, quoted.size() - 2);
}

/// The library takes unknown names for empty and a string for a template to include; this look-up remembers both as
/// faults.
class StrictContext : public kainjow::mustache::basic_context<std::string> {
  public:
    explicit StrictContext(const data& root) : scopes_{&root} {}

    void push(const data* scope) override { scopes_.push_back(scope); }
    void pop() override { scopes_.pop_back(); }

    const data* get(const std::string& name) const override {
        if (name == ".") return scopes_.back();
        for (const auto* scope : scopes_ | std::views::reverse) {
            if (const auto* found = scope->is_object() ? resolve(*scope, name) : nullptr) return found;
        }
        unknown_.insert(name);
        return nullptr;
    }

    const data* get_partial(const std::string& name) const override {
        partials_.insert(name);
        return nullptr;
    }

    [[nodiscard]] const std::set<std::string>& unknown() const { return unknown_; }
    [[nodiscard]] const std::set<std::string>& partials() const { return partials_; }

  private:
    static const data* resolve(const data& scope, std::string_view name) {
        const data* at = &scope;
        while (at != nullptr) {
            const auto dot = name.find('.');
            at = at->is_object() ? at->get(std::string(name.substr(0, dot))) : nullptr;
            if (dot == std::string_view::npos) break;
            name.remove_prefix(dot + 1);
        }
        return at;
    }

    std::vector<const data*> scopes_;
    mutable std::set<std::string> unknown_;
    mutable std::set<std::string> partials_;
};

struct Text {
    std::string value;
    Text& operator<<(const std::string& piece) {
        value += piece;
        return *this;
    }
};

/// Parsing costs far more than filling in. A parsed template isn't thread-safe, so each thread keeps its own few.
mustache& parsed(std::string_view text) {
    constexpr std::size_t kept = 32;
    thread_local std::map<std::string, mustache, std::less<>> templates;
    if (const auto found = templates.find(text); found != templates.end()) return found->second;
    if (templates.size() >= kept) templates.clear();
    const std::string key(text);
    auto& made = templates.emplace(key, key).first->second;
    made.set_custom_escape(json_escaped);
    return made;
}

}  // namespace

Result<std::string> render_template(std::string_view name, std::string_view text, const json::value& values) {
    auto& filled = parsed(text);
    if (!filled.is_valid()) return fail(ErrorCode::invalid, filled.error_message(), std::string(name));

    const auto root = to_data(values);
    StrictContext context(root);
    Text out;
    filled.render(context, out);
    if (!context.unknown().empty())
        return fail(ErrorCode::invalid, fmt::format("unknown names: {}", fmt::join(context.unknown(), ", ")),
                    std::string(name));
    if (!context.partials().empty())
        return fail(ErrorCode::invalid,
                    fmt::format("partials are not supported: {}", fmt::join(context.partials(), ", ")),
                    std::string(name));
    return std::move(out.value);
}

}  // namespace holdfast::render
