// What a filter costs for each row: against a loop that only reads the same columns, and against one written by hand.
//
//   std::optional<std::string> failure =
//       measure_filter({crm, engine, compiled_world, hand_world}, {.rows = 10'000'000, .rounds = 21}, report);
//
// The rows are the workload's, taken at random over and over. Asked for are users of different reach; before anything
// is timed, all three ways of answering give the same for every row.
#pragma once

#include <optional>
#include <string>

#include "bench/limits/handwritten.h"
#include "bench/report.h"
#include "bench/worlds.h"

namespace policyc::bench {

struct FilterSizes {
  uint64_t rows = 10'000'000;
  size_t rounds = 21;
};

// One workload, and both ways of answering about it.
struct FilterWorlds {
  const Workload& workload;
  const Engine& engine;
  const CompiledWorld& compiled;
  const HandWorld& handwritten;
};

// Why it was given up, where answers differ.
std::optional<std::string> measure_filter(const FilterWorlds& worlds, const FilterSizes& sizes, Report& report);

}  // namespace policyc::bench
