// What operations need beside decisions: switches, cascades, columns, and whom the steps of flows run as.
//
//   ir.settings = lower_settings(policy.settings);
//   lower_operations(policy, ir);                     // `ir` has its tables already
#pragma once

#include "compiler/ir/decision_ir.h"
#include "compiler/sema/policy.h"

namespace policyc {

IRSettings lower_settings(const Settings& settings);
void lower_operations(const Policy& policy, DecisionIR& ir);

}  // namespace policyc
