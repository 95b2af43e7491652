#pragma once

#include <string>
#include <string_view>

namespace holdfast::swarm {

/// The text in the engine's log stream, whose pieces come in frames with an eight-byte header (stream, three zeros,
/// length in big-endian order); a service with a terminal sends plain text, which is given back as it is. A frame cut
/// short gives what there is of it.
[[nodiscard]] std::string without_log_frames(std::string_view stream);

/// The newest `count` lines, oldest first, and no more than `bytes` of them. Lines of several tasks arrive mixed; each
/// begins with its timestamp in a form that sorts as text.
[[nodiscard]] std::string newest_lines(std::string_view text, std::size_t count, std::size_t bytes);

}  // namespace holdfast::swarm
