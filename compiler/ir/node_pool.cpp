#include "compiler/ir/node_pool.h"

#include <functional>

namespace policyc {

namespace {

size_t mix(size_t seed, size_t value) { return (seed ^ value) * 0x9e3779b97f4a7c15ull + (seed >> 29); }

size_t hash_of(const IROperand& operand) {
  size_t hash = mix(static_cast<size_t>(operand.from), static_cast<size_t>(operand.type));
  hash = mix(mix(hash, operand.offset), operand.presence);
  hash = mix(hash, static_cast<size_t>(operand.literal.number));
  return mix(hash, std::hash<std::string>()(operand.literal.text));
}

}  // namespace

size_t NodePool::NodeHash::operator()(const Node& node) const {
  size_t hash =
      (static_cast<size_t>(node.op) << 16) | (static_cast<size_t>(node.compare) << 8) | static_cast<size_t>(node.right);
  return mix(mix(mix(hash, node.slot), node.a), node.b);
}

NodePool::NodePool(DecisionIR& ir) : ir_(ir) {
  for (NodeId id : ir_.nodes.ids()) nodes_.emplace(ir_.nodes[id], id);
  for (OperandId id : ir_.operands.ids()) operands_.emplace(hash_of(ir_.operands[id]), id);
}

NodeId NodePool::add(const Node& node) {
  auto [found, is_new] = nodes_.try_emplace(node, NodeId{});
  if (is_new) found->second = ir_.nodes.add(node);
  return found->second;
}

OperandId NodePool::operand(const IROperand& operand) {
  size_t hash = hash_of(operand);
  for (auto [i, end] = operands_.equal_range(hash); i != end; ++i) {
    if (ir_.operands[i->second] == operand) return i->second;
  }
  OperandId id = ir_.operands.add(operand);
  operands_.emplace(hash, id);
  return id;
}

// Whether `part` is one of the operands that `whole`, a node of `op`, directly joins.
bool NodePool::is_part_of(NodeId part, NodeId whole, Op op) const {
  const Node& node = ir_.nodes[whole];
  return node.op == op && (node.a == part.index || node.b == part.index);
}

NodeId NodePool::both(NodeId a, NodeId b) {
  Op op_a = ir_.nodes[a].op, op_b = ir_.nodes[b].op;
  if (op_a == Op::False || op_b == Op::True || a == b) return a;
  if (op_b == Op::False || op_a == Op::True) return b;
  if (is_part_of(a, b, Op::Or) || is_part_of(b, a, Op::And)) return a;
  if (is_part_of(b, a, Op::Or) || is_part_of(a, b, Op::And)) return b;
  return add({.op = Op::And, .a = a.index, .b = b.index});
}

NodeId NodePool::either(NodeId a, NodeId b) {
  Op op_a = ir_.nodes[a].op, op_b = ir_.nodes[b].op;
  if (op_a == Op::True || op_b == Op::False || a == b) return a;
  if (op_b == Op::True || op_a == Op::False) return b;
  if (is_part_of(a, b, Op::And) || is_part_of(b, a, Op::Or)) return a;
  if (is_part_of(b, a, Op::And) || is_part_of(a, b, Op::Or)) return b;
  return add({.op = Op::Or, .a = a.index, .b = b.index});
}

NodeId NodePool::rebuild(const Node& node) {
  if (node.op == Op::And) return both({node.a}, {node.b});
  if (node.op == Op::Or) return either({node.a}, {node.b});
  return add(node);
}

NodeId NodePool::compare(Compare compare, OperandId a, OperandId b) {
  return add({.op = Op::Compare, .compare = compare, .a = a.index, .b = b.index});
}

NodeId NodePool::test(Op is_null_or_set, OperandId operand) { return add({.op = is_null_or_set, .a = operand.index}); }

}  // namespace policyc
