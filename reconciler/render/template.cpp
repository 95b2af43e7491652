#include "render/template.hpp"

#include <algorithm>
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

/// A template may be the config repository's: nested sections multiply, and the library's recursion follows their
/// depth.
constexpr std::size_t text_limit = std::size_t{64} << 10U;
constexpr std::ptrdiff_t sections_limit = 500;
constexpr std::size_t fillings_limit = 1'000'000;
constexpr std::size_t output_limit = std::size_t{16} << 20U;

/// What ends the filling of a template. Ends at render_template.
struct OverLimit {
    std::string_view what;
};

/// The library takes unknown names for empty and a string for a template to include; this look-up remembers both as
/// faults.
class StrictContext : public kainjow::mustache::basic_context<std::string> {
  public:
    explicit StrictContext(const data& root) : scopes_{&root} {}

    void push(const data* scope) override {
        if (++fillings_ > fillings_limit) throw OverLimit{"its sections are filled in more than a million times"};
        scopes_.push_back(scope);
    }
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
    std::size_t fillings_ = 0;
    mutable std::set<std::string> unknown_;
    mutable std::set<std::string> partials_;
};

struct Text {
    std::string value;
    Text& operator<<(const std::string& piece) {
        if (piece.size() > output_limit - value.size()) throw OverLimit{"it fills in to more than 16 MiB"};
        value += piece;
        return *this;
    }
};

/// What of a template is over a limit, before the library sees it. No section begins without one of two characters,
/// whatever the delimiters are.
std::string_view excess(std::string_view text) {
    if (text.size() > text_limit) return "a template has at most 64 KiB";
    const bool many = std::ranges::count_if(text, [](char c) { return c == '#' || c == '^'; }) > sections_limit;
    return many ? "a template has at most 500 sections, counted by # and ^" : "";
}

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
    if (const auto problem = excess(text); !problem.empty())
        return fail(ErrorCode::limit, std::string(problem), std::string(name));
    auto& filled = parsed(text);
    if (!filled.is_valid()) return fail(ErrorCode::invalid, filled.error_message(), std::string(name));

    const auto root = to_data(values);
    StrictContext context(root);
    Text out;
    try {
        filled.render(context, out);
    } catch (const OverLimit& over) {
        return fail(ErrorCode::limit, std::string(over.what), std::string(name));
    }
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
