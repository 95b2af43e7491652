#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "net/http.hpp"
#include "web/hook.hpp"
#include "web/token_bucket.hpp"

namespace holdfast::web {

/// Whether the request brings the HMAC-SHA256 of its body under `secret`: `sha256=` and 64 lower-case hex digits in
/// X-Holdfast-Signature or, as GitHub and Gitea send it, in X-Hub-Signature-256.
[[nodiscard]] bool is_signed(const net::Request& request, const Secret& secret);

/// What a hook's body says: nothing (it may be empty), or a JSON object with `repository`, `ref`, `commit` or `after`,
/// and `app`. Members of another kind are passed over, for forges send more than is asked here; `repository` may be an
/// object with a `clone_url`, as theirs is.
[[nodiscard]] Result<Hook> read_hook(std::string_view body);

/// Takes webhooks: signed ones are told on, others are refused, and more slowly the more of them there are. A hook sent
/// again is harmless, being a hint; where it brings a delivery id (X-Holdfast-Delivery, X-GitHub-Delivery) it is also
/// told on only once.
class Hooks {
  public:
    Hooks(Secret secret, std::function<void(Hook)> deliver, std::function<Time()> now);

    /// How many bytes of a hook are read before its signature is known: less while wrong ones keep coming.
    [[nodiscard]] std::size_t body_limit() const;
    net::Response receive(const net::Request& request);

  private:
    [[nodiscard]] net::Response refuse();
    [[nodiscard]] std::string next_id(std::string_view body);
    [[nodiscard]] bool seen(const std::string& delivery);

    Secret secret_;
    std::function<void(Hook)> deliver_;
    std::function<Time()> now_;
    TokenBucket failures_{10, 1.0};
    std::deque<std::string> deliveries_;  ///< the newest, so that a delivery sent again is known
    std::uint64_t count_ = 0;
};

}  // namespace holdfast::web
