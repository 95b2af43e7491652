#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace holdfast {

/// What a caller may react to; anything finer belongs into the message.
enum class ErrorCode {
    invalid,      ///< the input is wrong and stays wrong until somebody changes it
    not_found,    ///< what was asked for doesn't exist
    conflict,     ///< somebody else changed or owns it: observe again
    denied,       ///< credentials, permission or a refused policy
    limit,        ///< over a size, depth, count or rate limit; the message names it
    timeout,      ///< a deadline passed
    unavailable,  ///< the other side is not there or hung up
    cancelled,    ///< outdated by something newer, or shutting down
    failed,       ///< it was tried and did not work
};

/// Whether trying again, with nothing else changed, makes sense.
enum class Retry { never, later, on_conflict };

/// A failure as a value. Exceptions end at the library that throws them; everything else returns this.
struct Error {
    ErrorCode code = ErrorCode::failed;
    std::string message;  ///< one line, without a final full stop; never holds a secret
    std::string where;    ///< file:line:column, a URL without credentials, or empty
    Retry retry = Retry::never;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::timeout, "git fetch took over 60 s");` — the retry class follows from the code.
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {});

/// The same error with what was being done put before it: `apply blog: connection refused`.
[[nodiscard]] std::unexpected<Error> fail(Error error, std::string_view doing);

[[nodiscard]] std::string_view to_string(ErrorCode code);

/// `where: message`, or the message alone.
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace holdfast
