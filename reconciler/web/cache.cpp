#include "web/cache.hpp"

#include "core/hash.hpp"

namespace holdfast::web {

const Cache::Entry& Cache::get(const status::Board& board, Make make) {
    if (generation_ != board.generation) drop();
    generation_ = board.generation;
    auto& entry = entries_[make];
    if (entry.tag.empty()) {
        entry.body = make(board);
        entry.tag = sha256(entry.body).substr(0, 16);
    }
    return entry;
}

}  // namespace holdfast::web
