#pragma once

#include <memory>

#include "net/connection.hpp"

namespace holdfast::net {

/// What kind of message the answer to this request is.
[[nodiscard]] MessageKind answer_to(const Request& request);

/// Reads the head of the answer proper, past the informational ones before it. The parser has the body yet to come.
Task<Result<std::unique_ptr<MessageParser>>> read_answer_head(Connection& connection, MessageKind kind,
                                                              MessageParser::Body body);

}  // namespace holdfast::net
