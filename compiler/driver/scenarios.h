// A policy's scenarios, answered by the reference and by native code. Both must agree on the whole decision, and then
// with what the scenario expects.
//
//   for (const ScenarioResult& result : run_scenarios(policy, sources, engine)) show(result);
#pragma once

#include "compiler/driver/compile.h"

namespace policyc {

struct ScenarioResult {
  std::string title;
  size_t expectations = 0;  // that were compared
  Diagnostics diagnostics;  // what was not as expected; empty: passed
  bool passed() const { return diagnostics.empty(); }
};

std::vector<ScenarioResult> run_scenarios(const Policy& policy, const SourceMap& sources, const Engine& engine);

}  // namespace policyc
