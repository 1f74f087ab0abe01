// What a program tells the runtime, all but its code: that is published into it later.
//
//   policy::ProgramTables tables = entries_without_code(ir);
//   tables.tables[3].decisions[POLICY_RIGHT_read].check.publish(code);
#pragma once

#include "compiler/ir/decision_ir.h"
#include "runtime/organization/program_tables.h"

namespace policyc {

// Steps find whom they run as by functions in C++ until theirs are compiled.
policy::ProgramTables entries_without_code(const DecisionIR& ir);

}  // namespace policyc
