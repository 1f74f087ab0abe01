#include "runtime/image/digest.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>

namespace policy {
namespace {

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// RFC 8032, 7.1, TEST 2.
constexpr std::string_view kPrivateKey =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kPublicKey =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
    "-----END PUBLIC KEY-----\n";
constexpr std::string_view kPublicDigits = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kSignature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
// On curve P-256, and a key of the right kind behind a passphrase.
constexpr std::string_view kOtherKind =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9orxY3ugwWyRx6ax\n"
    "taWDgC8SNtjhXL+MFWX+E5O0pZuhRANCAATfKUS9Zg2j0a+eWrCKgVZPzMLKSaYW\n"
    "gJpS8Zt8uhzmtrqKL67/ogte/qHAuYcLm6EYG3z8AqB3oREBagDdpQY9\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kLocked =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjSgGmOGxFppQICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMNek/8Vz70RR9T2zBGN50kEQP+/\n"
    "o1CE03CVgeN5ECVRjG3K41u0DU8MQwerOPAjinc8mpSlrxeKIpve8EOK7sP7MJ8U\n"
    "SczSHv0yiZihT9ugae8=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

TEST(Digest, Sha256OfKnownTexts) {
  EXPECT_EQ(hexadecimal(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hexadecimal(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, HexadecimalReadsWhatItWrites) {
  const Digest digest = sha256(bytes_of("abc"));
  std::string text = hexadecimal(digest);
  EXPECT_EQ(digest_from_hexadecimal(text), digest);
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(digest_from_hexadecimal(text), digest);
}

TEST(Digest, HexadecimalIsSixtyFourDigitsAndNothingElse) {
  const std::string digits(64, '0');
  EXPECT_TRUE(digest_from_hexadecimal(digits));
  EXPECT_FALSE(digest_from_hexadecimal(""));
  EXPECT_FALSE(digest_from_hexadecimal(digits.substr(1)));
  EXPECT_FALSE(digest_from_hexadecimal(digits + "0"));
  for (const char odd : {'g', 'G', '/', ':', '@', '`', ' ', '\0'}) {
    std::string text = digits;
    text[31] = odd;
    EXPECT_FALSE(digest_from_hexadecimal(text)) << odd;
  }
}

TEST(Signing, AsTheStandardSays) {
  const std::optional<Signature> signature = sign(bytes_of("r"), kPrivateKey);
  ASSERT_TRUE(signature);
  EXPECT_EQ(hexadecimal(*signature), kSignature);
  ASSERT_TRUE(public_key_of(kPrivateKey));
  EXPECT_EQ(hexadecimal(*public_key_of(kPrivateKey)), kPublicDigits);
  EXPECT_TRUE(verify(bytes_of("r"), *signature, *public_key_of(kPrivateKey)));
}

TEST(Signing, PublicKeysArePemOrDigits) {
  const std::optional<Digest> key = digest_from_hexadecimal(kPublicDigits);
  EXPECT_EQ(read_public_key(kPublicKey), key);
  EXPECT_EQ(read_public_key(kPublicDigits), key);
  EXPECT_EQ(read_public_key(std::string(kPublicDigits) + "\n"), key);
  EXPECT_FALSE(read_public_key(""));
  EXPECT_FALSE(read_public_key(kPublicDigits.substr(1)));
  EXPECT_FALSE(read_public_key(kPrivateKey));
  EXPECT_FALSE(read_public_key("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"));
}

TEST(Signing, EachKeyPairIsNewAndSignsForItself) {
  const std::optional<KeyPair> sam = new_key_pair(), ana = new_key_pair();
  ASSERT_TRUE(sam && ana);
  EXPECT_NE(sam->public_key, ana->public_key);
  EXPECT_EQ(public_key_of(sam->private_key), sam->public_key);
  const std::optional<Signature> signature = sign(bytes_of("deck"), sam->private_key);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verify(bytes_of("deck"), *signature, sam->public_key));
  EXPECT_FALSE(verify(bytes_of("deck"), *signature, ana->public_key));
  EXPECT_FALSE(verify(bytes_of("desk"), *signature, sam->public_key));
}

TEST(Signing, EveryBitOfASignatureCounts) {
  const Digest key = *public_key_of(kPrivateKey);
  const Signature signature = *sign(bytes_of("r"), kPrivateKey);
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Signature changed = signature;
    changed[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_FALSE(verify(bytes_of("r"), changed, key)) << bit;
  }
  EXPECT_FALSE(verify(bytes_of("r"), signature, Digest{}));
}

TEST(Signing, WhatIsNoKeyIsRefused) {
  for (const std::string_view text : {std::string_view(""), std::string_view("sam"), kPublicKey, kOtherKind, kLocked}) {
    EXPECT_FALSE(sign(bytes_of("r"), text)) << text;
    EXPECT_FALSE(public_key_of(text)) << text;
  }
  EXPECT_FALSE(sign(bytes_of("r"), std::string(100'000, 'x')));
}

TEST(Signing, LeavesNoErrorsToTheHost) {
  ERR_clear_error();
  EXPECT_FALSE(sign(bytes_of("r"), "sam"));
  EXPECT_FALSE(read_public_key("sam"));
  EXPECT_FALSE(public_key_of(kLocked));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace policy
