#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/connection.hpp"
#include "net/http_client.hpp"

namespace holdfast::net {

/// A call whose bodies come and go piece by piece, on a connection of its own. Both directions run at once, since a
/// server may answer before it has read everything.
class StreamedCall {
  public:
    struct Times {
        std::optional<Clock::time_point> until;
        std::chrono::milliseconds idle;
    };

    /// The request must outlive the call.
    StreamedCall(std::shared_ptr<Connection> connection, const Request& request, Times times, BodySink sink,
                 BodySource source);

    /// `head` is the request's, as it goes out.
    Task<Result<Response>> run(const std::string& head);

  private:
    void moved();
    Task<void> send(const std::string& head);
    Task<void> send_chunks();
    Task<void> receive();
    Task<Result<void>> receive_answer();
    bool take(std::string_view piece);

    std::shared_ptr<Connection> connection_;
    const Request& request_;
    Times times_;
    BodySink sink_;
    BodySource source_;
    Response response_;
    std::optional<Error> failure_;
    std::optional<Error> source_failure_;
    bool received_ = false;
    bool stopped_ = false;  ///< the taker of the body has had enough
};

}  // namespace holdfast::net
