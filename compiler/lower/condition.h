// A condition as nodes: two-valued questions that hold exactly where the three-valued condition is true.
#pragma once

#include <functional>

#include "compiler/ir/node_pool.h"
#include "compiler/sema/policy.h"

namespace policyc {

// Turns an operand of the policy into one of the IR.
using OperandLowering = std::function<IROperand(const Operand&)>;

NodeId lower_condition(NodePool& pool, const Expression& expression, const OperandLowering& operand);

}  // namespace policyc
