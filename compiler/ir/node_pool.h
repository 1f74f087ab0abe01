// Adds nodes and operands to a DecisionIR, each once: equal ones get the id of the first.
//
//   NodePool pool(ir);
//   NodeId both = pool.both(pool.ask(Op::OwnRow, 0), condition);
//
// `both` and `either` fold constants, `x and x`, and absorption: `x or (x and y)` is x, `x and (x or y)` is x.
#pragma once

#include <unordered_map>

#include "compiler/ir/decision_ir.h"

namespace policyc {

class NodePool {
 public:
  explicit NodePool(DecisionIR& ir);

  NodeId constant(bool value) { return add({.op = value ? Op::True : Op::False}); }
  NodeId ask(Op op, uint32_t slot) { return add({.op = op, .slot = slot}); }
  NodeId ask(Op op, uint32_t slot, Right right) { return add({.op = op, .right = right, .slot = slot}); }
  NodeId both(NodeId a, NodeId b);
  NodeId either(NodeId a, NodeId b);
  // A node whose a and b are already ids of this pool; and, or are folded like `both` and `either`.
  NodeId rebuild(const Node& node);
  NodeId compare(Compare compare, OperandId a, OperandId b);
  NodeId test(Op is_null_or_set, OperandId operand);
  OperandId operand(const IROperand& operand);

 private:
  struct NodeHash {
    size_t operator()(const Node& node) const;
  };
  NodeId add(const Node& node);
  bool is_part_of(NodeId part, NodeId whole, Op op) const;

  DecisionIR& ir_;
  std::unordered_map<Node, NodeId, NodeHash> nodes_;
  std::unordered_multimap<size_t, OperandId> operands_;
};

}  // namespace policyc
