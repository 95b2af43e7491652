#include "core/hash.hpp"

#include <array>
#include <cstdint>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <span>
#include <stdexcept>

namespace holdfast {

namespace {

std::string hex(std::span<const unsigned char> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const unsigned char byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

EVP_MD_CTX* as_context(void* p) {
    return static_cast<EVP_MD_CTX*>(p);
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    // Fails only without memory or without the algorithm itself: nothing can go on then.
    if (context_ == nullptr || EVP_DigestInit_ex(as_context(context_), EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available");
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(as_context(context_));
}

void Sha256::update(std::string_view data) {
    EVP_DigestUpdate(as_context(context_), data.data(), data.size());
}

void Sha256::field(std::string_view data) {
    const std::uint64_t size = data.size();
    std::array<char, sizeof(size)> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>((size >> (8 * i)) & 0xffU);
    update({bytes.data(), bytes.size()});
    update(data);
}

std::string Sha256::finish() {
    std::array<unsigned char, 32> digest{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(as_context(context_), digest.data(), &size);
    return hex({digest.data(), size});
}

std::string sha256(std::string_view data) {
    Sha256 hash;
    hash.update(data);
    return hash.finish();
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::array<unsigned char, 32> digest{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
         reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &size);
    return hex({digest.data(), size});
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace holdfast
