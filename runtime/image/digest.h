// SHA-256, and Ed25519 over it, by OpenSSL.
//
//   Digest hash = sha256(bytes);
//   std::string text = hexadecimal(hash);                       // 64 digits
//   std::optional<Signature> signature = sign(bytes, private_key_pem);
//   bool is_theirs = verify(bytes, *signature, public_key);
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/image/image_format.h"

namespace policy {

using Signature = std::array<uint8_t, 64>;

Digest sha256(std::span<const uint8_t> bytes);
std::string hexadecimal(std::span<const uint8_t> bytes);
// 64 digits, upper or lower case; nothing for other text.
std::optional<Digest> digest_from_hexadecimal(std::string_view text);

struct KeyPair {
  std::string private_key;  // PEM, PKCS #8
  Digest public_key{};
};
std::optional<KeyPair> new_key_pair();
// Of a private key as PEM; nothing where it is no Ed25519 key.
std::optional<Digest> public_key_of(std::string_view private_key);
// From PEM (SubjectPublicKeyInfo), or 64 hexadecimal digits.
std::optional<Digest> read_public_key(std::string_view text);
std::optional<Signature> sign(std::span<const uint8_t> bytes, std::string_view private_key);
bool verify(std::span<const uint8_t> bytes, const Signature& signature, const Digest& public_key);

}  // namespace policy
