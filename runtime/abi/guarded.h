// Keeps exceptions on our side of the C interface.
//
//   return guarded(error, [&] { ...; return POLICY_OK; });
#pragma once

#include <cstdint>
#include <new>
#include <string_view>

#include "policy/policy.h"

namespace policy {

// What a function that takes one begins with: of a call that goes well nothing is told, whatever the one before said.
void clear_error(policy_error* error);
// Says why, where somebody wants to know; gives the status back.
policy_status fail(policy_error* error, policy_status status, std::string_view message);
// "`name` message"
policy_status fail_about(policy_error* error, policy_status status, const char* name, const char* message);

template <typename Work>
policy_status guarded(policy_error* error, Work work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return fail(error, POLICY_NO_MEMORY, "out of memory");
  } catch (...) {
    return fail(error, POLICY_INTERNAL, "internal error; please report it");
  }
}

// Whether a host's struct is there and has room for the fields of the first version.
template <typename Struct>
bool has_size(const Struct* given) {
  return given != nullptr && given->struct_size >= sizeof(Struct);
}

// The same of a struct that says what a host wants. A newer host may want what this library does not know: then the
// fields behind those that it knows are not zero, and it must not go on as if they were.
template <typename Struct>
policy_status accept(const Struct* given, policy_error* error, const char* name) {
  constexpr uint32_t kLargest = 4096;
  if (!has_size(given) || given->struct_size > kLargest) {
    return fail_about(error, POLICY_INVALID, name, "is null, or its struct_size is not its size");
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (uint32_t i = sizeof(Struct); i < given->struct_size; ++i) {
    if (bytes[i] != 0) return fail_about(error, POLICY_NEWER, name, "asks for what this library is too old to know");
  }
  return POLICY_OK;
}

// Whether there can be so many in memory; more is a mistake, such as -1.
template <typename Element>
bool can_hold(uint64_t count) {
  return count <= SIZE_MAX / sizeof(Element);
}

// Zeroes what a host has room for, all but its size.
template <typename Struct>
void clear(Struct& out) {
  const uint32_t size = out.struct_size;
  out = Struct{};
  out.struct_size = size;
}

}  // namespace policy
