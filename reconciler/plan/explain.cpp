#include "plan/explain.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "core/text.hpp"

namespace holdfast::plan {

namespace {

struct Totals {
    std::size_t add = 0;
    std::size_t change = 0;
    std::size_t remove = 0;
};

Totals count(const Plan& plan) {
    Totals totals;
    for (const auto& action : plan.actions) {
        if (action.verb == Verb::create) ++totals.add;
        if (action.verb == Verb::update || action.verb == Verb::replace) ++totals.change;
        if (action.verb == Verb::remove) ++totals.remove;
    }
    return totals;
}

std::string_view sign(Verb verb) {
    switch (verb) {
        case Verb::create:
            return "+";
        case Verb::update:
            return "~";
        case Verb::replace:
            return "±";
        case Verb::remove:
            break;
    }
    return "-";
}

std::string_view colour_of(Verb verb) {
    return verb == Verb::create ? "\x1b[32m" : verb == Verb::remove ? "\x1b[31m" : "\x1b[33m";
}

std::string value_or_nothing(const std::string& value) {
    return value.empty() ? "(none)" : printable(value, 400);
}

/// Text within a code span of a Markdown table, which it can end neither of.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : printable(text, 400)) {
        if (c == '|') out += out.ends_with('\\') ? " \\" : "\\";
        out += c == '`' ? '\'' : c;
    }
    return out;
}

/// Text as it stands in a table, outside of code: no markup, link or tag of its own. A commit's subject gets here.
std::string plain_cell(std::string_view text) {
    std::string out;
    for (const char c : printable(text, 400)) {
        if (c == '<') {
            out += "&lt;";
        } else if (c == '&') {
            out += "&amp;";
        } else {
            if (std::string_view("\\|`*_[]~").find(c) != std::string_view::npos) out += '\\';
            out += c;
        }
    }
    return out;
}

std::string owner_of(const std::optional<AppKey>& app) {
    return app ? app->str() : std::string("(shared)");
}

}  // namespace

std::string_view to_string(Verb verb) {
    switch (verb) {
        case Verb::create:
            return "create";
        case Verb::update:
            return "update";
        case Verb::replace:
            return "replace";
        case Verb::remove:
            break;
    }
    return "remove";
}

std::string totals(const Plan& plan) {
    const auto counts = count(plan);
    return fmt::format("{} to add, {} to change, {} to remove", counts.add, counts.change, counts.remove);
}

std::string to_text(const Plan& plan, bool colour) {
    std::string out;
    for (const auto& action : plan.actions) {
        out += fmt::format("{}{} {}{}: {} {}: {}\n", colour ? colour_of(action.verb) : "", sign(action.verb),
                           owner_of(action.app), colour ? "\x1b[0m" : "", to_string(action.verb), action.key.str(),
                           printable(action.reason, 400));
        for (const auto& change : action.changes)
            out += fmt::format("    {}: {} → {}\n", printable(change.path), value_or_nothing(change.before),
                               value_or_nothing(change.after));
    }
    for (const auto& skipped : plan.skipped)
        out += fmt::format("! {}: leave {}: {}\n", owner_of(skipped.app), skipped.key.str(),
                           printable(skipped.reason, 400));
    if (plan.actions.empty()) return out + "Nothing to change.\n";
    return out + fmt::format("Plan: {}.\n", totals(plan));
}

std::string to_markdown(const Plan& plan) {
    if (plan.actions.empty() && plan.skipped.empty()) return "**Holdfast plan**: nothing to change.\n";
    std::string out = fmt::format("**Holdfast plan**: {}\n", totals(plan));
    if (!plan.actions.empty()) {
        out += "\n| | app | resource | why |\n| --- | --- | --- | --- |\n";
        for (const auto& action : plan.actions)
            out += fmt::format("| {} | {} | {} | {} |\n", to_string(action.verb), owner_of(action.app),
                               plain_cell(action.key.str()), plain_cell(action.reason));
    }
    const auto has_fields = [](const Action& action) { return !action.changes.empty(); };
    if (std::ranges::any_of(plan.actions, has_fields)) {
        out +=
            "\n<details><summary>Field by field</summary>\n\n| resource | field | before | after |\n| --- | --- | --- "
            "| --- |\n";
        for (const auto& action : plan.actions)
            for (const auto& change : action.changes)
                out += fmt::format("| {} | `{}` | `{}` | `{}` |\n", plain_cell(action.key.str()), cell(change.path),
                                   cell(value_or_nothing(change.before)), cell(value_or_nothing(change.after)));
        out += "\n</details>\n";
    }
    for (const auto& skipped : plan.skipped)
        out += fmt::format("\nLeft alone: {} {}: {}\n", owner_of(skipped.app), plain_cell(skipped.key.str()),
                           plain_cell(skipped.reason));
    return out;
}

json::value to_json(const Plan& plan) {
    json::array actions;
    for (const auto& action : plan.actions) {
        json::array changes;
        for (const auto& change : action.changes)
            changes.push_back({{"path", change.path}, {"before", change.before}, {"after", change.after}});
        actions.push_back({{"verb", to_string(action.verb)},
                           {"app", action.app ? json::value(action.app->str()) : json::value(nullptr)},
                           {"kind", action.key.kind},
                           {"name", action.key.name},
                           {"reason", action.reason},
                           {"drift", action.drift},
                           {"changes", std::move(changes)}});
    }
    json::array skipped;
    for (const auto& item : plan.skipped)
        skipped.push_back({{"app", item.app ? json::value(item.app->str()) : json::value(nullptr)},
                           {"kind", item.key.kind},
                           {"name", item.key.name},
                           {"reason", item.reason}});
    const auto counts = count(plan);
    return {{"actions", std::move(actions)},
            {"skipped", std::move(skipped)},
            {"totals", {{"add", counts.add}, {"change", counts.change}, {"remove", counts.remove}}}};
}

}  // namespace holdfast::plan
