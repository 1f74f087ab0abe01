// Smaller IR of the same meaning: constants folded, repetitions and what another operand already says dropped, equal
// nodes, operands and graphs stored once, unreachable ones left out. simplify(simplify(ir)) == simplify(ir).
#pragma once

#include "compiler/ir/decision_ir.h"

namespace policyc {

DecisionIR simplify(const DecisionIR& ir);

}  // namespace policyc
