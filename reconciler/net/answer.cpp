#include "net/answer.hpp"

namespace holdfast::net {

namespace {

constexpr std::size_t header_limit = std::size_t{64} << 10U;

}  // namespace

MessageKind answer_to(const Request& request) {
    return request.method == "HEAD" ? MessageKind::response_to_head : MessageKind::response;
}

Task<Result<std::unique_ptr<MessageParser>>> read_answer_head(Connection& connection, MessageKind kind,
                                                              MessageParser::Body body) {
    for (;;) {
        auto parser = std::make_unique<MessageParser>(kind, header_limit, body);
        if (auto read = co_await read_head(connection, *parser); !read) co_return std::unexpected(read.error());
        const unsigned status = parser->head().status;
        if (status / 100 != 1 || status == 101) co_return parser;
    }
}

}  // namespace holdfast::net
