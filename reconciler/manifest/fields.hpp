#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/types.hpp"

namespace holdfast::manifest {

/// Where the parts of a merged value come from: an app's own document first, then the defaults that stand under it.
class Origins {
  public:
    /// `prefix` leads to the merged value within the document: `/defaults`, or empty.
    void add(const Document& document, std::string prefix = {}) { origins_.push_back({&document, std::move(prefix)}); }

    /// A diagnostic about the value at `pointer` of the merged value, placed where that value was written; where it was
    /// not written at all, at its nearest parent in the first document.
    [[nodiscard]] Diagnostic diagnostic(std::string_view pointer, std::string message, bool at_key = false) const;

  private:
    struct Origin {
        const Document* document;
        std::string prefix;
    };
    std::vector<Origin> origins_;
};

/// Reads the members of a value that its schema has approved of. Whatever is missing leaves the destination as it is,
/// which thereby is the default; what is wrong is added to `problems`.
class Fields {
  public:
    Fields(const json::value* value, std::string pointer, const Origins& origins, std::vector<Diagnostic>& problems)
        : value_(value), pointer_(std::move(pointer)), origins_(&origins), problems_(&problems) {}

    [[nodiscard]] bool present() const { return value_ != nullptr; }
    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
    [[nodiscard]] const json::value* value() const { return value_; }
    [[nodiscard]] const json::value* find(std::string_view key) const;
    [[nodiscard]] Fields at(std::string_view key) const;
    [[nodiscard]] Fields at(std::size_t index) const;
    /// The keys of an object, or none.
    [[nodiscard]] std::vector<std::string> keys() const;
    [[nodiscard]] std::size_t size() const;

    void problem(std::string message, bool at_key = false) const;
    /// For a field whose effect comes with a later version.
    void unsupported(std::string_view target) const;

    void read(std::string_view key, std::string& out) const;
    void read(std::string_view key, bool& out) const;
    void read(std::string_view key, unsigned& out) const;
    void read(std::string_view key, std::optional<unsigned>& out) const;
    void read(std::string_view key, double& out) const;
    void read(std::string_view key, Duration& out) const;
    void read(std::string_view key, std::optional<Duration>& out) const;
    void read(std::string_view key, std::vector<std::string>& out) const;
    /// A map of texts; numbers and truth values become their text.
    void read(std::string_view key, Named<std::string>& out) const;
    void cpu(std::string_view key, std::optional<std::uint64_t>& out) const;
    void memory(std::string_view key, std::optional<std::uint64_t>& out) const;

    /// Text of a scalar, as compose makes it.
    [[nodiscard]] std::string scalar_text() const;

  private:
    const json::value* value_;
    std::string pointer_;
    const Origins* origins_;
    std::vector<Diagnostic>* problems_;
};

}  // namespace holdfast::manifest
