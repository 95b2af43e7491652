#include "net/parser.hpp"

#include <limits>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace holdfast::net {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using ErrorOf = boost::system::error_code;

std::string text(beast::string_view view) {
    return {view.data(), view.size()};
}

/// Stands for "the taker of the body wants no more".
ErrorOf stopped() {
    return make_error_code(boost::system::errc::operation_canceled);
}

}  // namespace

/// The face that requests and responses have in common.
struct MessageParser::Beast {
    Beast(std::size_t limit, Body taker) : header_limit(limit), body(std::move(taker)) {}
    Beast(const Beast&) = delete;
    Beast& operator=(const Beast&) = delete;
    virtual ~Beast() = default;

    virtual std::size_t put_bytes(std::string_view bytes, ErrorOf& error) = 0;
    virtual void put_end(ErrorOf& error) = 0;
    [[nodiscard]] virtual bool has_head() const = 0;
    [[nodiscard]] virtual bool done() const = 0;
    [[nodiscard]] virtual std::optional<std::uint64_t> content_length() const = 0;
    [[nodiscard]] virtual bool is_chunked() const = 0;
    [[nodiscard]] virtual bool keeps_alive() const = 0;

    MessageHead head;
    std::size_t header_limit;
    std::size_t header_size = 0;
    Body body;
};

namespace {

template <bool is_request>
class Reader final : public MessageParser::Beast, private http::basic_parser<is_request> {
    using Base = http::basic_parser<is_request>;

  public:
    Reader(std::size_t limit, MessageParser::Body taker, bool without_body) : Beast(limit, std::move(taker)) {
        // The limits are ours: Beast's would count each part of a head apart, and refuse a body before its head is
        // seen.
        Base::header_limit(std::numeric_limits<std::uint32_t>::max());
        Base::body_limit(boost::none);
        Base::skip(without_body);
    }

    std::size_t put_bytes(std::string_view bytes, ErrorOf& error) override {
        return Base::put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    }
    void put_end(ErrorOf& error) override { Base::put_eof(error); }
    [[nodiscard]] bool has_head() const override { return Base::is_header_done(); }
    [[nodiscard]] bool done() const override { return Base::is_done(); }
    [[nodiscard]] std::optional<std::uint64_t> content_length() const override {
        const auto length = Base::content_length();
        return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
    }
    [[nodiscard]] bool is_chunked() const override { return Base::chunked(); }
    [[nodiscard]] bool keeps_alive() const override { return Base::keep_alive(); }

  private:
    void on_request_impl(http::verb, beast::string_view method, beast::string_view target, int version,
                         ErrorOf&) override {
        head.method = text(method);
        head.target = text(target);
        head.version = static_cast<unsigned>(version);
    }
    void on_response_impl(int status, beast::string_view, int version, ErrorOf&) override {
        head.status = static_cast<unsigned>(status);
        head.version = static_cast<unsigned>(version);
    }
    void on_field_impl(http::field, beast::string_view name, beast::string_view value, ErrorOf&) override {
        if (Base::is_header_done()) return;  // a trailer: nobody asked for it
        head.headers.push_back({text(name), text(value)});
    }
    void on_header_impl(ErrorOf&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorOf&) override {}
    std::size_t on_body_impl(beast::string_view piece, ErrorOf& error) override {
        if (!body({piece.data(), piece.size()})) error = stopped();
        return piece.size();
    }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, ErrorOf&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece, ErrorOf& error) override {
        return on_body_impl(piece, error);
    }
    void on_finish_impl(ErrorOf&) override {}
};

std::unexpected<Error> too_long(std::size_t limit) {
    return fail(ErrorCode::limit, "the head of an HTTP message is longer than " + std::to_string(limit) + " bytes");
}

}  // namespace

MessageParser::MessageParser(MessageKind kind, std::size_t header_limit, Body body) {
    if (kind == MessageKind::request) {
        beast_ = std::make_unique<Reader<true>>(header_limit, std::move(body), false);
    } else {
        beast_ = std::make_unique<Reader<false>>(header_limit, std::move(body), kind == MessageKind::response_to_head);
    }
}

MessageParser::~MessageParser() = default;

Result<std::size_t> MessageParser::put(std::string_view bytes) {
    const bool in_head = !has_head();
    ErrorOf error;
    const std::size_t taken = beast_->put_bytes(bytes, error);
    if (in_head) {
        beast_->header_size += taken;
        const std::size_t waiting = error == http::error::need_more ? bytes.size() - taken : 0;
        if (beast_->header_size + waiting > beast_->header_limit) return too_long(beast_->header_limit);
    }
    if (!error || error == http::error::need_more) return taken;
    if (error == stopped()) return fail(ErrorCode::limit, "the body of an HTTP message was cut off by its reader");
    return fail(ErrorCode::invalid, "what came is not HTTP/1.1: " + error.message());
}

Result<void> MessageParser::put_end() {
    if (!has_head() && beast_->header_size == 0) {
        return fail(ErrorCode::unavailable, "the connection was closed before a message came");
    }
    ErrorOf error;
    if (has_head()) beast_->put_end(error);
    if (error || !has_head())
        return fail(ErrorCode::unavailable, "the connection was closed in the middle of a message");
    return {};
}

bool MessageParser::has_head() const {
    return beast_->has_head();
}
bool MessageParser::done() const {
    return beast_->done();
}
MessageHead& MessageParser::head() {
    return beast_->head;
}
std::optional<std::uint64_t> MessageParser::content_length() const {
    return beast_->content_length();
}
bool MessageParser::chunked() const {
    return beast_->is_chunked();
}
bool MessageParser::keep_alive() const {
    return beast_->keeps_alive();
}

}  // namespace holdfast::net
