#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/json.hpp"

namespace holdfast::swarm {

/// Reads a JSON array of objects (or objects one after another, as the event stream has them) piece by piece and gives
/// out each object as soon as it is whole. A list of ten thousand services is so never in memory at once, neither as
/// text nor as values.
class JsonItems {
  public:
    using Consumer = std::function<void(const json::value& item)>;

    /// `on_item` sees each object; the value lives no longer than the call.
    explicit JsonItems(Consumer on_item);

    /// False when what came isn't JSON or one object is over the limit; `problem` then says what.
    bool feed(std::string_view piece);
    /// True when the input ended between objects.
    [[nodiscard]] bool complete() const { return depth_ == 0; }
    [[nodiscard]] const std::string& problem() const { return problem_; }

  private:
    void scan(std::string_view piece, std::size_t& at);
    bool consume();

    Consumer on_item_;
    std::string item_;  ///< the part of the current object that has arrived
    std::string problem_;
    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace holdfast::swarm
