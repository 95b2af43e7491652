#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "manifest/yaml.hpp"

namespace holdfast::manifest {

/// What is wrong at a mark so badly that the rest of the file can't be read. Ends at parse_yaml.
struct Refused {
    YAML::Mark mark;
    std::string message;
};

/// Turns yaml-cpp's events into Documents. Working on events rather than on nodes keeps every limit enforceable while
/// the text is being read, and shows what nodes hide: quoting, duplicate keys, aliases.
class YamlBuilder final : public YAML::EventHandler {
  public:
    YamlBuilder(std::string_view path, std::string_view text);

    [[nodiscard]] YamlFile take() { return std::move(file_); }
    /// Says what ended the reading, whatever value it was in.
    void refuse(const Refused& refused);

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override;
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { end_container(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override { end_container(); }

  private:
    /// A value together with what it counts towards the limit on aliases.
    struct Weighed {
        json::value value;
        std::size_t weight = 1;
    };
    struct Frame {
        Weighed node;
        YAML::anchor_t anchor = 0;
        std::size_t pointer_size = 0;  ///< of the container's own pointer
        std::optional<std::string> key;
        YAML::Mark key_mark;
        bool duplicate = false;
    };

    void report(const YAML::Mark& mark, std::string message, bool warning = false);
    [[nodiscard]] bool expects_key() const;
    void take_key(const YAML::Mark& mark, const std::string& tag, const std::string& text);
    void begin_value(const YAML::Mark& mark);
    void begin_container(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, json::value empty);
    void end_container();
    void end_value(Weighed node, YAML::anchor_t anchor);
    [[nodiscard]] Document::Position position(const YAML::Mark& mark) const;

    std::string_view text_;
    bool ascii_;
    YamlFile file_;
    Document document_;
    std::vector<Frame> frames_;
    std::string pointer_;
    std::map<YAML::anchor_t, Weighed> anchors_;
    int last_start_ = -1;
    YAML::Mark last_scalar_;
    std::size_t nodes_ = 0;
    std::size_t expanded_ = 0;
    bool refused_ = false;
};

}  // namespace holdfast::manifest
