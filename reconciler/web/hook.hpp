#pragma once

#include <string>

namespace holdfast::web {

/// An accepted webhook. It is a hint to look, never a fact to act on: what it names comes from outside.
struct Hook {
    std::string source;      ///< `generic`
    std::string repository;  ///< the rest is from the body where it says so, else empty
    std::string ref;
    std::string commit;
    std::string app;
    std::string id;  ///< what the sender was told
};

}  // namespace holdfast::web
