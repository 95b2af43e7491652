#include "web/metrics.hpp"

#include <array>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sstream>
#include <string_view>

namespace holdfast::web {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using status::Phase;

constexpr std::array phases{Phase::pending,     Phase::building,  Phase::pushing, Phase::waiting, Phase::applying,
                            Phase::rolling_out, Phase::live,      Phase::invalid, Phase::failed,  Phase::rolled_back,
                            Phase::degraded,    Phase::suspended, Phase::removed};

using Labels = std::vector<ClientMetric::Label>;

void add(MetricFamily& family, Labels labels, double value) {
    auto& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

MetricFamily gauge(std::string name, std::string help) {
    return {.name = std::move(name), .help = std::move(help), .type = MetricType::Gauge};
}

MetricFamily single(std::string name, std::string help, double value, Labels labels = {}) {
    auto family = gauge(std::move(name), std::move(help));
    add(family, std::move(labels), value);
    return family;
}

MetricFamily apps_by_phase(const status::Board& board) {
    std::array<double, phases.size()> counts{};
    for (const auto& [key, app] : board.apps) ++counts.at(static_cast<std::size_t>(app->phase));
    auto family = gauge("holdfast_apps", "Apps by phase");
    for (const Phase phase : phases)
        add(family, {{"phase", std::string(to_string(phase))}}, counts.at(static_cast<std::size_t>(phase)));
    return family;
}

template <class Value>
MetricFamily per_app(const status::Board& board, std::string name, std::string help, const Value& value) {
    auto family = gauge(std::move(name), std::move(help));
    family.metric.reserve(board.apps.size());
    for (const auto& [key, app] : board.apps)
        add(family, {{"environment", key.environment}, {"app", key.name}}, static_cast<double>(value(*app)));
    return family;
}

/// `name` or `name{a="b",c="d"}`: counters carry their labels in their key.
Labels labels_of(std::string_view key) {
    Labels labels;
    const auto open = key.find('{');
    if (open == std::string_view::npos) return labels;
    key = key.substr(open + 1);
    for (auto equals = key.find("=\""); equals != std::string_view::npos; equals = key.find("=\"")) {
        const auto end = key.find('"', equals + 2);
        if (end == std::string_view::npos) break;
        labels.push_back({std::string(key.substr(0, equals)), std::string(key.substr(equals + 2, end - equals - 2))});
        key.remove_prefix(std::min(end + 2, key.size()));
    }
    return labels;
}

/// By Prometheus' convention a name that ends with `_total` counts up.
void add_counters(std::vector<MetricFamily>& families, const Counters& counters) {
    for (const auto& [key, value] : counters) {
        const auto name = key.substr(0, key.find('{'));
        if (families.back().name != name)
            families.push_back({.name = name,
                                .help = "Of this process since its start",
                                .type = name.ends_with("_total") ? MetricType::Counter : MetricType::Gauge});
        add(families.back(), labels_of(key), value);
    }
}

}  // namespace

std::string metrics_text(const status::Board& board, const Counters& counters) {
    std::vector<MetricFamily> families{
        single("holdfast_build_info", "The version that runs, its value is always 1", 1,
               {{"version", HOLDFAST_VERSION}}),
        single("holdfast_ready", "Whether the first pass is through", board.ready ? 1 : 0),
        single("holdfast_problem", "Whether something keeps Holdfast from reconciling", board.problem.empty() ? 0 : 1),
        single("holdfast_board_generation", "Grows with every change of what is shown",
               static_cast<double>(board.generation)),
        apps_by_phase(board),
        per_app(board, "holdfast_app_synced", "Whether the app is what its manifest says",
                [](const auto& app) { return app.sync == status::Sync::synced; }),
        per_app(board, "holdfast_app_healthy", "Whether the app is healthy",
                [](const auto& app) { return app.health == status::HealthState::healthy; }),
        per_app(board, "holdfast_app_replicas_desired", "Replicas wanted",
                [](const auto& app) { return app.replicas_desired; }),
        per_app(board, "holdfast_app_replicas_running", "Replicas running",
                [](const auto& app) { return app.replicas_running; })};
    add_counters(families, counters);
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, families);
    return std::move(out).str();
}

}  // namespace holdfast::web
