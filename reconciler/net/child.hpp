#pragma once

#include <string>
#include <sys/types.h>

#include "core/result.hpp"
#include "net/process.hpp"

/// The system calls around a child process. Private to net/.
namespace holdfast::net {

/// A file descriptor that is closed with its owner.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    [[nodiscard]] int get() const { return descriptor_; }
    int release();

  private:
    int descriptor_ = -1;
};

/// A running program, the leader of its own process group. Destroying it kills the group and reaps the program, so that
/// neither outlives it, whatever happens.
class Child {
  public:
    static Result<Child> start(const ProcessSpec& spec);

    Child(Child&& other) noexcept;
    Child& operator=(Child&&) = delete;
    ~Child();

    void kill_group() const;
    /// Waits for the program to end, which it has when `exit_event` is readable; 128 + signal where a signal ended it.
    int reap();

    Descriptor input;   ///< what the program reads; not open where there is no input
    Descriptor output;  ///< what it writes, not blocking
    Descriptor errors;
    Descriptor exit_event;  ///< a pidfd: readable once the program has ended

  private:
    Child() = default;
    pid_t pid_ = -1;
};

}  // namespace holdfast::net
