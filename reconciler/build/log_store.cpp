#include "build/log_store.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace holdfast::build {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t log_limit = std::size_t{4} << 20U;
constexpr std::string_view cut = "\n[the log ends here: it has reached 4 MiB]\n";
constexpr std::string_view suffix = ".log";

bool is_id(std::string_view id) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !id.empty() && id.size() <= 100 && id.front() != '.' && std::ranges::all_of(id, allowed);
}

/// Where an escape sequence (ECMA-48) that starts at `at` ends.
std::size_t after_escape(std::string_view text, std::size_t at) {
    ++at;
    if (!text.substr(at).starts_with('[')) return at;
    const auto last = std::ranges::find_if(text.substr(at + 1), [](char c) { return c >= 0x40 && c <= 0x7e; });
    const auto end = static_cast<std::size_t>(last - text.begin());
    return std::min(end + 1, text.size());
}

/// Text from a build as lines: no terminal sequences, and a carriage return, which draws over a line, ends it.
std::string plain(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        if (c == '\x1b') {
            at = after_escape(text, at);
            continue;
        }
        if (c == '\xc2' && at + 1 < text.size() && (static_cast<unsigned char>(text[at + 1]) & 0xe0U) == 0x80) {
            at += 2;  // a C1 control, which some terminals take for an escape
            continue;
        }
        if (c == '\r' && !text.substr(at + 1).starts_with('\n')) result += '\n';
        if (c == '\n' || c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f')) result += c;
        ++at;
    }
    return result;
}

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::unexpected<Error> no_log(std::string_view id) {
    return fail(ErrorCode::not_found, fmt::format("no log of a build {} is kept", is_id(id) ? id : "of that name"));
}

}  // namespace

BuildLog::BuildLog(BuildLog&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), written_(other.written_) {}

BuildLog& BuildLog::operator=(BuildLog&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(written_, other.written_);
    return *this;
}

BuildLog::~BuildLog() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void BuildLog::append(std::string_view text) {
    if (descriptor_ < 0 || written_ > log_limit) return;
    auto lines = plain(text);
    if (written_ + lines.size() > log_limit) {
        lines.resize(log_limit - written_);
        lines += cut;
    }
    write_all(descriptor_, lines);
    written_ += lines.size();
}

fs::path LogStore::file_of(std::string_view id) const {
    return folder_ / fmt::format("{}{}", id, suffix);
}

Result<BuildLog> LogStore::open(std::string_view id) const {
    if (!is_id(id)) return no_log(id);
    std::error_code problem;
    fs::create_directories(folder_, problem);
    // A new file: whoever still writes to or reads from the old one is not disturbed.
    fs::remove(file_of(id), problem);
    const int descriptor = ::open(file_of(id).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0) return fail(ErrorCode::failed, std::strerror(errno), file_of(id).string());
    prune();
    return BuildLog(descriptor);
}

Result<std::string> LogStore::read(std::string_view id) const {
    if (!is_id(id)) return no_log(id);
    const int descriptor = ::open(file_of(id).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (descriptor < 0) return no_log(id);
    std::string text(log_limit + cut.size(), '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const auto got = ::read(descriptor, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(descriptor);
    text.resize(size);
    return text;
}

void LogStore::prune() const {
    std::vector<std::pair<fs::file_time_type, fs::path>> logs;
    std::error_code problem;
    for (const auto& file : fs::directory_iterator(folder_, problem)) {
        if (file.path().extension() != suffix) continue;
        const auto time = file.last_write_time(problem);
        if (!problem) logs.emplace_back(time, file.path());
    }
    std::ranges::sort(logs, std::greater{});
    for (std::size_t i = std::max<std::size_t>(kept_, 1); i < logs.size(); ++i) fs::remove(logs[i].second, problem);
}

}  // namespace holdfast::build
