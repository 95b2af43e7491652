#include "target/swarm/log_frames.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace holdfast::swarm {

namespace {

constexpr std::size_t header_size = 8;

bool is_header(std::string_view bytes) {
    return bytes.size() >= header_size && static_cast<unsigned char>(bytes[0]) <= 3 &&
           bytes.substr(1, 3) == std::string_view("\0\0\0", 3);
}

std::size_t frame_length(std::string_view header) {
    std::size_t length = 0;
    for (const char c : header.substr(4, 4)) length = length << 8U | static_cast<unsigned char>(c);
    return length;
}

}  // namespace

std::string without_log_frames(std::string_view stream) {
    if (!is_header(stream)) return std::string(stream);
    std::string text;
    text.reserve(stream.size());
    while (is_header(stream)) {
        const auto length = frame_length(stream);
        stream.remove_prefix(header_size);
        text += stream.substr(0, length);
        stream.remove_prefix(std::min(length, stream.size()));
    }
    return text;
}

std::string newest_lines(std::string_view text, std::size_t count, std::size_t bytes) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    // Lines of one instant stay in the order they came in, which is that of their addresses.
    std::ranges::sort(lines, {},
                      [](std::string_view line) { return std::pair(line.substr(0, line.find(' ')), line.data()); });

    std::size_t first = lines.size();
    std::size_t size = 0;
    while (first > 0 && lines.size() - first < count && size + lines[first - 1].size() < bytes) {
        size += lines[--first].size() + 1;
    }
    std::string newest;
    newest.reserve(size);
    for (; first < lines.size(); ++first) newest.append(lines[first]).append("\n");
    return newest;
}

}  // namespace holdfast::swarm
