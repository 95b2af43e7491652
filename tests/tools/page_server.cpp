// Serves a board that is told to it by lines of JSON on its standard input, one change a line: for the tests of the
// page.
//
//   page_server --port 0
//
// {"app": {…}} adds or replaces an app (as the API shows them), {"remove": "environment/name"} takes one away,
// {"revision": {…}} adds the newest, {"diagnostics": […]} replaces them, {"set": {…}} sets what else the board says.
// Each line is answered with one: first the address, then the generation.

#include <iostream>

#include <CLI/CLI.hpp>

#include "core/json.hpp"
#include "net/runtime.hpp"
#include "web/server.hpp"

namespace {

using namespace holdfast;

template <class Enum>
Enum read(std::string_view word, Enum last) {
    for (int i = 0; i < static_cast<int>(last); ++i)
        if (to_string(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    return last;
}

Time read_time(const json::value& value, std::string_view name) {
    return parse_rfc3339(text_member(value, name)).value_or(Time{});
}

unsigned number(const json::value& value, std::string_view name) {
    const auto* found = member(value, name);
    return found != nullptr ? found->to_number<unsigned>() : 0;
}

const json::array& items(const json::value& value, std::string_view name) {
    static const json::array none;
    const auto* found = member(value, name);
    return found != nullptr ? found->as_array() : none;
}

std::shared_ptr<status::AppStatus> read_app(const json::value& value) {
    auto app = std::make_shared<status::AppStatus>();
    app->key = {text_member(value, "environment", "default"), text_member(value, "name")};
    app->phase = read(text_member(value, "phase", "live"), status::Phase::removed);
    app->sync = read(text_member(value, "sync", "synced"), status::Sync::unknown);
    app->health = read(text_member(value, "health", "healthy"), status::HealthState::unknown);
    app->reason = text_member(value, "reason");
    app->image = text_member(value, "image");
    app->source_commit = CommitId::parse(text_member(value, "commit")).value_or(CommitId());
    app->source = text_member(value, "source");
    app->url = text_member(value, "url");
    app->replicas_desired = number(value, "desired");
    app->replicas_running = number(value, "running");
    for (const auto& node : items(value, "nodes")) app->nodes.emplace_back(node.as_string());
    app->observed_revision = app->attempted_revision = app->applied_revision = text_member(value, "revision");
    app->build_id = text_member(value, "build");
    app->since = read_time(value, "since");
    for (const auto& condition : items(value, "conditions"))
        app->conditions.push_back({text_member(condition, "type"), condition.at("status").as_bool(),
                                   text_member(condition, "reason"), text_member(condition, "message"),
                                   read_time(condition, "since")});
    for (const auto& event : items(value, "history"))
        app->history.push_back({read_time(event, "at"), text_member(event, "what"), text_member(event, "revision"),
                                text_member(event, "image"), text_member(event, "message")});
    return app;
}

status::RevisionStatus read_revision(const json::value& value) {
    status::RevisionStatus revision;
    revision.id = CommitId::parse(text_member(value, "id")).value_or(CommitId());
    revision.subject = text_member(value, "subject");
    revision.author = text_member(value, "author");
    revision.committed = read_time(value, "committed");
    if (const auto settled = read_time(value, "settled"); settled != Time{}) revision.settled = settled;
    revision.result = text_member(value, "result");
    revision.note = text_member(value, "note");
    return revision;
}

Diagnostic read_diagnostic(const json::value& value) {
    const auto* warning = member(value, "warning");
    return {.at = {text_member(value, "file"), number(value, "line"), number(value, "column")},
            .pointer = text_member(value, "pointer"),
            .message = text_member(value, "message"),
            .suggestion = text_member(value, "suggestion"),
            .warning = warning != nullptr && warning->as_bool()};
}

void set(status::Board& board, const json::value& value) {
    const auto text = [&](std::string_view name, std::string& field) { field = text_member(value, name, field); };
    text("instance", board.instance);
    text("target", board.target);
    text("repository", board.repository);
    text("branch", board.branch);
    text("problem", board.problem);
    text("notes_problem", board.notes_problem);
    if (const auto* ready = member(value, "ready")) board.ready = ready->as_bool();
}

void change(status::Board& board, const json::value& line) {
    if (const auto* value = member(line, "app")) {
        auto app = read_app(*value);
        board.apps[app->key] = std::move(app);
    }
    if (const auto key = AppKey::parse(text_member(line, "remove"))) board.apps.erase(*key);
    if (const auto* value = member(line, "revision")) board.revisions.push_front(read_revision(*value));
    if (const auto* value = member(line, "set")) set(board, *value);
    if (member(line, "diagnostics") != nullptr) {
        board.diagnostics.clear();
        for (const auto& value : items(line, "diagnostics")) board.diagnostics.push_back(read_diagnostic(value));
    }
}

Time now() {
    return std::chrono::time_point_cast<Time::duration>(std::chrono::system_clock::now());
}

class PageServer {
  public:
    explicit PageServer(std::uint16_t port) : server_(runtime_.executor(), {.port = port}, views()) {}

    int run() {
        if (const auto started = server_.start(); !started) {
            std::cerr << to_string(started.error()) << '\n';
            return 1;
        }
        std::cout << "http://127.0.0.1:" << server_.port() << std::endl;
        runtime_.detach(follow_input());
        runtime_.run();
        return 0;
    }

  private:
    web::Views views() {
        return {.board = [this] { return board_; },
                .build_log = [](std::string_view id) -> Result<std::string> {
                    return fmt::format("Step 1/3 : FROM base/python\nbuild {}\n<b>done</b>\n", id);
                },
                .logs = [](AppKey app, unsigned lines) -> net::Task<Result<std::string>> {
                    co_return fmt::format("the last {} lines of {}\nGET / 200\n", lines, app.str());
                },
                .plan_json = [] { return std::string("{}"); },
                .counters = [] { return web::Counters{}; },
                .on_hook = [](const web::Hook&) {},
                .now = now};
    }

    net::Task<void> follow_input() {
        for (;;) {
            const auto line = co_await runtime_.offload([] {
                std::string text;
                return std::getline(std::cin, text) ? text : std::string();
            });
            if (line.empty()) break;
            auto next = std::make_shared<status::Board>(*board_);
            change(*next, parse_json(line).value());
            ++next->generation;
            next->now = now();
            board_ = std::move(next);
            server_.publish();
            std::cout << board_->generation << std::endl;
        }
        runtime_.stop();
    }

    net::Runtime runtime_;
    std::shared_ptr<const status::Board> board_ = std::make_shared<status::Board>();
    web::Server server_;
};

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    CLI::App command("Serves a board for the tests of the page");
    command.add_option("--port", port, "0 takes a free one");
    CLI11_PARSE(command, argc, argv);
    return PageServer(port).run();
}
