// What it costs to say in whose name a flow's step acts and whether it may, over 500 flows of 6 steps.
//
//   std::optional<std::string> failure = measure_flows({.quick = true}, report);
//
// First compiled code, the reference evaluator and hand-written code answer about every step of every flow, under two
// sets of rules; one difference is a failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/report.h"

namespace policyc::bench {

struct FlowSizes {
  bool quick = false;
  uint64_t seed = 1;
};

// Nothing where all went well; otherwise why not.
std::optional<std::string> measure_flows(const FlowSizes& sizes, Report& report);

}  // namespace policyc::bench
