#include "build/protobuf.hpp"

namespace holdfast::build {

namespace {

enum class Wire : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

std::unexpected<Error> malformed() {
    return fail(ErrorCode::invalid, "malformed protobuf");
}

}  // namespace

Result<std::uint64_t> ProtobufReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) return malformed();
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if ((byte & 0x80U) == 0) return value;
    }
    return malformed();
}

Result<std::string_view> ProtobufReader::take(std::uint64_t size) {
    if (size > rest_.size()) return malformed();
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
}

Result<std::optional<ProtobufField>> ProtobufReader::next() {
    if (rest_.empty()) return std::nullopt;
    const auto tag = varint();
    if (!tag) return std::unexpected(tag.error());
    ProtobufField field{.number = *tag >> 3U};
    Result<std::string_view> bytes;
    switch (static_cast<Wire>(*tag & 7U)) {
        case Wire::varint: {
            const auto value = varint();
            if (!value) return std::unexpected(value.error());
            field.value = *value;
            return field;
        }
        case Wire::bytes: {
            const auto size = varint();
            if (!size) return std::unexpected(size.error());
            bytes = take(*size);
            break;
        }
        case Wire::fixed64:
            bytes = take(8);
            break;
        case Wire::fixed32:
            bytes = take(4);
            break;
        default:
            return malformed();
    }
    if (!bytes) return std::unexpected(bytes.error());
    field.bytes = *bytes;
    return field;
}

}  // namespace holdfast::build
