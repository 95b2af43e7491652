#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::build {

/// One field of a protobuf message (https://protobuf.dev/programming-guides/encoding/).
struct ProtobufField {
    std::uint64_t number = 0;
    std::uint64_t value = 0;  ///< of a number
    std::string_view bytes;   ///< of text, bytes or a message
};

/// Reads a message field by field, without a schema. What the bytes hold is the caller's to know.
class ProtobufReader {
  public:
    explicit ProtobufReader(std::string_view message) : rest_(message) {}

    /// The next field, nothing at the end, an error where the bytes are cut off or malformed.
    Result<std::optional<ProtobufField>> next();

  private:
    Result<std::uint64_t> varint();
    Result<std::string_view> take(std::uint64_t size);

    std::string_view rest_;
};

}  // namespace holdfast::build
