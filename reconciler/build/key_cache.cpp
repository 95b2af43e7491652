#include "build/key_cache.hpp"

#include <fstream>
#include <iterator>

#include "core/json.hpp"

namespace holdfast::build {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t entry_limit = 10'000;
constexpr std::uintmax_t file_limit = std::uintmax_t{16} << 20U;

std::string text_of(const fs::path& file) {
    std::error_code problem;
    const auto size = fs::file_size(file, problem);
    if (problem || size > file_limit) return {};
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

/// The file is a list of [tag, digest], oldest first.
KeyCache::KeyCache(fs::path file) : file_(std::move(file)) {
    const auto parsed = parse_json(text_of(file_));
    if (!parsed || !parsed->is_array()) return;
    for (const auto& pair : parsed->get_array()) {
        const auto* item = pair.if_array();
        if (item == nullptr || item->size() != 2 || !item->at(0).is_string() || !item->at(1).is_string()) continue;
        if (auto digest = Digest::parse(item->at(1).get_string()))
            entries_[std::string(item->at(0).get_string())] = {std::move(*digest), ++serial_};
    }
}

std::optional<Digest> KeyCache::find(const std::string& key_tag) const {
    const auto found = entries_.find(key_tag);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.digest);
}

void KeyCache::set(const std::string& key_tag, const Digest& digest) {
    entries_[key_tag] = {digest, ++serial_};
    if (entries_.size() > entry_limit)
        entries_.erase(std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.serial; }));
    write();
}

void KeyCache::forget(const std::string& repository) {
    const auto prefix = repository + ":";
    if (std::erase_if(entries_, [&](const auto& entry) { return entry.first.starts_with(prefix); }) > 0) write();
}

void KeyCache::write() const {
    std::vector<const std::pair<const std::string, Entry>*> sorted;
    sorted.reserve(entries_.size());
    for (const auto& entry : entries_) sorted.push_back(&entry);
    std::ranges::sort(sorted, {}, [](const auto* entry) { return entry->second.serial; });
    json::array list;
    for (const auto* entry : sorted) list.push_back(json::array{entry->first, entry->second.digest.str()});

    std::error_code problem;
    fs::create_directories(file_.parent_path(), problem);
    const auto draft = fs::path(file_.string() + ".new");
    std::ofstream out(draft, std::ios::binary | std::ios::trunc);
    out << json::serialize(list) << '\n';
    out.close();
    if (out) fs::rename(draft, file_, problem);
}

}  // namespace holdfast::build
