// Why a fact, or an operation, is refused: in a sentence that names the number, for policy_transaction_error.
//
//   if (!organization.has_unit(unit)) return no_such(why, "unit", unit);                 // POLICY_UNKNOWN
//   return refuse(why, POLICY_REFUSED, "unit {} lies below unit {}", parent, unit);
//
// Takes no memory: where that runs out in the middle of a change, the store is given up, and for no sentence's sake.
#pragma once

#include <fmt/format.h>

#include "runtime/abi/guarded.h"

namespace policy {

template <typename... Args>
policy_status refuse(policy_error* why, policy_status status, fmt::format_string<Args...> text, Args&&... args) {
  char words[sizeof(policy_error::message)];
  const auto end = fmt::format_to_n(words, sizeof words, text, std::forward<Args>(args)...).out;
  return fail(why, status, {words, static_cast<size_t>(end - words)});
}

inline policy_status no_such(policy_error* why, const char* what, uint32_t number) {
  if (number == POLICY_NONE) return refuse(why, POLICY_UNKNOWN, "no {} is named: POLICY_NONE", what);
  return refuse(why, POLICY_UNKNOWN, "there is no {} {}", what, number);
}

inline policy_status no_such_principal(policy_error* why, policy_principal principal) {
  constexpr const char* kKinds[] = {nullptr, "user", "team", "unit", "organization"};
  const uint32_t kind = POLICY_PRINCIPAL_KIND(principal);
  if (principal == POLICY_NOBODY) return refuse(why, POLICY_UNKNOWN, "nobody is named: POLICY_NOBODY");
  const bool is_kind = kind > POLICY_NOBODY && kind <= POLICY_ORGANIZATION;
  return no_such(why, is_kind ? kKinds[kind] : "principal", is_kind ? POLICY_PRINCIPAL_INDEX(principal) : principal);
}

// POLICY_OK, or refused because of that.
inline policy_status accepted(bool is_accepted, policy_error* why, const char* because) {
  return is_accepted ? POLICY_OK : fail(why, POLICY_REFUSED, because);
}

}  // namespace policy
