// DecisionIR to an llvm::Module: for each graph one `check_gN` and one `decide_gN`, of the types in policy/layout.h;
// and a `run_as_gK` for each way in which steps find whom they run as.
//
//   Result<EmittedModule> everything = emit(ir, all_of(ir));
//   Result<EmittedModule> part = emit(ir, {.checks = {{0}, {1}}, .decides = {{1}}, .run_as = {}});
//
// The module needs nothing but memcmp from outside. It is a pair with the context that it was made in.
#pragma once

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/ir/decision_ir.h"
#include "compiler/native/emit_request.h"

namespace policyc {

struct EmittedModule {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

Result<EmittedModule> emit(const DecisionIR& ir, const EmitRequest& request);
// The same with filters, as emit_filter.h makes them, in one module: what an image is linked from. Larger graphs than
// limits::kImageFilterQuestions have none.
Result<EmittedModule> emit_everything(const DecisionIR& ir);

// A module with these functions in it, as LLVM text; and what LLVM has against a finished one, if anything.
Result<EmittedModule> module_with(const std::string& questions, const std::string& name);
std::optional<std::string> refusal_of(const llvm::Module& module);

std::string check_symbol(GraphId graph);    // "check_g3"
std::string decide_symbol(GraphId graph);   // "decide_g3"
std::string run_as_symbol(IRRunAs run_as);  // "run_as_g1"
std::vector<IRRunAs> run_as_used(const DecisionIR& ir);

}  // namespace policyc
