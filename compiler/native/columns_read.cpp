#include "compiler/native/columns_read.h"

#include <algorithm>
#include <utility>

namespace policyc {

namespace {

class Reader {
 public:
  explicit Reader(const DecisionIR& ir) : ir_(ir), seen_(ir.nodes.size(), UINT32_MAX) {}

  policy::ColumnsRead read(GraphId graph) {
    policy::ColumnsRead reads;
    pending_.push_back(ir_.graphs[graph].check);
    while (!pending_.empty()) {
      NodeId id = pending_.back();
      pending_.pop_back();
      if (std::exchange(seen_[id.index], graph.index) == graph.index) continue;
      const Node& node = ir_.nodes[id];
      if (operands_of(node.op) == OpOperands::Nodes) pending_.insert(pending_.end(), {{node.a}, {node.b}});
      add(node, reads);
    }
    std::ranges::sort(reads.attributes);
    auto twice = std::ranges::unique(reads.attributes);
    reads.attributes.erase(twice.begin(), twice.end());
    return reads;
  }

 private:
  void add(const Node& node, policy::ColumnsRead& reads) const {
    reads.owner |= node.op == Op::OwnRow || node.op == Op::TeamRow || node.op == Op::Home || node.op == Op::Hierarchy;
    reads.unit |= node.op == Op::InReach || node.op == Op::Home;
    reads.away |= node.op == Op::Home;
    reads.shares |= operands_of(node.op) == OpOperands::SlotRight;
    for (const IROperand* operand : operands_asked(ir_, node)) {
      if (operand->from == IROperand::From::Record) reads.attributes.push_back(operand->presence);
    }
  }

  const DecisionIR& ir_;
  std::vector<uint32_t> seen_;  // the last graph that a node was seen in
  std::vector<NodeId> pending_;
};

}  // namespace

std::vector<policy::ColumnsRead> columns_read(const DecisionIR& ir) {
  Reader reader(ir);
  std::vector<policy::ColumnsRead> reads;
  reads.reserve(ir.graphs.size());
  for (GraphId graph : ir.graphs.ids()) reads.push_back(reader.read(graph));
  return reads;
}

std::vector<const IROperand*> operands_asked(const DecisionIR& ir, const Node& node) {
  std::vector<const IROperand*> operands;
  OpOperands kind = operands_of(node.op);
  if (kind == OpOperands::Operands || kind == OpOperands::Operand) operands.push_back(&ir.operands[OperandId{node.a}]);
  if (kind == OpOperands::Operands) operands.push_back(&ir.operands[OperandId{node.b}]);
  return operands;
}

}  // namespace policyc
