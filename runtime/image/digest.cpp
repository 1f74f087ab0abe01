#include "runtime/image/digest.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

namespace policy {

namespace {

template <auto free>
struct Freed {
  template <typename Object>
  void operator()(Object* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digester = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Bytes = std::unique_ptr<BIO, Freed<BIO_free>>;

// What OpenSSL notes of our failures is taken back, so that a host that uses it too does not find them.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

// A key with a passphrase is refused: nobody is asked at a terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key ed25519_alone(EVP_PKEY* key) {
  Key owned(key);
  if (owned != nullptr && EVP_PKEY_is_a(owned.get(), "ED25519") != 1) return nullptr;
  return owned;
}

// Longer text is no key.
constexpr size_t kLongestKeyText = 16384;

Bytes reader_of(std::string_view text) {
  if (text.empty() || text.size() > kLongestKeyText) return nullptr;
  return Bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Key private_key_from(std::string_view pem) {
  const Bytes reader = reader_of(pem);
  if (reader == nullptr) return nullptr;
  return ed25519_alone(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, nullptr));
}

std::optional<Digest> raw_public_key(const EVP_PKEY* key) {
  Digest raw{};
  size_t size = raw.size();
  if (key == nullptr || EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1 || size != raw.size()) {
    return std::nullopt;
  }
  return raw;
}

// 0 to 15, or 16 for what is no digit.
uint8_t value_of(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<uint8_t>(digit - 'A' + 10);
  return 16;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Digest sha256(std::span<const uint8_t> bytes) {
  const QuietErrors quiet;
  Digest digest{};
  size_t size = digest.size();
  // It fails only where OpenSSL finds no memory.
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), digest.data(), &size) != 1) {
    throw std::bad_alloc();
  }
  return digest;
}

std::string hexadecimal(std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Digest> digest_from_hexadecimal(std::string_view text) {
  Digest digest{};
  if (text.size() != digest.size() * 2) return std::nullopt;
  for (size_t i = 0; i < digest.size(); ++i) {
    const uint8_t upper = value_of(text[2 * i]), lower = value_of(text[2 * i + 1]);
    if (upper > 15 || lower > 15) return std::nullopt;
    digest[i] = static_cast<uint8_t>(upper << 4 | lower);
  }
  return digest;
}

std::optional<KeyPair> new_key_pair() {
  const QuietErrors quiet;
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Bytes writer(BIO_new(BIO_s_mem()));
  if (key == nullptr || writer == nullptr) return std::nullopt;
  if (PEM_write_bio_PrivateKey(writer.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return std::nullopt;
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(writer.get(), &text);
  const std::optional<Digest> public_key = raw_public_key(key.get());
  if (size <= 0 || !public_key) return std::nullopt;
  return KeyPair{std::string(text, static_cast<size_t>(size)), *public_key};
}

std::optional<Digest> public_key_of(std::string_view private_key) {
  const QuietErrors quiet;
  return raw_public_key(private_key_from(private_key).get());
}

std::optional<Digest> read_public_key(std::string_view text) {
  const QuietErrors quiet;
  if (std::optional<Digest> raw = digest_from_hexadecimal(trimmed(text))) return raw;
  const Bytes reader = reader_of(text);
  if (reader == nullptr) return std::nullopt;
  return raw_public_key(ed25519_alone(PEM_read_bio_PUBKEY(reader.get(), nullptr, no_passphrase, nullptr)).get());
}

std::optional<Signature> sign(std::span<const uint8_t> bytes, std::string_view private_key) {
  const QuietErrors quiet;
  const Key key = private_key_from(private_key);
  const Digester digester(EVP_MD_CTX_new());
  if (key == nullptr || digester == nullptr) return std::nullopt;
  if (EVP_DigestSignInit(digester.get(), nullptr, nullptr, nullptr, key.get()) != 1) return std::nullopt;
  Signature signature{};
  size_t size = signature.size();
  const int done = EVP_DigestSign(digester.get(), signature.data(), &size, bytes.data(), bytes.size());
  if (done != 1 || size != signature.size()) return std::nullopt;
  return signature;
}

bool verify(std::span<const uint8_t> bytes, const Signature& signature, const Digest& public_key) {
  const QuietErrors quiet;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const Digester digester(EVP_MD_CTX_new());
  if (key == nullptr || digester == nullptr) return false;
  if (EVP_DigestVerifyInit(digester.get(), nullptr, nullptr, nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(digester.get(), signature.data(), signature.size(), bytes.data(), bytes.size()) == 1;
}

}  // namespace policy
