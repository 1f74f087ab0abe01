// What it costs to make a program of a policy: until it answers, and until there is machine code for everything.
//
//   std::optional<std::string> failure = measure_compile({.quick = true}, report);
//
// Rows: text to first decision against parsing alone, machine code for everything against a fixed limit, the same from
// a cache, and the size of the code; images: building them, their size, and opening them against hashing their bytes.
#pragma once

#include <optional>
#include <string>

#include "bench/report.h"
#include "bench/workloads.h"

namespace policyc::bench {

struct CompileSizes {
  bool quick = false;
  Sizes crm;
  EnterpriseSizes enterprise;
};

// Nothing where all went well; otherwise why not.
std::optional<std::string> measure_compile(const CompileSizes& sizes, Report& report);

}  // namespace policyc::bench
