#include "net/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace holdfast::net {

namespace {

struct Pipe {
    Descriptor read_end;
    Descriptor write_end;

    static std::optional<Pipe> open() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
        return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
    }
};

void make_nonblocking(const Descriptor& descriptor) {
    ::fcntl(descriptor.get(), F_SETFL, ::fcntl(descriptor.get(), F_GETFL) | O_NONBLOCK);
}

/// What the new process does before it becomes the program.
class Preparation {
  public:
    Preparation() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
        sigset_t all;
        sigset_t none;
        ::sigfillset(&all);
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigdefault(&attributes, &all);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;
    ~Preparation() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }

    void connect(int standard, const Descriptor& to) {
        ::posix_spawn_file_actions_adddup2(&actions, to.get(), standard);
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

/// The null-terminated vector that exec wants; points into `strings`.
std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    result.reserve(strings.size() + 1);
    for (auto& string : strings) result.push_back(string.data());
    result.push_back(nullptr);
    return result;
}

bool holds_null(const ProcessSpec& spec) {
    const auto null_in = [](const std::string& text) { return text.find('\0') != std::string::npos; };
    for (const auto& argument : spec.arguments) {
        if (null_in(argument)) return true;
    }
    for (const auto& [name, value] : spec.environment) {
        if (null_in(name) || null_in(value)) return true;
    }
    return null_in(spec.directory);
}

std::unexpected<Error> cannot_start(const ProcessSpec& spec, int error) {
    const auto code = error == ENOENT ? ErrorCode::not_found : error == EACCES ? ErrorCode::denied : ErrorCode::failed;
    const std::string place = spec.directory.empty() ? "" : " in " + spec.directory;
    return fail(code, fmt::format("cannot start {}{}: {}", spec.arguments.front(), place, std::strerror(error)));
}

Result<pid_t> spawn_program(const ProcessSpec& spec, Preparation& preparation) {
    if (!spec.directory.empty()) {
        ::posix_spawn_file_actions_addchdir_np(&preparation.actions, spec.directory.c_str());
    }
    // Last, since it takes the pipes' other ends with it: no socket or file of ours is left open in the program.
    ::posix_spawn_file_actions_addclosefrom_np(&preparation.actions, STDERR_FILENO + 1);

    auto arguments = spec.arguments;
    std::vector<std::string> environment;
    environment.reserve(spec.environment.size());
    for (const auto& [name, value] : spec.environment) environment.push_back(fmt::format("{}={}", name, value));

    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, arguments.front().c_str(), &preparation.actions, &preparation.attributes,
                                     pointers(arguments).data(), pointers(environment).data());
    if (error != 0) return cannot_start(spec, error);
    return pid;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = other.release();
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

int Descriptor::release() {
    return std::exchange(descriptor_, -1);
}

Child::Child(Child&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      exit_event(std::move(other.exit_event)),
      pid_(std::exchange(other.pid_, -1)) {}

Child::~Child() {
    if (pid_ <= 0) return;
    kill_group();
    reap();
}

Result<Child> Child::start(const ProcessSpec& spec) {
    if (spec.arguments.empty()) return fail(ErrorCode::invalid, "no program to run is given");
    if (holds_null(spec)) return fail(ErrorCode::invalid, "an argument of a program holds a null byte");

    auto out = Pipe::open();
    auto err = Pipe::open();
    auto in = spec.input.empty() ? std::optional<Pipe>(Pipe{}) : Pipe::open();
    if (!out || !err || !in) return cannot_start(spec, errno);

    Preparation preparation;
    if (spec.input.empty()) {
        ::posix_spawn_file_actions_addopen(&preparation.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    } else {
        preparation.connect(STDIN_FILENO, in->read_end);
    }
    preparation.connect(STDOUT_FILENO, out->write_end);
    preparation.connect(STDERR_FILENO, err->write_end);

    const auto pid = spawn_program(spec, preparation);
    if (!pid) return std::unexpected(pid.error());
    Child child;
    child.pid_ = *pid;
    child.exit_event = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
    if (child.exit_event.get() < 0) return cannot_start(spec, errno);
    child.input = std::move(in->write_end);
    child.output = std::move(out->read_end);
    child.errors = std::move(err->read_end);
    for (const auto* end : {&child.input, &child.output, &child.errors}) {
        if (end->get() >= 0) make_nonblocking(*end);
    }
    return child;
}

void Child::kill_group() const {
    // Until it is reaped, the program keeps its number, and with it the group's, from being given to another.
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

int Child::reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace holdfast::net
