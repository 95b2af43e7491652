#include "manifest/quota.hpp"

#include <fmt/format.h>

#include "manifest/units.hpp"

namespace holdfast::manifest {

namespace {

struct Usage {
    unsigned apps = 0;
    std::uint64_t replicas = 0;
    std::uint64_t nano_cpus = 0;
    std::uint64_t memory_bytes = 0;
};

/// Saturates: what overflows exceeds every quota all the same.
std::uint64_t times(std::uint64_t amount, std::uint64_t replicas) {
    std::uint64_t out = 0;
    return __builtin_mul_overflow(amount, replicas, &out) ? std::numeric_limits<std::uint64_t>::max() : out;
}

bool fits(std::uint64_t used, std::uint64_t more, std::uint64_t quota) {
    return used <= quota && more <= quota - used;
}

class QuotaCheck {
  public:
    QuotaCheck(const Environment& environment, Usage& usage) : environment_(environment), usage_(usage) {}

    void check(Candidate& candidate) {
        const auto& quota = environment_.quota;
        const auto& app = candidate.app();
        const auto before = candidate.problems.size();
        if (quota.apps && !fits(usage_.apps, 1, *quota.apps))
            candidate.refuse("/name",
                             fmt::format("the environment {} may have {} apps, and has as many before this one",
                                         environment_.name, *quota.apps));
        if (quota.replicas && !fits(usage_.replicas, app.replicas, *quota.replicas))
            candidate.refuse("/replicas", exceeded("replicas", fmt::to_string(app.replicas),
                                                   fmt::to_string(usage_.replicas), fmt::to_string(*quota.replicas)));
        amount(candidate, "cpu", app.limits.nano_cpus, usage_.nano_cpus, quota.nano_cpus, cpu_text);
        amount(candidate, "memory", app.limits.memory_bytes, usage_.memory_bytes, quota.memory_bytes, memory_text);
        if (candidate.problems.size() == before) add(app);
    }

  private:
    std::string exceeded(std::string_view what, const std::string& wanted, const std::string& used,
                         const std::string& quota) const {
        return fmt::format("{} {} exceed the quota of the environment {}: {} of {} are in use", wanted, what,
                           environment_.name, used, quota);
    }

    void amount(Candidate& candidate, std::string_view what, const std::optional<std::uint64_t>& limit,
                std::uint64_t used, const std::optional<std::uint64_t>& quota,
                std::string (*shown)(std::uint64_t)) const {
        if (!quota) return;
        const auto pointer = fmt::format("/resources/{}", what);
        if (!limit) {
            // Without a limit the app could use any amount, and the quota would mean nothing.
            candidate.refuse(pointer, fmt::format("resources.{} must be given, as the environment {} has a quota of it",
                                                  what, environment_.name));
            return;
        }
        const auto wanted = times(*limit, candidate.app().replicas);
        if (!fits(used, wanted, *quota))
            candidate.refuse(pointer, exceeded(what, shown(wanted), shown(used), shown(*quota)));
    }

    void add(const App& app) {
        usage_.apps += 1;
        usage_.replicas += app.replicas;
        // Without a quota nothing was compared, so these may wrap, and nobody looks at them.
        usage_.nano_cpus += times(app.limits.nano_cpus.value_or(0), app.replicas);
        usage_.memory_bytes += times(app.limits.memory_bytes.value_or(0), app.replicas);
    }

    const Environment& environment_;
    Usage& usage_;
};

}  // namespace

void check_quotas(std::span<Candidate> candidates, const Settings& settings) {
    std::map<std::string_view, Usage> usages;
    for (auto& candidate : candidates) {
        if (!candidate.valid()) continue;
        const auto& environment = settings.environments.find(candidate.document->key.environment)->second.environment;
        QuotaCheck(environment, usages[environment.name]).check(candidate);
    }
}

}  // namespace holdfast::manifest
