// Instructions for one check, counted by callgrind over the program check_instructions.
//
//   Result<InstructionCounts> counts = count_instructions("build/bin", "build/bench", "club");
//
// Fails with what is missing or went wrong; writes into `scratch` alone.
#pragma once

#include <string>

#include "compiler/base/result.h"

namespace policyc::bench {

struct InstructionCounts {
  double ours = 0;
  double handwritten = 0;
};

bool has_valgrind();
Result<InstructionCounts> count_instructions(const std::string& programs, const std::string& scratch,
                                             const std::string& workload);

}  // namespace policyc::bench
