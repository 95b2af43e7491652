#include "git/refs.hpp"

#include <fmt/format.h>

#include "core/ids.hpp"
#include "core/text.hpp"
#include "git/libgit2.hpp"

namespace holdfast::git {

Result<void> check_ref(const std::string& ref) {
    int valid = 0;
    const bool full = ref == "HEAD" || ref.starts_with("refs/");
    if (full && git_reference_name_is_valid(&valid, ref.c_str()) == 0 && valid == 1) return {};
    return fail(ErrorCode::invalid, fmt::format("\"{}\" is not the full name of a branch or tag", printable(ref, 200)));
}

std::string mirrored(const std::string& ref) {
    std::string name = "refs/holdfast/";
    for (const char c : ref.starts_with("refs/") ? std::string_view(ref).substr(5) : std::string_view(ref)) {
        if (c == '/' || c == '%')
            name += fmt::format("%{:02X}", static_cast<unsigned>(c));
        else
            name += c;
    }
    return name;
}

bool is_commit_id(const std::string& ref) {
    return CommitId::parse(ref).has_value();
}

}  // namespace holdfast::git
