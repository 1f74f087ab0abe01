// What it costs to keep facts in a store: memory, changes by kind, readers while others write, random checks, and an
// assign that comes to a million rows.
//
//   std::optional<std::string> failure =
//       measure_store({.crm = {.records = 20'000'000, .shares = 5'000'000}, .descendants = 1'000'000}, report);
//
// The organization is a crm of these sizes without conditions, its rows kept together by table.
#pragma once

#include <optional>
#include <string>

#include "bench/report.h"
#include "bench/workloads.h"

namespace policyc::bench {

struct StoreSizes {
  Sizes crm;
  uint32_t descendants = 1'000'000;  // of the row that is assigned
  size_t rounds = 9;
  double window_seconds = 0.1;  // readers alone, then with writers, in turn
};

// Why it was given up, where answers are not those that they must be.
std::optional<std::string> measure_store(const StoreSizes& sizes, Report& report);

}  // namespace policyc::bench
