// `not` is pushed inwards: the false side of `a < b` is `a >= b`, and both are false where a or b is null. So "is true"
// and "is false" of an expression are two questions, and unknown is neither.
#include "compiler/lower/condition.h"

namespace policyc {

namespace {

Compare lower_comparison(Comparison comparison, bool wanted) {
  switch (comparison) {
    case Comparison::Equal:
      return wanted ? Compare::Equal : Compare::NotEqual;
    case Comparison::NotEqual:
      return wanted ? Compare::NotEqual : Compare::Equal;
    case Comparison::Less:
      return wanted ? Compare::Less : Compare::GreaterEqual;
    case Comparison::LessEqual:
      return wanted ? Compare::LessEqual : Compare::Greater;
    case Comparison::Greater:
      return wanted ? Compare::Greater : Compare::LessEqual;
    case Comparison::GreaterEqual:
      return wanted ? Compare::GreaterEqual : Compare::Less;
  }
  return Compare::Equal;
}

class ConditionLowering {
 public:
  ConditionLowering(NodePool& pool, const OperandLowering& operand) : pool_(pool), operand_(operand) {}

  // Recursion is bounded by limits::kNestingDepth, which the parser holds.
  NodeId lower(const Expression& e, bool wanted) {
    switch (e.kind) {
      case Expression::Kind::Or:
        return join(e, wanted, !wanted);
      case Expression::Kind::And:
        return join(e, wanted, wanted);
      case Expression::Kind::Not:
        return lower(e.children.front(), !wanted);
      case Expression::Kind::Compare:
        return pool_.compare(lower_comparison(e.comparison, wanted), add(e.left), add(e.right));
      case Expression::Kind::IsNull:
        return pool_.test(wanted ? Op::IsNull : Op::IsSet, add(e.left));
    }
    return pool_.constant(false);
  }

 private:
  NodeId join(const Expression& e, bool wanted, bool all) {
    NodeId joined = pool_.constant(all);
    for (const Expression& child : e.children) {
      NodeId next = lower(child, wanted);
      joined = all ? pool_.both(joined, next) : pool_.either(joined, next);
    }
    return joined;
  }

  OperandId add(const Operand& operand) { return pool_.operand(operand_(operand)); }

  NodePool& pool_;
  const OperandLowering& operand_;
};

}  // namespace

NodeId lower_condition(NodePool& pool, const Expression& expression, const OperandLowering& operand) {
  return ConditionLowering(pool, operand).lower(expression, true);
}

}  // namespace policyc
