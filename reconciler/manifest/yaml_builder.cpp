#include "manifest/yaml_builder.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "core/text.hpp"
#include "manifest/yaml_scalar.hpp"

namespace holdfast::manifest {

namespace {

constexpr std::size_t depth_limit = 64;
constexpr std::size_t nodes_limit = 100'000;
constexpr std::size_t expansion_limit = 1'000;
/// Each value is remembered with all the keys above it: without a limit long keys would cost their product.
constexpr std::size_t pointer_limit = 2048;
constexpr std::size_t reports_limit = 20;

std::size_t weight_of(std::string_view text) {
    return 1 + text.size() / 256;
}

/// Whether `text` begins with a quoted scalar (after its anchor and tag) that nothing closes. yaml-cpp takes the end of
/// the file for the closing quote when a line break comes before it, so a file that was cut off would look whole.
bool quote_is_open(std::string_view text) {
    while (text.starts_with('&') || text.starts_with('!')) {
        text.remove_prefix(std::min(text.find_first_of(" \t\n"), text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
    }
    if (text.empty() || (text.front() != '"' && text.front() != '\'')) return false;
    const char quote = text.front();
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            return false;
        }
    }
    return true;
}

}  // namespace

YamlBuilder::YamlBuilder(std::string_view path, std::string_view text)
    : text_(text), ascii_(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) {
    document_.file = path;
}

Document::Position YamlBuilder::position(const YAML::Mark& mark) const {
    auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    // yaml-cpp counts bytes, editors count characters.
    const auto end = static_cast<std::size_t>(std::max(mark.pos, 0));
    if (!ascii_ && end <= text_.size() && column <= end) {
        const auto before = text_.substr(end - column, column);
        column = static_cast<std::size_t>(
            std::ranges::count_if(before, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
    }
    return {static_cast<std::uint32_t>(std::max(mark.line, 0) + 1), static_cast<std::uint32_t>(column + 1)};
}

void YamlBuilder::refuse(const Refused& refused) {
    pointer_.clear();
    report(refused.mark, refused.message);
}

void YamlBuilder::report(const YAML::Mark& mark, std::string message, bool warning) {
    refused_ |= !warning;
    if (file_.diagnostics.size() >= reports_limit) return;
    const auto at = position(mark);
    file_.diagnostics.push_back({.at = {document_.file, at.line, at.column},
                                 .pointer = pointer_,
                                 .message = std::move(message),
                                 .suggestion = {},
                                 .warning = warning});
}

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
    // On a stray comma yaml-cpp 0.7 yields empty documents at the same place for ever.
    if (mark.pos == last_start_) throw Refused{mark, "this is not YAML: a ',' outside of [ ] and { }"};
    last_start_ = mark.pos;
    document_.value = nullptr;
    document_.positions.clear();
    anchors_.clear();
    pointer_.clear();
    last_scalar_ = YAML::Mark::null_mark();
    refused_ = false;
}

void YamlBuilder::OnDocumentEnd() {
    if (last_scalar_.pos >= 0 && quote_is_open(text_.substr(static_cast<std::size_t>(last_scalar_.pos))))
        report(last_scalar_, "the closing quote is missing");
    if (refused_ || document_.value.is_null()) return;
    file_.documents.push_back({document_.file, std::move(document_.value), std::move(document_.positions)});
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (expects_key()) throw Refused{mark, "a key is missing before the ':'"};
    begin_value(mark);
    end_value({nullptr, 1}, anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (expects_key()) throw Refused{mark, "a key can't be an alias"};
    begin_value(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark, "an alias can't stand inside of what it refers to"};
    expanded_ += found->second.weight;
    if (expanded_ > expansion_limit)
        throw Refused{mark, fmt::format("the file's aliases expand to more than {} nodes", expansion_limit)};
    end_value(found->second, 0);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    if (expects_key()) {
        if (anchor != 0) anchors_[anchor] = {json::string(value), weight_of(value)};
        return take_key(mark, tag, value);
    }
    begin_value(mark);
    last_scalar_ = mark;
    auto scalar = tag == "?" ? plain_scalar(value) : tagged_scalar(tag, value);
    if (!scalar) report(mark, scalar.error().message);
    const bool leading_zero = value.size() > 1 && value[0] == '0' && tag == "?" && scalar && scalar->is_int64();
    if (leading_zero && value[1] != 'o' && value[1] != 'x')
        report(mark, fmt::format("read as {}; quote it to keep the zero", scalar->get_int64()), true);
    end_value({scalar ? std::move(*scalar) : json::value(nullptr), weight_of(value)}, anchor);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/) {
    begin_container(mark, tag, anchor, json::array());
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
    begin_container(mark, tag, anchor, json::object());
}

bool YamlBuilder::expects_key() const {
    return !frames_.empty() && frames_.back().node.value.is_object() && !frames_.back().key;
}

void YamlBuilder::take_key(const YAML::Mark& mark, const std::string& tag, const std::string& text) {
    auto& frame = frames_.back();
    const auto& object = frame.node.value.get_object();
    frame.duplicate = object.contains(text);
    if (frame.duplicate) {
        const auto child = pointer_child(pointer_, text);
        const auto first = document_.positions.find(child);
        report(mark, fmt::format("the key \"{}\" is here twice; the first is in line {}", printable(text, 60),
                                 first == document_.positions.end() ? 0 : first->second.key_line));
    } else if (text == "<<" && tag == "?") {
        report(mark, "merge keys (<<) are not supported; write the members out");
    }
    frame.key = text;
    frame.key_mark = mark;
}

void YamlBuilder::begin_value(const YAML::Mark& mark) {
    if (++nodes_ > nodes_limit) throw Refused{mark, fmt::format("more than {} values in one file", nodes_limit)};
    auto at = position(mark);
    if (!frames_.empty()) {
        const auto& frame = frames_.back();
        if (frame.key) {
            const auto key = position(frame.key_mark);
            at.key_line = key.line;
            at.key_column = key.column;
            pointer_ = pointer_child(pointer_, *frame.key);
        } else {
            pointer_ = pointer_child(pointer_, frame.node.value.get_array().size());
        }
    }
    if (pointer_.size() > pointer_limit)
        throw Refused{mark, fmt::format("the keys that lead here have more than {} bytes", pointer_limit)};
    document_.positions.try_emplace(pointer_, at);
}

void YamlBuilder::begin_container(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  json::value empty) {
    if (expects_key()) throw Refused{mark, "a key must be text, not a list or a mapping"};
    begin_value(mark);
    if (frames_.size() == depth_limit) throw Refused{mark, fmt::format("more than {} levels deep", depth_limit)};
    const std::string_view own = empty.is_object() ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq";
    if (tag != "?" && tag != "!" && tag != own) report(mark, fmt::format("the tag {} is not supported", tag));
    frames_.push_back({.node = {std::move(empty), 1}, .anchor = anchor, .pointer_size = pointer_.size()});
}

void YamlBuilder::end_container() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    end_value(std::move(frame.node), frame.anchor);
}

void YamlBuilder::end_value(Weighed node, YAML::anchor_t anchor) {
    // What is heavier than the limit could never be expanded, so no copy is kept of it.
    if (anchor != 0) anchors_[anchor] = node.weight <= expansion_limit ? node : Weighed{nullptr, node.weight};
    if (frames_.empty()) {
        document_.value = std::move(node.value);
        return;
    }
    auto& frame = frames_.back();
    frame.node.weight += node.weight;
    if (auto* array = frame.node.value.if_array()) {
        array->push_back(std::move(node.value));
    } else {
        if (!frame.duplicate) frame.node.value.get_object().emplace(*frame.key, std::move(node.value));
        frame.key.reset();
    }
    pointer_.resize(frame.pointer_size);
}

}  // namespace holdfast::manifest
