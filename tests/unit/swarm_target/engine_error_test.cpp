#include "target/swarm/engine_error.hpp"

#include <gtest/gtest.h>

namespace holdfast::swarm {
namespace {

struct Case {
    unsigned status;
    const char* body;
    ErrorCode code;
    Retry retry;
    const char* message;
};

class EngineError : public testing::TestWithParam<Case> {};

TEST_P(EngineError, IsTyped) {
    const auto& [status, body, code, retry, message] = GetParam();
    const auto error = engine_error(status, body);
    EXPECT_EQ(error.code, code);
    EXPECT_EQ(error.retry, retry);
    EXPECT_EQ(error.message, message);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EngineError,
    testing::Values(
        Case{500, R"({"message":"rpc error: code = Unknown desc = update out of sequence"})", ErrorCode::conflict,
             Retry::on_conflict, "update out of sequence"},
        Case{
            409,
            R"({"message":"rpc error: code = AlreadyExists desc = name conflicts with an existing object: service a_b already exists"})",
            ErrorCode::conflict, Retry::on_conflict,
            "name conflicts with an existing object: service a_b already exists"},
        Case{404, R"({"message":"service none not found"})", ErrorCode::not_found, Retry::never,
             "service none not found"},
        Case{500, R"({"message":"network nowhere not found"})", ErrorCode::not_found, Retry::never,
             "network nowhere not found"},
        Case{400, R"({"message":"rpc error: code = InvalidArgument desc = config not found: page"})",
             ErrorCode::not_found, Retry::never, "config not found: page"},
        Case{400, R"({"message":"rpc error: code = FailedPrecondition desc = network n is in use by service s"})",
             ErrorCode::failed, Retry::later, "network n is in use by service s"},
        Case{400, R"({"message":"invalid reference format"})", ErrorCode::invalid, Retry::never,
             "invalid reference format"},
        Case{403, R"({"message":"no"})", ErrorCode::denied, Retry::never, "no"},
        Case{503, R"({"message":"This node is not a swarm manager."})", ErrorCode::unavailable, Retry::later,
             "This node is not a swarm manager."},
        Case{500, R"({"message":"rpc error: code = Unknown desc = The swarm does not have a leader."})",
             ErrorCode::unavailable, Retry::later, "The swarm does not have a leader."},
        Case{500, R"({"message":"rpc error: code = DeadlineExceeded desc = context deadline exceeded"})",
             ErrorCode::timeout, Retry::later, "context deadline exceeded"},
        Case{500, R"({"message":"boom"})", ErrorCode::failed, Retry::later, "boom"},
        Case{418, "", ErrorCode::failed, Retry::never, "the engine answered 418"},
        Case{502, "<html>Bad Gateway</html>\n", ErrorCode::unavailable, Retry::later, "<html>Bad Gateway</html>"},
        Case{400, R"({"message":"a\nb\u001b[31m"})", ErrorCode::invalid, Retry::never, "a\\nb\\x1b[31m"}));

}  // namespace
}  // namespace holdfast::swarm
