// Policy to DecisionIR: which questions decide each (table, right), and what roles put into each slot.
//
//   DecisionIR ir = simplify(lower(policy, sources));
//
// Cannot fail: a Policy is valid. `sources` gives grants the places that explanations show.
#pragma once

#include "compiler/ir/decision_ir.h"
#include "compiler/sema/policy.h"

namespace policyc {

DecisionIR lower(const Policy& policy, const SourceMap& sources);

}  // namespace policyc
