#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::build {

/// Turns BuildKit's progress into the text of a log. The messages are protobuf, `StatusResponse` of
/// https://github.com/moby/buildkit/blob/master/api/services/control/control.proto: a step when it starts or is
/// taken from the cache, and what its command prints. Why a build failed comes beside it, as for the classic builder.
class BuildkitTrace {
  public:
    /// The lines that one message adds to the log; an error where it isn't protobuf.
    Result<std::string> feed(std::string_view message);

  private:
    Result<void> add_vertex(std::string_view message, std::string& text);
    Result<void> add_log(std::string_view message, std::string& text);

    std::set<std::string, std::less<>> told_;  ///< digests of the steps that were said to have started
};

}  // namespace holdfast::build
