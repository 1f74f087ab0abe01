// What every user of DecisionIR may rely on, checked: indices in range, nodes that point backwards, operands of one
// type, attributes inside their layout, graphs whose last denial always holds, slots inside the program's.
#pragma once

#include <optional>
#include <string>

#include "compiler/ir/decision_ir.h"

namespace policyc {

// Nothing where the IR is sound, otherwise the first thing that is not.
std::optional<std::string> verify(const DecisionIR& ir);

}  // namespace policyc
