#include "git/failure.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <vector>

#include "core/text.hpp"

namespace holdfast::git {

namespace {

constexpr std::size_t message_limit = 400;
constexpr std::string_view remote_prefix = "remote:";

struct Sign {
    std::string_view words;
    ErrorCode code;
    std::string_view advice;
};

constexpr std::string_view not_exported = "access denied or repository not exported";
constexpr std::string_view moved =
    "; the repository has moved: write its new address, often the same with .git at its end";

/// The words of git 2.x, curl and OpenSSH (LANG=C). The first that occurs in any line decides: causes come before the
/// general lines that follow them.
constexpr auto signs = std::to_array<Sign>({
    {"File too large", ErrorCode::limit, "; the repository is over the size limit"},
    {"died of signal 25", ErrorCode::limit, "; the repository is over the size limit"},
    {"ut of memory", ErrorCode::limit, "; the repository holds a commit or folder that is too large"},
    {"host key is known for", ErrorCode::denied, "; add it to the known hosts of the daemon"},
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", ErrorCode::denied},
    {"Host key verification failed", ErrorCode::denied},
    {not_exported, ErrorCode::not_found},
    {"Permission denied", ErrorCode::denied},
    {"Authentication failed", ErrorCode::denied},
    {"could not read Username", ErrorCode::denied, "; it wants a token (it may also not exist)"},
    {"could not read Password", ErrorCode::denied},
    {"returned error: 401", ErrorCode::denied},
    {"returned error: 403", ErrorCode::denied},
    {"ccess denied", ErrorCode::denied},
    {"dubious ownership", ErrorCode::denied},
    {"certificate", ErrorCode::denied},
    {"not allowed", ErrorCode::denied},
    {"unable to update url base from redirection", ErrorCode::denied, moved},
    {"returned error: 30", ErrorCode::denied, moved},
    {"couldn't find remote ref", ErrorCode::not_found},
    {"not our ref", ErrorCode::not_found},
    {"does not allow request for unadvertised object", ErrorCode::not_found},
    {"does not appear to be a git repository", ErrorCode::not_found},
    {"epository not found", ErrorCode::not_found},
    {"' not found", ErrorCode::not_found},
    {"returned error: 404", ErrorCode::not_found},
    {"Could not resolve host", ErrorCode::unavailable},
    {"unable to look up", ErrorCode::unavailable},
    {"Connection refused", ErrorCode::unavailable},
    {"Connection timed out", ErrorCode::unavailable},
    {"Operation timed out", ErrorCode::unavailable},
    {"Connection reset", ErrorCode::unavailable},
    {"Connection closed", ErrorCode::unavailable},
    {"Couldn't connect", ErrorCode::unavailable},
    {"Failed to connect", ErrorCode::unavailable},
    {"unable to connect", ErrorCode::unavailable},
    {"No route to host", ErrorCode::unavailable},
    {"Network is unreachable", ErrorCode::unavailable},
    {"Operation too slow", ErrorCode::unavailable},
    {"Empty reply from server", ErrorCode::unavailable},
    {"returned error: 429", ErrorCode::unavailable},
    {"returned error: 5", ErrorCode::unavailable},
    {"hung up unexpectedly", ErrorCode::unavailable},
    {"unexpected disconnect", ErrorCode::unavailable},
    {"early EOF", ErrorCode::unavailable},
});

/// Why a server refuses a push that was overtaken by another one.
constexpr auto overtaken = std::to_array<std::string_view>({"fetch first", "non-fast-forward", "stale info",
                                                            "failed to update ref", "cannot lock ref", "failed to lock",
                                                            "incorrect old value", "reference already exists"});

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of("\r\n"), text.size());
        if (const auto line = trimmed(text.substr(0, end)); !line.empty()) lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool contains(std::string_view text, std::string_view words) {
    return text.find(words) != std::string_view::npos;
}

Error error_of(ErrorCode code, std::string_view line, std::string_view advice, std::string where) {
    for (const std::string_view prefix : {"fatal: ", "error: "})
        if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
    while (line.ends_with('.')) line.remove_suffix(1);
    return fail(code, printable(line, message_limit) + std::string(advice), std::move(where)).error();
}

}  // namespace

Error failure_of(std::string_view errors, std::string where) {
    const auto lines = lines_of(errors);
    const auto is_ours = [](std::string_view line) { return !line.starts_with(remote_prefix); };
    for (const Sign& sign : signs)
        for (const std::string_view line : lines)
            if (is_ours(line) && contains(line, sign.words))
                return error_of(sign.code, line, sign.advice, std::move(where));
    for (const std::string_view prefix : {"fatal:", "error:", "remote:"})
        for (const std::string_view line : lines)
            if (line.starts_with(prefix)) return error_of(ErrorCode::failed, line, "", std::move(where));
    return error_of(ErrorCode::failed, lines.empty() ? "git failed without a word" : lines.back(), "",
                    std::move(where));
}

Error push_failure_of(std::string_view output, std::string_view errors, std::string where) {
    for (const std::string_view line : lines_of(output)) {
        if (!line.starts_with('!')) continue;
        const auto reason = line.substr(line.rfind('\t') + 1);
        if (std::ranges::any_of(overtaken, [&](auto words) { return contains(reason, words); }))
            return error_of(ErrorCode::conflict, reason, "", std::move(where));
        std::string said;
        for (const std::string_view told : lines_of(errors))
            if (said.empty() && told.starts_with(remote_prefix) && told != remote_prefix)
                said = fmt::format(" ({})", printable(told, message_limit));
        return error_of(ErrorCode::denied, reason, said, std::move(where));
    }
    Error error = failure_of(errors, std::move(where));
    // How git daemon says that it takes no pushes.
    if (contains(error.message, not_exported)) error.code = ErrorCode::denied;
    return error;
}

}  // namespace holdfast::git
