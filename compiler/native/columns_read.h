// Which columns each graph's check reads of a row.
//
//   std::vector<policy::ColumnsRead> reads = columns_read(ir);     // by graph
#pragma once

#include <vector>

#include "compiler/ir/decision_ir.h"
#include "runtime/organization/program_tables.h"

namespace policyc {

std::vector<policy::ColumnsRead> columns_read(const DecisionIR& ir);

// What a question compares or looks at; the operands that it names.
std::vector<const IROperand*> operands_asked(const DecisionIR& ir, const Node& node);

}  // namespace policyc
