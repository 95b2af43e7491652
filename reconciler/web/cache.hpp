#pragma once

#include <map>
#include <string>

#include "status/board.hpp"

namespace holdfast::web {

/// Documents of the present board, each made when it is first asked for and kept until the board changes.
class Cache {
  public:
    struct Entry {
        std::string body;
        std::string tag;  ///< changes with the body, also over restarts
    };
    using Make = std::string (*)(const status::Board&);

    const Entry& get(const status::Board& board, Make make);
    void drop() { entries_.clear(); }

  private:
    std::uint64_t generation_ = 0;
    std::map<Make, Entry> entries_;
};

}  // namespace holdfast::web
