#include "compiler/ir/chain.h"

#include <set>

namespace policyc {

std::vector<NodeId> chain(const DecisionIR& ir, NodeId root) {
  const Op op = ir.nodes[root].op;
  std::vector<NodeId> pending = {root}, operands;
  std::set<NodeId> seen;
  while (!pending.empty()) {
    NodeId id = pending.back();
    pending.pop_back();
    if (!seen.insert(id).second) continue;
    const Node& node = ir.nodes[id];
    if (node.op == op) {
      pending.push_back({node.b});
      pending.push_back({node.a});
    } else {
      operands.push_back(id);
    }
  }
  return operands;
}

}  // namespace policyc
