// A library in memory, mapped from bytes that were checked: from a sealed file of no folder, so that nobody can change
// what was checked before or while it is mapped.
//
//   std::string error;
//   std::shared_ptr<const MappedLibrary> library = map_library(content, check_library(content), error);
//   const policy_image* image = library->image();
#pragma once

#include <memory>
#include <span>
#include <string>

#include "runtime/image/elf_check.h"
#include "runtime/image/image_format.h"

namespace policy {

class MappedLibrary {
 public:
  virtual ~MappedLibrary() = default;
  virtual const policy_image* image() const = 0;
  // Whether all of these bytes lie in one part of the library, and in one that may be executed where code is asked for.
  virtual bool holds(const void* from, size_t size) const = 0;
  virtual bool holds_code(const void* at) const = 0;
};

// Null, with an error, where the system refuses. It is unmapped with its last owner.
std::shared_ptr<const MappedLibrary> map_library(std::span<const uint8_t> content, const CheckedLibrary& checked,
                                                 std::string& error);

}  // namespace policy
