#include "compiler/ir/verify.h"

#include <fmt/format.h>

#include "compiler/ir/attribute_layout.h"

namespace policyc {

namespace {

using Problem = std::optional<std::string>;

Problem check_operand(const DecisionIR& ir, uint32_t index, std::string_view user) {
  if (!ir.operands.contains({index})) return fmt::format("{} uses operand o{}, which is not there", user, index);
  return std::nullopt;
}

Problem check_node(const DecisionIR& ir, NodeId id) {
  const Node& node = ir.nodes[id];
  std::string name = fmt::format("%{}", id.index);
  switch (operands_of(node.op)) {
    case OpOperands::None:
      return std::nullopt;
    case OpOperands::Nodes:
      if (node.a >= id.index || node.b >= id.index) return name + " does not point backwards";
      return std::nullopt;
    case OpOperands::Slot:
    case OpOperands::SlotRight:
      if (node.slot >= ir.slot_count) return name + " asks about a slot that is not there";
      return std::nullopt;
    case OpOperands::Operands: {
      if (Problem p = check_operand(ir, node.a, name)) return p;
      if (Problem p = check_operand(ir, node.b, name)) return p;
      ValueType a = ir.operands[OperandId{node.a}].type, b = ir.operands[OperandId{node.b}].type;
      if (a != b) return name + " compares operands of two types";
      bool ordered = a != ValueType::String && a != ValueType::Boolean && a != ValueType::Choice;
      if (!ordered && node.compare > Compare::NotEqual) return name + " orders a type that has no order";
      return std::nullopt;
    }
    case OpOperands::Operand:
      return check_operand(ir, node.a, name);
  }
  return name + " has an unknown operation";
}

Problem check_field(const AttributeLayout& layout, const Field& field, std::string_view where) {
  uint32_t presence_bytes = static_cast<uint32_t>((layout.fields.size() + 7) / 8);
  uint32_t alignment = std::min(size_of(field.type), 8u);
  bool fits = field.offset >= presence_bytes && field.offset % alignment == 0 &&
              uint64_t{field.offset} + size_of(field.type) <= layout.size && field.presence < layout.fields.size();
  if (!fits) return fmt::format("field `{}` of {} does not fit its layout", field.name, where);
  return std::nullopt;
}

Problem check_layout(const AttributeLayout& layout, std::string_view where) {
  if (layout.size % 8 != 0) return fmt::format("the layout of {} is not a multiple of 8 bytes", where);
  for (const Field& field : layout.fields) {
    if (Problem p = check_field(layout, field, where)) return p;
  }
  return std::nullopt;
}

bool holds_field(const AttributeLayout& layout, const IROperand& operand) {
  for (const Field& field : layout.fields) {
    if (field.type == operand.type && field.offset == operand.offset && field.presence == operand.presence) return true;
  }
  return false;
}

// A graph may be shared by tables, so each table's layout must hold every field of the record that the graph reads.
class GraphCheck {
 public:
  GraphCheck(const DecisionIR& ir) : ir_(ir), seen_(ir.nodes.size(), 0) {}

  Problem run(const IRTable& table, const IRDecision& decision) {
    ++round_;
    const Graph& graph = ir_.graphs[decision.graph];
    std::vector<uint32_t> stack = {graph.check.index};
    for (const GraphOutcome& o : graph.allow) stack.push_back(o.node.index);
    for (const GraphOutcome& o : graph.deny) stack.push_back(o.node.index);
    while (!stack.empty()) {
      uint32_t index = stack.back();
      stack.pop_back();
      if (std::exchange(seen_[index], round_) == round_) continue;
      const Node& node = ir_.nodes[NodeId{index}];
      if (Problem p = check_reads(table, decision, node)) return p;
      if (operands_of(node.op) == OpOperands::Nodes) stack.insert(stack.end(), {node.a, node.b});
    }
    return std::nullopt;
  }

 private:
  Problem check_reads(const IRTable& table, const IRDecision& decision, const Node& node) const {
    OpOperands operands = operands_of(node.op);
    if (operands == OpOperands::Slot || operands == OpOperands::SlotRight) {
      uint64_t slot = uint64_t{decision.base} + node.slot;
      if (slot >= ir_.slot_count)
        return fmt::format("table `{}` asks about slot {}, which is not there", table.name, slot);
      return std::nullopt;
    }
    if (operands == OpOperands::Operands) {
      if (Problem p = check_attribute(table, ir_.operands[OperandId{node.b}])) return p;
    }
    if (operands == OpOperands::Operands || operands == OpOperands::Operand) {
      return check_attribute(table, ir_.operands[OperandId{node.a}]);
    }
    return std::nullopt;
  }

  Problem check_attribute(const IRTable& table, const IROperand& operand) const {
    bool held = true;
    switch (operand.from) {
      case IROperand::From::Literal:
        break;
      case IROperand::From::Record:
        held = holds_field(table.layout, operand);
        break;
      case IROperand::From::User:
        held = holds_field(ir_.user_layout, operand);
        break;
      case IROperand::From::Context:
        held = holds_field(ir_.context_layout, operand);
        break;
    }
    if (!held) return fmt::format("a condition on table `{}` reads an attribute that no layout holds", table.name);
    return std::nullopt;
  }

  const DecisionIR& ir_;
  std::vector<uint32_t> seen_;
  uint32_t round_ = 0;
};

Problem check_graph(const DecisionIR& ir, GraphId id) {
  const Graph& graph = ir.graphs[id];
  auto has = [&](NodeId node) { return ir.nodes.contains(node); };
  bool sound = has(graph.check);
  for (const GraphOutcome& o : graph.allow) sound = sound && has(o.node) && allows(o.reason) && o.slot < ir.slot_count;
  for (const GraphOutcome& o : graph.deny)
    sound = sound && has(o.node) && !allows(o.reason) && o.reason != Reason::None;
  if (!sound) return fmt::format("graph g{} names a node, reason or slot that is not there", id.index);
  if (graph.deny.empty() || ir.nodes[graph.deny.back().node].op != Op::False) {
    return fmt::format("graph g{} does not end in a certain denial", id.index);
  }
  return std::nullopt;
}

Problem check_table(const DecisionIR& ir, const IRTable& table, GraphCheck& graph_check) {
  if (Problem p = check_layout(table.layout, "table `" + table.name + "`")) return p;
  for (const IRDecision& d : table.decisions) {
    if (!d.graph) continue;
    if (!ir.graphs.contains(d.graph)) return fmt::format("table `{}` names a graph that is not there", table.name);
    bool in_range = d.base < ir.slot_count && d.base <= d.first_slot && d.slot_count > 0 &&
                    uint64_t{d.first_slot} + d.slot_count <= ir.slot_count;
    if (!in_range) return fmt::format("table `{}` names slots that are not there", table.name);
    if (Problem p = graph_check.run(table, d)) return p;
  }
  return std::nullopt;
}

Problem check_grant(const DecisionIR& ir, GrantId id) {
  const IRGrant& grant = ir.grants[id];
  if (!ir.roles.contains(grant.role) || !ir.tables.contains(grant.table)) {
    return fmt::format("grant {} names a role or table that is not there", id.index);
  }
  const IRDecision& d = ir.tables[grant.table].decisions[static_cast<size_t>(grant.right)];
  if (!d.graph || grant.slot < d.first_slot || grant.slot >= d.first_slot + d.slot_count) {
    return fmt::format("grant {} fills a slot that is not its decision's", id.index);
  }
  return std::nullopt;
}

Problem check_role(const DecisionIR& ir, const IRRole& role) {
  for (GrantId grant : role.grants) {
    if (!ir.grants.contains(grant)) return fmt::format("role `{}` holds a grant that is not there", role.name);
  }
  for (PrivilegeId p : role.privileges) {
    if (p.index >= ir.privileges.size()) return fmt::format("role `{}` holds a privilege that is not there", role.name);
  }
  return std::nullopt;
}

Problem check_columns(const IRTable& table) {
  if (table.secured.size() > kIRColumnLimit) return fmt::format("table `{}` has too many secured columns", table.name);
  for (size_t i = 1; i < table.secured.size(); ++i) {
    if (table.secured[i - 1].attribute >= table.secured[i].attribute) {
      return fmt::format("the secured columns of table `{}` do not ascend", table.name);
    }
  }
  return std::nullopt;
}

Problem check_profile(const DecisionIR& ir, const IRProfile& profile) {
  for (const IRProfileColumns& opened : profile.tables) {
    if (!ir.tables.contains(opened.table)) {
      return fmt::format("profile `{}` names a table that is not there", profile.name);
    }
    size_t secured = ir.tables[opened.table].secured.size();
    for (uint64_t columns : opened.columns) {
      if (secured < kIRColumnLimit && columns >> secured != 0) {
        return fmt::format("profile `{}` opens a column that is not there", profile.name);
      }
    }
  }
  return std::nullopt;
}

Problem check_flow(const DecisionIR& ir, const IRFlow& flow) {
  bool sound = ir.tables.contains(flow.table);
  for (const IRStep& step : flow.steps) sound = sound && ir.tables.contains(step.table);
  if (!sound) return fmt::format("flow `{}` names a table that is not there", flow.name);
  return std::nullopt;
}

// Relationships, columns, flows and what operations ask about.
Problem check_names(const DecisionIR& ir) {
  for (const IRTable& table : ir.tables) {
    if (Problem p = check_columns(table)) return p;
  }
  for (const IRRelationship& r : ir.relationships) {
    bool sound = ir.tables.contains(r.child) && ir.tables.contains(r.parent);
    if (!sound) return fmt::format("relationship `{}` names a table that is not there", r.name);
  }
  for (const IRProfile& profile : ir.profiles) {
    if (Problem p = check_profile(ir, profile)) return p;
  }
  for (const IRFlow& flow : ir.flows) {
    if (Problem p = check_flow(ir, flow)) return p;
  }
  const IRWellKnown& known = ir.well_known;
  for (PrivilegeId privilege : {known.act_on_behalf, known.merge, known.reparent_user, known.reparent_team}) {
    if (privilege && privilege.index >= ir.privileges.size()) return "a well-known privilege is not there";
  }
  if (known.business_unit && !ir.tables.contains(known.business_unit)) return "a well-known table is not there";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> verify(const DecisionIR& ir) {
  if (Problem p = check_layout(ir.user_layout, "users")) return p;
  if (Problem p = check_layout(ir.context_layout, "the context")) return p;
  for (NodeId id : ir.nodes.ids()) {
    if (Problem p = check_node(ir, id)) return p;
  }
  for (GraphId id : ir.graphs.ids()) {
    if (Problem p = check_graph(ir, id)) return p;
  }
  GraphCheck graph_check(ir);
  for (const IRTable& table : ir.tables) {
    if (Problem p = check_table(ir, table, graph_check)) return p;
  }
  for (GrantId id : ir.grants.ids()) {
    if (Problem p = check_grant(ir, id)) return p;
  }
  for (const IRRole& role : ir.roles) {
    if (Problem p = check_role(ir, role)) return p;
  }
  return check_names(ir);
}

}  // namespace policyc
