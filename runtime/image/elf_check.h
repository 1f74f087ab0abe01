// Whether an ELF library is one that an image may be: nothing of it runs while it is opened, it needs no other library,
// and all that the system's loader follows lies within the file. Only then is it given to the loader, which trusts what
// it reads.
//
//   CheckedLibrary library = check_library(bytes);
//   if (library.status != POLICY_OK) return fail(library.error);       // "it is for another processor: ..."
//   library.segments, library.image_address
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace policy {

// A part of the file and where it is mapped, from the address at which the library begins.
struct Segment {
  uint64_t address = 0;
  uint64_t size = 0;  // in memory; what lies past the file's part is zero
  uint64_t offset = 0;
  uint64_t file_size = 0;
  bool is_writable = false;
  bool is_executable = false;

  bool holds(uint64_t from, uint64_t bytes) const {
    return from >= address && bytes <= size && from - address <= size - bytes;
  }
  bool holds_in_file(uint64_t from, uint64_t bytes) const {
    return from >= address && bytes <= file_size && from - address <= file_size - bytes;
  }
};

struct CheckedLibrary {
  policy_status status = POLICY_DAMAGED;  // or POLICY_OK, POLICY_FOREIGN
  std::string error;                      // a sentence about "it", without a full stop
  std::vector<Segment> segments;          // ascending, none on a page of another
  uint64_t image_address = 0;             // of the symbol policy_image
};

CheckedLibrary check_library(std::span<const uint8_t> bytes);

// Whether it begins as an ELF file and says of itself that it goes on behind its end.
bool is_cut_short(std::span<const uint8_t> bytes);

}  // namespace policy
