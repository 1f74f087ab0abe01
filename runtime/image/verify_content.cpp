// Trailer, content hash and signature: what can be said of an image before anything of it is mapped.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "runtime/image/digest.h"
#include "runtime/image/elf_check.h"
#include "runtime/image/image_limits.h"
#include "runtime/image/open_image.h"

namespace policy {

namespace {

VerifiedContent refused(policy_status status, std::string error) { return {status, std::move(error), {}, {}, 0}; }

// Why there is no trailer where one belongs.
VerifiedContent without_trailer(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return refused(POLICY_DAMAGED, "is empty");
  if (is_cut_short(bytes)) return refused(POLICY_DAMAGED, "is cut short");
  if (check_library(bytes).status == POLICY_OK) {
    return refused(POLICY_DAMAGED, "has lost the hash at its end, as `strip` and changed files do; build it again");
  }
  return refused(POLICY_FOREIGN, "is no image of a policy");
}

std::optional<ImageTrailer> trailer_at_end(std::span<const uint8_t> bytes) {
  ImageTrailer trailer;
  if (bytes.size() < sizeof(trailer)) return std::nullopt;
  std::memcpy(&trailer, bytes.data() + (bytes.size() - sizeof(trailer)), sizeof(trailer));
  if (trailer.magic != kTrailerMagic) return std::nullopt;
  return trailer;
}

// Every bit of a trailer means something, so that one that changed is noticed.
bool is_unsigned(const ImageTrailer& trailer) {
  return trailer.is_signed == 0 && trailer.public_key == Digest{} && trailer.signature == Signature{};
}

VerifiedContent check_signature(const ImageTrailer& trailer, VerifiedContent verified, const Trust& trust) {
  if (is_unsigned(trailer)) {
    if (trust.keys.empty()) return verified;
    return refused(POLICY_UNTRUSTED, "is signed by nobody");
  }
  if (trailer.is_signed != 1 || !verify(verified.content, trailer.signature, trailer.public_key)) {
    return refused(POLICY_DAMAGED, "has a signature that is not of what it holds");
  }
  verified.signer = hexadecimal(trailer.public_key);
  if (!trust.keys.empty() && std::ranges::find(trust.keys, trailer.public_key) == trust.keys.end()) {
    return refused(POLICY_UNTRUSTED, fmt::format("is signed by the key {}, which is not accepted", verified.signer));
  }
  return verified;
}

}  // namespace

VerifiedContent verify_content(std::span<const uint8_t> bytes, const Trust& trust) {
  if (bytes.size() > kLargestImage) return refused(POLICY_FOREIGN, "is larger than any image");
  const std::optional<ImageTrailer> trailer = trailer_at_end(bytes);
  if (!trailer) return without_trailer(bytes);
  if (trailer->version > kTrailerVersion || trailer->abi_version > POLICY_ABI_VERSION) {
    return refused(POLICY_NEWER, fmt::format("was built for version {} of the library's interface, and this is {}",
                                             trailer->abi_version, POLICY_ABI_VERSION));
  }
  VerifiedContent verified{POLICY_OK, {}, bytes.first(bytes.size() - sizeof(ImageTrailer)), {}, trailer->abi_version};
  const bool is_sound = trailer->version == kTrailerVersion && trailer->abi_version != 0 && trailer->reserved == 0 &&
                        trailer->content_size == verified.content.size() &&
                        trailer->content_hash == sha256(verified.content);
  if (!is_sound) return refused(POLICY_DAMAGED, "is damaged: it is not what its hash says");
  return check_signature(*trailer, std::move(verified), trust);
}

std::optional<ImageTrailer> trailer_for(std::span<const uint8_t> content, std::string_view private_key) {
  ImageTrailer trailer{};
  trailer.version = kTrailerVersion;
  trailer.abi_version = POLICY_ABI_VERSION;
  trailer.content_size = content.size();
  trailer.content_hash = sha256(content);
  trailer.magic = kTrailerMagic;
  if (private_key.empty()) return trailer;
  const std::optional<Digest> public_key = public_key_of(private_key);
  const std::optional<Signature> signature = sign(content, private_key);
  if (!public_key || !signature) return std::nullopt;
  trailer.is_signed = 1;
  trailer.public_key = *public_key;
  trailer.signature = *signature;
  return trailer;
}

}  // namespace policy
