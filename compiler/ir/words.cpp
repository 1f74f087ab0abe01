// The spelling of operations and comparisons in the text form.
#include "compiler/ir/decision_ir.h"

namespace policyc {

namespace {
constexpr std::string_view kOpWords[] = {
#define DECISION_OP(name, word, operands) word,
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
};
constexpr OpOperands kOpOperands[] = {
#define DECISION_OP(name, word, operands) OpOperands::operands,
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
};
constexpr std::string_view kCompareWords[] = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"};
}  // namespace

std::string_view word(Op op) { return kOpWords[static_cast<size_t>(op)]; }
OpOperands operands_of(Op op) { return kOpOperands[static_cast<size_t>(op)]; }
std::string_view word(Compare compare) { return kCompareWords[static_cast<size_t>(compare)]; }

}  // namespace policyc
