// Which processors code is made for.
//
//   Result<Target> target = find_target("aarch64", "");       // every 64-bit ARM processor with Linux
//   Result<Target> target = find_target("", "x86-64-v3");     // of this machine's kind; those of ten years ago and
//   later Result<Target> target = find_target("", "native");        // what this machine can do
#pragma once

#include <string>

#include "compiler/base/result.h"

namespace policyc {

struct Target {
  std::string triple;     // LLVM's: "x86_64-pc-linux-gnu"
  std::string cpu;        // as it was asked for, or the baseline's name: "x86-64", "generic"
  std::string features;   // beyond the baseline, as LLVM writes them: "+sse3,+popcnt"
  std::string tuned_for;  // the processor whose pace counts; empty: many of them
};

// kind: empty (this machine's), x86-64 (or x86_64), aarch64 (or arm64), or an LLVM triple of these two with Linux.
// cpu: empty (the baseline), native, or on x86-64 x86-64-v2, -v3, -v4.
Result<Target> find_target(const std::string& kind, const std::string& cpu);

}  // namespace policyc
