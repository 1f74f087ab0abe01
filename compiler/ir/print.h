// DecisionIR as text, and back: parse_ir(print(ir)) equals ir. One item a line, blank lines between groups.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"

namespace policyc {

std::string print(const DecisionIR& ir);

// Fails on anything that `print` would not write and on IR that `verify` refuses, naming the line.
Result<DecisionIR> parse_ir(std::string_view text);

}  // namespace policyc
