#include "compiler/native/emit_request.h"

#include "compiler/native/emit.h"

namespace policyc {

EmitRequest all_of(const DecisionIR& ir) {
  EmitRequest request;
  for (GraphId graph : ir.graphs.ids()) request.checks.push_back(graph);
  request.decides = request.checks;
  request.run_as = run_as_used(ir);
  return request;
}

std::vector<std::string> symbols_of(const EmitRequest& request) {
  std::vector<std::string> symbols;
  for (GraphId graph : request.checks) symbols.push_back(check_symbol(graph));
  for (GraphId graph : request.decides) symbols.push_back(decide_symbol(graph));
  for (IRRunAs run_as : request.run_as) symbols.push_back(run_as_symbol(run_as));
  return symbols;
}

}  // namespace policyc
