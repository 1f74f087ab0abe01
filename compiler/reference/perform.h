// Whole operations, plainly: everybody and everything that is asked, and what would change, cascades included.
//
//   Outcome outcome = perform(policy, facts, {.kind = OperationKind::Delete, .user = sam, .record = trip});
//   if (outcome.answer.allowed) apply(operation, outcome.effects, facts);
//
// Changes nothing itself. Rules and their sources: docs/semantics.md.
#pragma once

#include "compiler/sema/policy.h"

namespace policyc {

Outcome perform(const Policy& policy, const Facts& facts, const Operation& operation);

// What the operation would change if nobody's rights were asked; restrictions and rings still deny.
Outcome perform_unasked(const Policy& policy, const Facts& facts, const Operation& operation);

}  // namespace policyc
