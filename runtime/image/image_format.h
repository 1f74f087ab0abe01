// What an image is, byte by byte. compiler/native writes it, runtime/image reads it.
//
//   NAME.so    an ELF shared library that exports one symbol, `policy_image`, and behind its last byte an ImageTrailer
//   NAME.o     an object file that defines one symbol, `POLICY_image`, where POLICY is the policy's name
//
// Everything is little-endian, as both kinds of processor are. A trailer may be written anew without the library being
// linked again: that is how an image is signed later.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/columns.h"
#include "policy/layout.h"

extern "C" {

// The code of one graph. A filter may be null: then rows are checked one by one.
struct policy_image_code {
  policy_check_function check;
  policy_decide_function decide;
  policy_filter_function filter;
};

struct policy_image {
  uint64_t magic;        // policy::kImageMagic
  uint32_t struct_size;  // of this
  uint32_t abi_version;  // POLICY_ABI_VERSION of who built it
  uint32_t graph_count;
  uint32_t run_as_count;          // by StepEntry::run_as_kind; a kind that no step uses is null
  const policy_image_code* code;  // graph_count of them
  const policy_run_as_function* run_as;
  const uint8_t* facts;  // what image_facts.h writes
  uint64_t facts_size;
  uint8_t facts_hash[32];  // their SHA-256
};
}

namespace policy {

inline constexpr uint64_t kImageMagic = 0x4547414d49594c50;    // "PLYIMAGE"
inline constexpr uint64_t kTrailerMagic = 0x4c49415254594c50;  // "PLYTRAIL"
inline constexpr uint32_t kTrailerVersion = 1;

using Digest = std::array<uint8_t, 32>;

// The last bytes of a NAME.so. The signature is of `signed_part`: all that stands before it.
struct ImageTrailer {
  uint32_t version;       // kTrailerVersion
  uint32_t abi_version;   // as in policy_image
  uint64_t content_size;  // bytes before the trailer
  Digest content_hash;    // their SHA-256
  uint32_t is_signed;     // 0 or 1
  uint32_t reserved;      // 0
  Digest public_key;      // Ed25519; zero where nobody signed
  std::array<uint8_t, 64> signature;
  uint64_t magic;  // kTrailerMagic, the last thing in the file
};
static_assert(sizeof(ImageTrailer) == 160 && offsetof(ImageTrailer, signature) == 88);

// Instructions beyond a processor's baseline that code may use and that a library can ask its processor for.
enum class CpuFeature : uint32_t {
#define CPU_FEATURE(name, llvm) name,
#include "runtime/image/cpu_features.def"
#undef CPU_FEATURE
};
// Bits of 1 << CpuFeature.
using CpuFeatures = uint64_t;

}  // namespace policy
