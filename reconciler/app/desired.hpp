#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/document.hpp"
#include "manifest/types.hpp"
#include "plan/types.hpp"
#include "target/target.hpp"

namespace holdfast::app {

/// What an app is to run.
struct Image {
    std::string reference;   ///< as deployed; by digest where it was built
    std::uint16_t port = 0;  ///< 0: none
    CommitId commit;         ///< empty for image apps
    std::string source;      ///< `main a1b2c3d4 "Fix header"`, or empty
    friend bool operator==(const Image&, const Image&) = default;
};

/// Renders manifests into the desired state. An app that is the same as the last time, with the same image and
/// surroundings, isn't rendered again: a commit that touches one app costs one app.
class DesiredState {
  public:
    explicit DesiredState(const target::Target& target) : target_(target) {}

    /// `images` holds every app that has one. An app that the target can't express is left out and told in `problems`.
    [[nodiscard]] plan::Desired make(const manifest::Snapshot& snapshot, const std::map<AppKey, Image>& images);
    [[nodiscard]] const std::map<AppKey, std::string>& problems() const { return problems_; }

  private:
    const target::Target& target_;
    /// An app as it was rendered last, and what that followed from.
    struct Rendered {
        std::shared_ptr<const manifest::App> app;
        Image image;
        std::shared_ptr<const plan::DesiredApp> desired;
    };
    [[nodiscard]] Result<Rendered> render(const manifest::Snapshot& snapshot,
                                          const std::shared_ptr<const manifest::App>& app, const Image& image) const;

    std::string surroundings_;
    std::map<AppKey, Rendered> rendered_;
    std::map<AppKey, std::string> problems_;
};

}  // namespace holdfast::app
