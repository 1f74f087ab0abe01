// How what checks cost grows: with the policy, with the rows, with the threads; and what is kept in memory.
//
//   std::optional<std::string> failure = measure_scale({.quick = true}, report);
//
// Plots of each, and rows for those that have a bar.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/report.h"
#include "bench/workloads.h"

namespace policyc::bench {

// The plot of rows has a point for every power of ten from 1,000 to `most_records`; with `quick` to a million.
struct ScaleSizes {
  bool quick = false;
  EnterpriseSizes enterprise;  // the largest policy
  uint32_t most_records = 10'000'000;
  uint32_t thread_records = 100'000;
  uint64_t seed = 1;
};

// Nothing where all went well; otherwise why not.
std::optional<std::string> measure_scale(const ScaleSizes& sizes, Report& report);

}  // namespace policyc::bench
