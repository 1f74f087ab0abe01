// What a host that fills records itself compiles in: a policy's numbers, the structs of its rows, and its hashes, as
// one header for C11 and C++20. docs/images.md shows one at work.
//
//   std::string text = header_text(ir, policy_hash(policy), "policyc 0.1.0");
//   // typedef struct crm_account { policy_record record; uint8_t present[1]; ... } crm_account;
//   // static inline void crm_account_set_status(crm_account* row, uint32_t value) { ... }
#pragma once

#include <string>

#include "compiler/ir/decision_ir.h"

namespace policyc {

// The same bytes for the same policy. Names that are none in C, or taken, are changed (compiler/base/c_name.h) or get a
// `_` at their end.
std::string header_text(const DecisionIR& ir, const std::string& policy_hash, const std::string& compiler);

}  // namespace policyc
