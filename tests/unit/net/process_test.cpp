#include "net/process.hpp"

#include <csignal>
#include <cstdlib>
#include <dirent.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/runtime.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;

ProcessSpec shell(std::string script) {
    return {.arguments = {"/bin/sh", "-c", std::move(script)}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

class Process : public testing::Test {
  protected:
    ~Process() override {
        // Nothing is left to reap, so no run leaves a zombie.
        EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
        EXPECT_EQ(errno, ECHILD);
        std::filesystem::remove_all(folder);
    }

    Result<ProcessResult> run(ProcessSpec spec) { return runtime.complete(run_process(std::move(spec))); }

    static std::string make_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "holdfast-process-XXXXXX").string();
        return ::mkdtemp(name.data());
    }

    /// A script that leaves the number of a child of its own in `pid` and then never ends.
    [[nodiscard]] ProcessSpec endless_with_child() const {
        return shell("sleep 3600 & echo $! > " + folder + "/pid.new && mv " + folder + "/pid.new " + folder +
                     "/pid; echo ready >&2; wait");
    }

    /// Waits until the child of the child is gone: a killed orphan is reaped by init in its own time.
    void expect_grandchild_gone() {
        pid_t pid = 0;
        std::ifstream(folder + "/pid") >> pid;
        ASSERT_GT(pid, 0);
        const auto gone = [&]() -> Task<bool> {
            for (int i = 0; i < 5000; ++i) {
                std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
                std::string number;
                std::string name;
                std::string state;
                if (!(stat >> number >> name >> state) || state == "Z") co_return true;
                co_await sleep_for(1ms);
            }
            co_return false;
        };
        EXPECT_TRUE(runtime.complete(gone()));
    }

    Runtime runtime;
    std::string folder = make_folder();
};

TEST_F(Process, GivesOutputErrorsAndExitCode) {
    const auto result = run(shell("echo out; echo err >&2; exit 3"));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->exit_code, 3);
    EXPECT_EQ(result->output, "out\n");
    EXPECT_EQ(result->errors, "err\n");
}

TEST_F(Process, LooksItsProgramUpInThePath) {
    const auto result = run({.arguments = {"true"}});
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->exit_code, 0);
}

TEST_F(Process, ReadsItsInputAndSeesItsEnd) {
    auto spec = shell("wc -c");
    spec.input.assign(300'000, 'x');
    const auto result = run(std::move(spec));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(std::atoi(result->output.c_str()), 300'000);
}

TEST_F(Process, MayLeaveItsInputUnread) {
    auto spec = shell("exec 0<&-; echo done");
    spec.input.assign(1'000'000, 'x');
    const auto result = run(std::move(spec));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, "done\n");
}

TEST_F(Process, HasAnEmptyInputWhereNoneIsGiven) {
    const auto result = run(shell("cat; echo end"));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, "end\n");
}

TEST_F(Process, SeesNoEnvironmentButWhatIsGiven) {
    ::setenv("HOLDFAST_LEAK", "secret", 1);
    const auto result = run({.arguments = {"/usr/bin/env"}, .environment = {{"A", "1"}, {"B", "x y"}}});
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, "A=1\nB=x y\n");
}

TEST_F(Process, InheritsNoOpenFile) {
    const int leaky = ::dup(STDERR_FILENO);  // without close-on-exec
    const auto result = run({.arguments = {"/bin/ls", "/proc/self/fd"}});
    ::close(leaky);
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, "0\n1\n2\n3\n");  // 3 is the folder that ls reads
}

TEST_F(Process, RunsInItsDirectory) {
    auto spec = shell("pwd");
    spec.directory = folder;
    const auto result = run(std::move(spec));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, std::filesystem::canonical(folder).string() + "\n");
}

TEST_F(Process, MissingProgramIsNotFound) {
    const auto result = run({.arguments = {"holdfast-no-such-program"}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::not_found);
    EXPECT_NE(result.error().message.find("holdfast-no-such-program"), std::string::npos);
}

TEST_F(Process, RefusesNullBytesAndEmptyVectors) {
    EXPECT_EQ(run({}).error().code, ErrorCode::invalid);
    EXPECT_EQ(run({.arguments = {"true", std::string("a\0b", 3)}}).error().code, ErrorCode::invalid);
}

TEST_F(Process, EndedByASignalIs128AndItsNumber) {
    const auto result = run(shell("kill -TERM $$"));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->exit_code, 128 + SIGTERM);
}

TEST_F(Process, StartsWithDefaultSignals) {
    const auto result = run(shell("kill -PIPE $$"));  // which the loop ignores for us
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->exit_code, 128 + SIGPIPE);
}

TEST_F(Process, OutputUpToTheLimitIsWholeAndOneByteMoreIsAnError) {
    auto spec = shell("head -c 70000 /dev/zero");
    spec.output_limit = 70'000;
    const auto whole = run(spec);
    ASSERT_TRUE(whole) << to_string(whole.error());
    EXPECT_EQ(whole->output.size(), 70'000U);
    spec.output_limit = 69'999;
    EXPECT_EQ(run(spec).error().code, ErrorCode::limit);
}

TEST_F(Process, EndlessOutputIsKilled) {
    auto spec = shell("yes >&2");
    EXPECT_EQ(run(std::move(spec)).error().code, ErrorCode::limit);
}

TEST_F(Process, ShowsErrorOutputAsItComes) {
    std::string seen;
    auto spec = shell("echo one >&2; echo two >&2");
    spec.on_stderr = [&](std::string_view piece) { seen += piece; };
    const auto result = run(std::move(spec));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(seen, "one\ntwo\n");
    EXPECT_EQ(result->errors, seen);
}

TEST_F(Process, DeadlineKillsTheWholeGroup) {
    auto spec = endless_with_child();
    spec.deadline = 300ms;
    const auto result = run(std::move(spec));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::timeout);
    expect_grandchild_gone();
}

TEST_F(Process, CancellationKillsTheWholeGroup) {
    Wake ready(runtime.executor());
    std::optional<Result<ProcessResult>> result;
    std::optional<Result<ProcessResult>> another;
    auto spec = endless_with_child();
    spec.on_stderr = [&](std::string_view) { ready.notify(); };
    const auto body = [&]() -> Task<void> {
        result = co_await run_process(spec);
        another = co_await run_process(shell("touch " + folder + "/never"));
    };
    const auto task = [&]() -> Task<void> {
        Job job = runtime.start(body());
        co_await ready.wait(1h);
        job.cancel();
        while (!job.done()) co_await sleep_for(1ms);
    };
    runtime.complete(task());
    ASSERT_TRUE(result && another);
    EXPECT_EQ(result->error().code, ErrorCode::cancelled);
    EXPECT_EQ(another->error().code, ErrorCode::cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder + "/never"));
    expect_grandchild_gone();
}

TEST_F(Process, WhatItLeavesBehindNeitherHoldsTheCallUpNorLivesOn) {
    const auto result = run(shell("sleep 3600 & echo $! > " + folder + "/pid; echo done"));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->output, "done\n");
    expect_grandchild_gone();
}

TEST_F(Process, EndsWithTheLoop) {
    const auto body = [&]() -> Task<void> { co_await run_process(endless_with_child()); };
    {
        Runtime brief;
        brief.detach(body());
        const auto started = [&]() -> Task<void> {
            while (!std::filesystem::exists(folder + "/pid")) co_await sleep_for(1ms);
        };
        brief.complete(started());
    }
    expect_grandchild_gone();
}

TEST_F(Process, ManyRunSideBySide) {
    std::vector<std::string> outputs(40);
    const auto body = [&](std::size_t i) -> Task<void> {
        const auto result = co_await run_process(shell("echo " + std::to_string(i)));
        if (result) outputs[i] = result->output;
    };
    runtime.complete(for_each_parallel(outputs.size(), 8, body));
    for (std::size_t i = 0; i < outputs.size(); ++i) EXPECT_EQ(outputs[i], std::to_string(i) + "\n");
}

}  // namespace
}  // namespace holdfast::net
