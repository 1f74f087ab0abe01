// One question of a graph, asked in C++ of the layouts of policy/layout.h: what questions.h says for machine code.
//
//   bool yes = ask(node, a, b, {subject, reaches, record, context});
#pragma once

#include "compiler/ir/decision_ir.h"
#include "policy/layout.h"

namespace policyc {

// As compiled code gets them.
struct Asked {
  const policy_subject* subject;
  const policy_reach* reaches;
  const policy_record* record;
  const policy_context* context;
};

// `a` and `b` are the operands that the node names. Of `and` and `or`: false, they are their caller's.
bool ask(const Node& node, const IROperand* a, const IROperand* b, const Asked& asked);

}  // namespace policyc
