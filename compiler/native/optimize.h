// The passes that pay for themselves: inlining of the questions, common loads, simpler branches. LLVM's whole O2
// pipeline costs milliseconds a function and gains nothing here; what it would find, ir/simplify has found.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/Target/TargetMachine.h>

namespace policyc {

void optimize(llvm::Module& module, llvm::TargetMachine& target);

}  // namespace policyc
