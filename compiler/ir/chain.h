// `and` and `or` of many operands are nodes of two, one below the other; here they are one list again.
//
//   for (NodeId operand : chain(ir, node)) ...
#pragma once

#include <vector>

#include "compiler/ir/decision_ir.h"

namespace policyc {

inline bool is_chain(const Node& node) { return node.op == Op::And || node.op == Op::Or; }

// What an `and` or an `or` joins, in order, each once. Walked in a loop, so that whoever recurses over operands goes no
// deeper than brackets nest in the policy.
std::vector<NodeId> chain(const DecisionIR& ir, NodeId root);

}  // namespace policyc
