#include "git/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::git {
namespace {

struct Case {
    const char* errors;
    ErrorCode code;
    const char* message;
};

class Failure : public testing::TestWithParam<Case> {};

TEST_P(Failure, IsTheTellingLineAndItsCode) {
    const Error error = failure_of(GetParam().errors, "here");
    EXPECT_EQ(to_string(error.code), to_string(GetParam().code));
    EXPECT_THAT(error.message, testing::StartsWith(GetParam().message));
    EXPECT_EQ(error.where, "here");
}

INSTANTIATE_TEST_SUITE_P(
    Git, Failure,
    testing::Values(Case{"fatal: unable to access 'https://x.invalid/a/': Could not resolve host: x.invalid\n",
                         ErrorCode::unavailable, "unable to access 'https://x.invalid/a/': Could not resolve host"},
                    Case{"ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote "
                         "repository.\n\nPlease make sure\n",
                         ErrorCode::unavailable, "ssh: connect to host h port 22: Connection refused"},
                    Case{"No ED25519 host key is known for h and you have requested strict checking.\nHost key "
                         "verification failed.\nfatal: Could not",
                         ErrorCode::denied, "No ED25519 host key is known for h"},
                    Case{"git@h: Permission denied (publickey).\nfatal: Could not read", ErrorCode::denied,
                         "git@h: Permission denied"},
                    Case{"fatal: Authentication failed for 'https://h/a/'", ErrorCode::denied, "Authentication failed"},
                    Case{"fatal: could not read Username for 'https://h': terminal prompts disabled", ErrorCode::denied,
                         "could not read Username"},
                    Case{"fatal: unable to access 'https://h/a/': The requested URL returned error: 403",
                         ErrorCode::denied, "unable to access"},
                    Case{"fatal: unable to access 'https://h/a/': The requested URL returned error: 502",
                         ErrorCode::unavailable, "unable to access"},
                    Case{"remote: Repository not found.\nfatal: repository 'https://h/a/' not found",
                         ErrorCode::not_found, "repository 'https://h/a/' not found"},
                    Case{"fatal: couldn't find remote ref refs/heads/x", ErrorCode::not_found,
                         "couldn't find remote ref refs/heads/x"},
                    Case{"fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read",
                         ErrorCode::not_found, "'/srv/x' does not"},
                    Case{"fatal: remote error: access denied or repository not exported: /x", ErrorCode::not_found,
                         "remote error: access denied"},
                    Case{"fatal: remote error: upload-pack: not our ref 0123", ErrorCode::not_found,
                         "remote error: upload-pack: not our ref"},
                    Case{"error: index-pack died of signal 25\nfatal: index-pack failed", ErrorCode::limit,
                         "index-pack died of signal 25"},
                    Case{"warning: hm\nerror: first\nfatal: second", ErrorCode::failed, "second"},
                    Case{"remote: Connection refused, says the hostile remote\nfatal: bad object x", ErrorCode::failed,
                         "bad object x"},
                    Case{"fatal: \x1b[31mred\n", ErrorCode::failed, "\\x1b[31mred"},
                    Case{"", ErrorCode::failed, "git failed without a word"}));

TEST(PushFailure, IsAConflictWhereTheRemoteMovedOn) {
    for (const char* reason :
         {"[rejected] (fetch first)", "[rejected] (non-fast-forward)", "[remote rejected] (failed to update ref)",
          "[remote rejected] (cannot lock ref 'refs/notes/x': is at 1 but expected 2)"}) {
        const auto error =
            push_failure_of("To /srv/x\n!\tr:r\t" + std::string(reason) + "\nDone\n", "error: failed to push", "");
        EXPECT_EQ(error.code, ErrorCode::conflict) << reason;
    }
}

TEST(PushFailure, TellsWhatTheServersHookSaid) {
    const auto error = push_failure_of("To /srv/x\n!\tr:r\t[remote rejected] (pre-receive hook declined)\n",
                                       "remote: \nremote: no notes here\nerror: failed to push some refs", "");
    EXPECT_EQ(error.code, ErrorCode::denied);
    EXPECT_EQ(error.message, "[remote rejected] (pre-receive hook declined) (remote: no notes here)");
}

}  // namespace
}  // namespace holdfast::git
