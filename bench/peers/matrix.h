// A workload of bench/workloads.h as other engines take it: what each user's roles and teams reach is resolved
// beforehand, as it is for compiled code, and the engine is left with the rule that leads from there to a row.
//
//   Result<nlohmann::json> world = matrix_json(workload, questions, answers);    // answers: a 0 or 1 for each question
//
// The resolving here is written from docs/semantics.md over the plain workload and shares nothing with compiler or
// runtime. README.md beside this file has the format and the rule.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/workloads.h"
#include "compiler/base/result.h"

namespace policyc::bench {

// Fails where a grant has a condition that the format does not have.
Result<nlohmann::json> matrix_json(const Workload& workload, const std::vector<Question>& questions,
                                   const std::string& answers);

}  // namespace policyc::bench
