// Rebuilds the graphs in a fresh IR through a NodePool, which does the folding and the sharing.
#include "compiler/ir/simplify.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/ir/node_pool.h"

namespace policyc {

namespace {

class Simplifier {
 public:
  explicit Simplifier(const DecisionIR& before) : before_(before), after_(without_graphs(before)), pool_(after_) {}

  DecisionIR run() {
    node_map_.resize(before_.nodes.size());
    std::vector<GraphId> graph_map(before_.graphs.size());
    for (IRTable& table : after_.tables) {
      for (IRDecision& decision : table.decisions) {
        if (!decision.graph) continue;
        GraphId& mapped = graph_map[decision.graph.index];
        if (!mapped) mapped = share(rebuild(before_.graphs[decision.graph]));
        decision.graph = mapped;
      }
    }
    return std::move(after_);
  }

 private:
  static DecisionIR without_graphs(const DecisionIR& before) {
    DecisionIR after = before;
    after.operands = {};
    after.nodes = {};
    after.graphs = {};
    return after;
  }

  // Nodes point backwards, so a loop over what the root reaches, lowest index first, meets operands before their users.
  NodeId rebuild(NodeId root) {
    std::vector<uint32_t> stack = {root.index};
    while (!stack.empty()) {
      uint32_t index = stack.back();
      const Node& node = before_.nodes[NodeId{index}];
      if (node_map_[index]) {
        stack.pop_back();
      } else if (operands_of(node.op) == OpOperands::Nodes && !node_map_[node.a]) {
        stack.push_back(node.a);
      } else if (operands_of(node.op) == OpOperands::Nodes && !node_map_[node.b]) {
        stack.push_back(node.b);
      } else {
        node_map_[index] = rebuild_one(node);
        stack.pop_back();
      }
    }
    return node_map_[root.index];
  }

  NodeId rebuild_one(Node node) {
    switch (operands_of(node.op)) {
      case OpOperands::Nodes:
        node.a = node_map_[node.a].index;
        node.b = node_map_[node.b].index;
        break;
      case OpOperands::Operands:
        node.b = pool_.operand(before_.operands[OperandId{node.b}]).index;
        [[fallthrough]];
      case OpOperands::Operand:
        node.a = pool_.operand(before_.operands[OperandId{node.a}]).index;
        break;
      case OpOperands::None:
      case OpOperands::Slot:
      case OpOperands::SlotRight:
        break;
    }
    return pool_.rebuild(node);
  }

  bool is(NodeId node, Op op) const { return after_.nodes[node].op == op; }

  // Drops allow outcomes that never hold. Denials are looked at where check is false, one after the other: a node that
  // is check itself is false there, one that an earlier denial asked already is true, and nothing follows a certain
  // denial.
  Graph rebuild(const Graph& graph) {
    Graph result;
    result.check = rebuild(graph.check);
    for (const GraphOutcome& outcome : graph.allow) {
      NodeId node = rebuild(outcome.node);
      if (!is(node, Op::False)) result.allow.push_back({outcome.reason, outcome.slot, node});
    }
    for (const GraphOutcome& outcome : graph.deny) {
      NodeId node = rebuild(outcome.node);
      bool asked =
          std::any_of(result.deny.begin(), result.deny.end(), [&](const GraphOutcome& o) { return o.node == node; });
      if (is(node, Op::True) || asked) continue;
      if (node == result.check) node = pool_.constant(false);
      result.deny.push_back({outcome.reason, outcome.slot, node});
      if (is(node, Op::False)) break;
    }
    return result;
  }

  GraphId share(Graph graph) {
    std::vector<uint32_t> key = {graph.check.index};
    for (const std::vector<GraphOutcome>* outcomes : {&graph.allow, &graph.deny}) {
      key.push_back(UINT32_MAX);
      for (const GraphOutcome& o : *outcomes)
        key.insert(key.end(), {static_cast<uint32_t>(o.reason), o.slot, o.node.index});
    }
    auto [found, is_new] = graphs_.try_emplace(std::move(key), GraphId{});
    if (is_new) found->second = after_.graphs.add(std::move(graph));
    return found->second;
  }

  const DecisionIR& before_;
  DecisionIR after_;
  NodePool pool_;
  std::vector<NodeId> node_map_;
  std::map<std::vector<uint32_t>, GraphId> graphs_;
};

// Folding leaves nodes behind that nothing points to; one more pass over folded graphs folds nothing and leaves none.
bool same_shape(const DecisionIR& a, const DecisionIR& b) {
  return a.nodes == b.nodes && a.graphs == b.graphs && a.operands == b.operands;
}

}  // namespace

DecisionIR simplify(const DecisionIR& ir) {
  DecisionIR current = Simplifier(ir).run();
  for (;;) {
    DecisionIR next = Simplifier(current).run();
    if (same_shape(current, next)) return next;
    current = std::move(next);
  }
}

}  // namespace policyc
