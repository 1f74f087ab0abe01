#include "compiler/native/emit_comparison.h"

#include <fmt/format.h>
#include <llvm/IR/IRBuilder.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace policyc {

namespace {

using llvm::CmpInst;
using LValue = llvm::Value;

// A number of 16 bytes is compared by its halves, the upper ones first: LLVM would take vectors of them apart.
class RowComparison {
 public:
  RowComparison(llvm::Function* function, CmpInst::Predicate predicate, RowNumbers kind)
      : builder_(function->getContext()), function_(function), predicate_(predicate), kind_(kind) {}

  void emit() {
    builder_.SetInsertPoint(llvm::BasicBlock::Create(function_->getContext(), "entry", function_));
    LValue* answers = kind_.bytes == 16 ? by_halves() : builder_.CreateICmp(predicate_, numbers(0), numbers(1));
    builder_.CreateRet(builder_.CreateBitCast(answers, builder_.getInt64Ty()));
  }

 private:
  bool is_value(unsigned argument) const { return argument == 1 && kind_.against == Against::Value; }

  LValue* load(llvm::Type* entry, unsigned count, unsigned argument) {
    const llvm::Align alignment(std::min(kind_.bytes, 8u));
    return builder_.CreateAlignedLoad(llvm::FixedVectorType::get(entry, count), function_->getArg(argument), alignment);
  }

  LValue* numbers(unsigned argument) {
    if (is_value(argument)) return builder_.CreateVectorSplat(kFilterBlock, function_->getArg(argument));
    return load(builder_.getIntNTy(8 * kind_.bytes), kFilterBlock, argument);
  }

  // Lower and upper ones.
  std::pair<LValue*, LValue*> halves(unsigned argument) {
    if (is_value(argument)) {
      LValue* value = function_->getArg(argument);
      LValue* lower = builder_.CreateTrunc(value, builder_.getInt64Ty());
      LValue* upper = builder_.CreateTrunc(builder_.CreateLShr(value, 64), builder_.getInt64Ty());
      return {builder_.CreateVectorSplat(kFilterBlock, lower), builder_.CreateVectorSplat(kFilterBlock, upper)};
    }
    LValue* words = load(builder_.getInt64Ty(), 2 * kFilterBlock, argument);
    std::vector<int> even, odd;
    for (int i = 0; i < static_cast<int>(kFilterBlock); ++i) {
      even.push_back(2 * i);
      odd.push_back(2 * i + 1);
    }
    return {builder_.CreateShuffleVector(words, even), builder_.CreateShuffleVector(words, odd)};
  }

  LValue* by_halves() {
    auto [a_lower, a_upper] = halves(0);
    auto [b_lower, b_upper] = halves(1);
    LValue* by_lower = builder_.CreateICmp(llvm::ICmpInst::getUnsignedPredicate(predicate_), a_lower, b_lower);
    LValue* by_upper = builder_.CreateICmp(predicate_, a_upper, b_upper);
    return builder_.CreateSelect(builder_.CreateICmpEQ(a_upper, b_upper), by_lower, by_upper);
  }

  llvm::IRBuilder<> builder_;
  llvm::Function* function_;
  const CmpInst::Predicate predicate_;
  const RowNumbers kind_;
};

}  // namespace

CmpInst::Predicate predicate_of(Compare compare) {
  switch (compare) {
    case Compare::Equal:
      return CmpInst::ICMP_EQ;
    case Compare::NotEqual:
      return CmpInst::ICMP_NE;
    case Compare::Less:
      return CmpInst::ICMP_SLT;
    case Compare::LessEqual:
      return CmpInst::ICMP_SLE;
    case Compare::Greater:
      return CmpInst::ICMP_SGT;
    case Compare::GreaterEqual:
      return CmpInst::ICMP_SGE;
  }
  return CmpInst::ICMP_EQ;
}

llvm::Function* comparison_of_rows(llvm::Module& module, CmpInst::Predicate predicate, RowNumbers kind) {
  const std::string name = fmt::format("rows_{}_{}_{}", CmpInst::getPredicateName(predicate).str(), 8 * kind.bytes,
                                       kind.against == Against::Rows ? "rows" : "value");
  if (llvm::Function* made = module.getFunction(name)) return made;
  llvm::LLVMContext& context = module.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  llvm::Type* other = kind.against == Against::Rows ? pointer : llvm::IntegerType::get(context, 8 * kind.bytes);
  auto* type = llvm::FunctionType::get(llvm::IntegerType::get(context, 64), {pointer, other}, false);
  auto* function = llvm::Function::Create(type, llvm::Function::InternalLinkage, name, module);
  function->setDoesNotThrow();
  function->addFnAttr(llvm::Attribute::NoInline);
  RowComparison(function, predicate, kind).emit();
  return function;
}

}  // namespace policyc
