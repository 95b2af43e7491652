#include "target/swarm/json_items.hpp"

#include <array>

namespace holdfast::swarm {

namespace {

constexpr std::size_t item_limit = std::size_t{16} << 20U;

}  // namespace

JsonItems::JsonItems(Consumer on_item) : on_item_(std::move(on_item)) {}

/// Moves `at` past the current object's end, or to the end of `piece`.
void JsonItems::scan(std::string_view piece, std::size_t& at) {
    while (at < piece.size()) {
        const char c = piece[at++];
        if (in_string_) {
            if (escaped_) {
                escaped_ = false;
            } else if (c == '\\') {
                escaped_ = true;
            } else if (c == '"') {
                in_string_ = false;
            }
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{') {
            ++depth_;
        } else if (c == '}' && --depth_ == 0) {
            return;
        }
    }
}

bool JsonItems::consume() {
    std::array<unsigned char, 32768> buffer;
    json::monotonic_resource memory(buffer.data(), buffer.size());
    json::error_code error;
    const json::value item = json::parse(item_, error, &memory, {.max_depth = 64});
    if (error) {
        problem_ = "the answer is not JSON: " + error.message();
        return false;
    }
    on_item_(item);
    item_.clear();
    return true;
}

bool JsonItems::feed(std::string_view piece) {
    std::size_t at = 0;
    while (at < piece.size()) {
        if (depth_ == 0) {  // between objects: brackets, commas and white space
            at = piece.find('{', at);
            if (at == std::string_view::npos) return true;
        }
        const std::size_t start = at;
        scan(piece, at);
        item_.append(piece.substr(start, at - start));
        if (item_.size() > item_limit) {
            problem_ = "one object of the answer is over 16 MiB";
            return false;
        }
        if (depth_ == 0 && !consume()) return false;
    }
    return true;
}

}  // namespace holdfast::swarm
