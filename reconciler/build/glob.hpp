#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace holdfast::build {

/// A path pattern in the dialect of `.dockerignore`: `*` and `?` stay within a folder, `**` crosses folders, `[a-z]`
/// and `[^a-z]` are sets, `\` takes the next character as it is. It is run as a finite automaton that never backtracks,
/// so that no pattern from a repository takes longer than its length times the path's.
class Glob {
  public:
    static Result<Glob> parse(std::string_view pattern);

    /// Whether the pattern matches `path` or one of the folders it is in. Adds to `steps` what it took.
    [[nodiscard]] bool covers(std::string_view path, std::uint64_t& steps) const;

  private:
    enum class Kind { literal, any, set, star, rest, folders, within_folders };
    struct Token {
        Kind kind = Kind::literal;
        char literal = 0;
        std::string ranges;  ///< of a set: first and last character, in pairs
        bool negated = false;
    };
    /// The states that the automaton may be in: each once, and cleared at the cost of what is in it.
    class States {
      public:
        explicit States(std::size_t count) : contains_(count, false) {}
        bool add(std::size_t state);
        void clear();
        [[nodiscard]] bool contains(std::size_t state) const { return contains_[state]; }
        [[nodiscard]] const std::vector<std::size_t>& all() const { return states_; }

      private:
        std::vector<std::size_t> states_;
        std::vector<bool> contains_;
    };

    static Result<std::size_t> parse_set(std::string_view pattern, std::size_t at, Token& token);
    void enter(States& states, std::size_t state) const;
    void step(std::size_t state, char c, States& next) const;

    std::vector<Token> tokens_;
};

}  // namespace holdfast::build
