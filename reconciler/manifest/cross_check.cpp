#include "manifest/cross_check.hpp"

#include <fmt/format.h>
#include <ranges>
#include <unordered_map>

#include "core/text.hpp"
#include "manifest/published_ports.hpp"
#include "manifest/quota.hpp"

namespace holdfast::manifest {

namespace {

using ByKey = std::map<AppKey, std::size_t>;

void check_environments(std::span<Candidate> candidates, const Settings& settings) {
    const auto keys = std::views::keys(settings.environments);
    const std::vector<std::string> names(keys.begin(), keys.end());
    for (auto& candidate : candidates) {
        const auto& environment = candidate.document->key.environment;
        const auto found = settings.environments.find(environment);
        if (found == settings.environments.end()) {
            candidate.refuse("/environment", fmt::format("there is no environment {}", environment),
                             nearest(environment, names));
        } else if (!found->second.valid) {
            Origins origins;
            origins.add(candidate.document->marks);
            candidate.consequence = origins.diagnostic(
                "/environment",
                fmt::format("its environment {} is invalid: see {}", environment, found->second.document->file));
        }
    }
}

/// Claims something that only one app can have; the later claim is refused.
class Claims {
  public:
    void claim(std::string what, Candidate& candidate, const std::string& pointer, std::string_view shown) {
        const auto [found, fresh] = owners_.try_emplace(std::move(what), &candidate);
        if (fresh || found->second == &candidate) return;
        candidate.refuse(pointer,
                         fmt::format("{} belongs to the app {} already ({})", shown, found->second->document->key.str(),
                                     to_string(found->second->document->marks.locate("/name"))));
    }

  private:
    std::unordered_map<std::string, const Candidate*> owners_;
};

void check_domains(std::span<Candidate> candidates) {
    Claims claims;
    for (auto& candidate : candidates) {
        if (!candidate.valid() || !candidate.app().ingress.is_public) continue;
        const auto& ingress = candidate.app().ingress;
        std::string path = ingress.path;
        while (path.ends_with('/')) path.pop_back();
        for (std::size_t i = 0; i < ingress.domains.size(); ++i)
            claims.claim(ingress.domains[i] + path, candidate, fmt::format("/ingress/domains/{}", i),
                         "the domain " + ingress.domains[i] + path);
    }
}

void check_ports(std::span<Candidate> candidates) {
    Claims claims;
    for (auto& candidate : candidates) {
        if (!candidate.valid()) continue;
        for (const auto& port : published_ports(candidate.app().override_swarm))
            claims.claim(port.shown, candidate, "/override/swarm" + port.pointer, "the port " + port.shown);
    }
}

/// Walks the dependencies depth first and without recursion, as a chain may be as long as there are apps.
class CycleFinder {
  public:
    CycleFinder(std::span<Candidate> candidates, const ByKey& by_key)
        : candidates_(candidates), by_key_(by_key), states_(candidates.size(), State::unseen) {}

    void run() {
        for (std::size_t i = 0; i < candidates_.size(); ++i)
            if (states_[i] == State::unseen && candidates_[i].valid()) walk(i);
    }

  private:
    enum class State { unseen, open, done };
    struct Step {
        std::size_t index;
        std::size_t next_dependency = 0;
    };

    void walk(std::size_t start) {
        path_ = {{start}};
        states_[start] = State::open;
        while (!path_.empty()) {
            auto& step = path_.back();
            const auto& app = candidates_[step.index].app();
            if (step.next_dependency == app.depends_on.size()) {
                states_[step.index] = State::done;
                path_.pop_back();
                continue;
            }
            const auto found = by_key_.find({app.key.environment, app.depends_on[step.next_dependency++]});
            if (found == by_key_.end() || candidates_[found->second].document->app == nullptr) continue;
            if (states_[found->second] == State::open) {
                cycles_.push_back(cycle_from(found->second));
            } else if (states_[found->second] == State::unseen) {
                states_[found->second] = State::open;
                path_.push_back({found->second});
            }
        }
        report();
    }

    std::vector<Step> cycle_from(std::size_t index) const {
        return {std::ranges::find(path_, index, &Step::index), path_.end()};
    }

    /// Each app of a cycle is refused: none of them could be the first.
    void report() {
        for (const auto& cycle : std::exchange(cycles_, {}))
            for (std::size_t i = 0; i < cycle.size(); ++i)
                candidates_[cycle[i].index].refuse(
                    fmt::format("/dependsOn/{}", cycle[i].next_dependency - 1),
                    fmt::format("the dependencies go in a circle: {}", names_along(cycle, i)));
    }

    std::string names_along(const std::vector<Step>& cycle, std::size_t start) const {
        constexpr std::size_t shown = 10;
        const auto name = [&](std::size_t i) -> const std::string& {
            return candidates_[cycle[i % cycle.size()].index].document->key.name;
        };
        std::string names = name(start);
        for (std::size_t k = 1; k < std::min(cycle.size(), shown); ++k) names += " → " + name(start + k);
        if (cycle.size() > shown) names += fmt::format(" → … ({} apps)", cycle.size());
        return names + " → " + name(start);
    }

    std::span<Candidate> candidates_;
    const ByKey& by_key_;
    std::vector<State> states_;
    std::vector<Step> path_;
    std::vector<std::vector<Step>> cycles_;
};

/// The name that was probably meant. Asking for each of thousands of errors would cost their square.
std::string suggested(const AppKey& of, std::string_view name, const ByKey& by_key, std::size_t errors_before) {
    if (errors_before >= 20) return {};
    std::vector<std::string> names;
    for (const auto& [key, unused] : by_key)
        if (key.environment == of.environment && key != of) names.push_back(key.name);
    return nearest(name, names);
}

void check_dependencies_known(std::span<Candidate> candidates, const ByKey& by_key) {
    std::size_t errors = 0;
    for (auto& candidate : candidates) {
        if (!candidate.valid()) continue;
        const auto& app = candidate.app();
        for (std::size_t i = 0; i < app.depends_on.size(); ++i) {
            if (by_key.contains({app.key.environment, app.depends_on[i]})) continue;
            candidate.refuse(fmt::format("/dependsOn/{}", i),
                             fmt::format("there is no app {} in the environment {}", printable(app.depends_on[i], 60),
                                         app.key.environment),
                             suggested(app.key, app.depends_on[i], by_key, errors++));
        }
    }
}

void check_dependencies(std::span<Candidate> candidates, bool files_missing) {
    ByKey by_key;
    bool any = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        by_key.emplace_hint(by_key.end(), candidates[i].document->key, i);
        any |= candidates[i].valid() && !candidates[i].app().depends_on.empty();
    }
    if (!any) return;
    if (!files_missing) check_dependencies_known(candidates, by_key);
    CycleFinder(candidates, by_key).run();
}

}  // namespace

void Candidate::refuse(std::string_view pointer, std::string message, std::string suggestion) {
    Origins origins;
    origins.add(document->marks);
    auto diagnostic = origins.diagnostic(pointer, std::move(message));
    diagnostic.suggestion = std::move(suggestion);
    problems.push_back(std::move(diagnostic));
}

void check_between(std::span<Candidate> candidates, const Settings& settings, bool files_missing) {
    check_environments(candidates, settings);
    check_domains(candidates);
    check_ports(candidates);
    check_dependencies(candidates, files_missing);
    check_quotas(candidates, settings);
}

}  // namespace holdfast::manifest
