#pragma once

#include <memory>
#include <string>
#include <utility>

#include "status/board.hpp"

/// Boards to show in tests.
namespace holdfast::web {

inline const Time noon = parse_rfc3339("2026-11-21T12:00:00Z").value();
inline const std::string commit_hex = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

inline std::shared_ptr<status::AppStatus> live_app(std::string name, std::string environment = "default") {
    auto app = std::make_shared<status::AppStatus>();
    app->key = {std::move(environment), std::move(name)};
    app->phase = status::Phase::live;
    app->sync = status::Sync::synced;
    app->health = status::HealthState::healthy;
    app->reason = "2 of 2 tasks are healthy";
    app->image = "localhost:5000/default/blog@sha256:" + std::string(64, '9');
    app->source_commit = CommitId::parse(commit_hex).value();
    app->source = "main a1b2c3d4 \"Fix header\"";
    app->url = "https://blog.example.org";
    app->replicas_desired = app->replicas_running = 2;
    app->nodes = {"node-1", "node-2"};
    app->observed_revision = app->attempted_revision = app->applied_revision = commit_hex;
    app->build_id = "b-17";
    app->since = noon;
    app->conditions = {{"Ready", true, "Live", "2 of 2 tasks are healthy", noon}};
    app->history = {{noon, "rollout", commit_hex, app->image, "image 1c2d → 9f3a"}};
    return app;
}

inline std::shared_ptr<status::Board> board_with(std::initializer_list<std::shared_ptr<status::AppStatus>> apps) {
    auto board = std::make_shared<status::Board>();
    board->instance = "default";
    board->target = "swarm";
    board->repository = "https://git.example.org/config.git";
    board->branch = "main";
    board->generation = 1;
    board->ready = true;
    board->now = noon;
    for (const auto& app : apps) board->apps.emplace(app->key, app);
    board->revisions = {
        {CommitId::parse(commit_hex).value(), "Fix header", "Ada", noon, noon, "converged", "result: converged\n"}};
    return board;
}

}  // namespace holdfast::web
