#pragma once

#include <string>
#include <string_view>

namespace holdfast {

/// SHA-256 (FIPS 180-4) of `data`, as 64 lower-case hex digits.
[[nodiscard]] std::string sha256(std::string_view data);

/// SHA-256 fed in pieces, for data that is not in memory at once.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::string_view data);
    /// Adds the length first, so that ("ab","c") and ("a","bc") differ: for keys made of several fields.
    void field(std::string_view data);
    /// Ends the computation; nothing may be added afterwards.
    [[nodiscard]] std::string finish();

  private:
    void* context_;
};

/// HMAC-SHA256 (RFC 2104) as lower-case hex digits.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view data);

/// Compares without leaking by its duration where the first difference is; the lengths may leak.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace holdfast
