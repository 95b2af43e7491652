#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "plan/types.hpp"
#include "target/swarm/spec/ownership.hpp"
#include "target/target.hpp"

namespace holdfast::memory {

/// The objects of an engine and what becomes of them: a value with rules, no I/O. Specs are canonical text.
class MemoryEngine {
  public:
    struct Object {
        std::string id;
        std::uint64_t version = 0;
        std::string spec;
        swarm::Owner owner;
        std::string previous;  ///< the spec before the last update, to go back to
        target::Workload::Update update = target::Workload::Update::none;
        std::string message;
    };

    Result<target::Applied> create(const plan::ResourceKey& key, std::string spec);
    /// A `version` that isn't the object's own is a conflict.
    Result<target::Applied> update(const plan::ResourceKey& key, std::string spec, std::uint64_t version);
    Result<void> remove(const plan::ResourceKey& key);

    /// Tasks of this image fail from now on: an update to it is taken back, a new service never runs.
    void break_image(std::string image) { broken_images_.insert(std::move(image)); }

    [[nodiscard]] const Object* find(const plan::ResourceKey& key) const;
    [[nodiscard]] const std::map<plan::ResourceKey, Object>& objects() const { return objects_; }
    [[nodiscard]] target::Workload workload(const plan::ResourceKey& service) const;

  private:
    void put(Object& object, std::string spec);
    void roll_out(Object& object);

    std::map<plan::ResourceKey, Object> objects_;
    std::set<std::string> broken_images_;
    std::uint64_t changes_ = 0;
};

}  // namespace holdfast::memory
