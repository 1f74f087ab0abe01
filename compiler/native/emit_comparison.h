// Comparisons of DecisionIR in LLVM's words, for checks and for filters.
//
//   builder.CreateICmp(predicate_of(node.compare), left, right)
//   builder.CreateCall(comparison_of_rows(module, predicate_of(node.compare), {.bytes = 8, .with = Against::Value}),
//                      {values, limit})
#pragma once

#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Module.h>

#include <cstdint>

#include "compiler/ir/decision_ir.h"

namespace policyc {

// Rows that a filter looks at in one go, a bit of a word for each.
inline constexpr unsigned kFilterBlock = 64;

// Numbers are signed.
llvm::CmpInst::Predicate predicate_of(Compare compare);

enum class Against : uint8_t { Value, Rows };
struct RowNumbers {
  unsigned bytes;  // of one number
  Against against;
};

// `i64 (ptr numbers, T other)`: for each of a block's numbers whether it compares so with `other`, or, where `other`
// points to a block of numbers too, with the one of the same row. All comparisons of a kind share one function: with
// no vectors of wide numbers in the processor (x86-64 as it began) it is some kilobytes.
llvm::Function* comparison_of_rows(llvm::Module& module, llvm::CmpInst::Predicate predicate, RowNumbers kind);

}  // namespace policyc
