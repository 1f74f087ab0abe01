// An image of a file, or one that is linked in, to a program's tables with code.
//
//   Opened opened = open_image_file("crm.policy.so", trust);
//   if (opened.status != POLICY_OK) return fail(opened.error);   // "`crm.policy.so` is cut short"
//   check(*opened.tables, subject, ...);                         // as long as `opened.tables` is there
//
// Of a file, in this order: the trailer, the content's hash, the signature and the keys (verify_content); that the
// library is one that runs nothing while it is opened (elf_check.h); then it is mapped, from a sealed file of no folder
// (mapped_library.h). Of both kinds: the descriptor, the facts and their hash, the processor, the hashes that the host
// asks for, and that all code which the facts speak of is there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.h"
#include "runtime/image/image_facts.h"

namespace policy {

// What must be true of it; empty asks for nothing.
struct Trust {
  std::vector<Digest> keys;
  std::string policy_hash;
  std::string layout_hash;
};

struct Opened {
  policy_status status = POLICY_INTERNAL;
  std::string error;
  std::shared_ptr<const ProgramTables> tables;  // keeps its code mapped
  BuildInfo build;
  std::string layout_hash;
  std::string signer;  // hexadecimal; empty where nobody signed
};

Opened open_image_file(const std::string& path, const Trust& trust);
Opened open_image_memory(std::span<const uint8_t> bytes, const Trust& trust);
Opened open_linked_image(const policy_image& image, const Trust& trust);

// What can be said of bytes alone, before anything of them is mapped: trailer, content hash and signature. The
// trailer's own bytes are not among `content`.
struct VerifiedContent {
  policy_status status = POLICY_INTERNAL;
  std::string error;
  std::span<const uint8_t> content;
  std::string signer;
  uint32_t abi_version = 0;
};
VerifiedContent verify_content(std::span<const uint8_t> bytes, const Trust& trust);

// The trailer for `content`; signed where a private key (PEM) is given. Nothing where that is no key.
std::optional<ImageTrailer> trailer_for(std::span<const uint8_t> content, std::string_view private_key);

}  // namespace policy
