#include "core/result.hpp"

#include <utility>

namespace holdfast {

namespace {

Retry retry_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::conflict:
            return Retry::on_conflict;
        case ErrorCode::timeout:
        case ErrorCode::unavailable:
            return Retry::later;
        default:
            return Retry::never;
    }
}

}  // namespace

std::unexpected<Error> fail(ErrorCode code, std::string message, std::string where) {
    return std::unexpected(Error{code, std::move(message), std::move(where), retry_of(code)});
}

std::unexpected<Error> fail(Error error, std::string_view doing) {
    error.message = std::string(doing) + ": " + error.message;
    return std::unexpected(std::move(error));
}

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid:
            return "invalid";
        case ErrorCode::not_found:
            return "not found";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::denied:
            return "denied";
        case ErrorCode::limit:
            return "limit";
        case ErrorCode::timeout:
            return "timeout";
        case ErrorCode::unavailable:
            return "unavailable";
        case ErrorCode::cancelled:
            return "cancelled";
        case ErrorCode::failed:
            break;
    }
    return "failed";
}

std::string to_string(const Error& error) {
    return error.where.empty() ? error.message : error.where + ": " + error.message;
}

}  // namespace holdfast
