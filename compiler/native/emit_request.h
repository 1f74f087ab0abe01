// What one module holds of a program's code.
//
//   EmitRequest request{.checks = {{0}, {1}}, .decides = {{0}}, .run_as = {}};
//   symbols_of(request)                                    // "check_g0", "check_g1", "decide_g0"
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/decision_ir.h"

namespace policyc {

// A decide calls the check of its graph: that stands in the same request, or is loaded before.
struct EmitRequest {
  std::vector<GraphId> checks;
  std::vector<GraphId> decides;
  std::vector<IRRunAs> run_as;
};

// Everything.
EmitRequest all_of(const DecisionIR& ir);
// Checks first, then decides, then run_as.
std::vector<std::string> symbols_of(const EmitRequest& request);

}  // namespace policyc
