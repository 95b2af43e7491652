#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "build/buildkit_trace.hpp"
#include "core/ids.hpp"
#include "core/json.hpp"

namespace holdfast::build {

/// Reads what the engine says while it builds or pushes: a JSON object a line, in HTTP 200 whatever comes of it
/// (https://docs.docker.com/reference/api/engine/). Takes the response as it arrives, in any pieces.
class EngineOutput {
  public:
    /// The text that this piece adds to the log. A line of over 4 MiB ends the reading with an error.
    std::string feed(std::string_view piece);

    /// What went wrong, in the engine's words and with the last line that was printed before.
    [[nodiscard]] const std::optional<std::string>& error() const { return error_; }
    /// Of the image that was built: `sha256:…`, or empty.
    [[nodiscard]] const std::string& image_id() const { return image_id_; }
    /// Of the image that was pushed.
    [[nodiscard]] const Digest& digest() const { return digest_; }

  private:
    std::string read(std::string_view line);
    std::string read_aux(const json::value& message, const json::value& aux);
    void remember(std::string_view text);

    std::string line_;  ///< as far as it has come
    std::string last_printed_;
    BuildkitTrace trace_;
    std::optional<std::string> error_;
    std::string image_id_;
    Digest digest_;
};

}  // namespace holdfast::build
