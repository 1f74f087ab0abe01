// One line for each item, in an order that lets the reader meet every name before its use.
#include "compiler/ir/print.h"

#include <fmt/format.h>

namespace policyc {

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string number_text(Int128 number) {
  if (number == 0) return "0";
  bool negative = number < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(number) : static_cast<unsigned __int128>(number);
  std::string digits;
  for (; rest != 0; rest /= 10) digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  return negative ? "-" + digits : digits;
}

class Printer {
 public:
  explicit Printer(const DecisionIR& ir) : ir_(ir) {}

  std::string run() {
    line("decision_ir {}", quoted(ir_.policy_name));
    print_settings();
    line("slots {}", ir_.slot_count);
    for (const std::string& label : ir_.choice_labels) line("choice {}", quoted(label));
    for (const std::string& privilege : ir_.privileges) line("privilege {}", quoted(privilege));
    print_well_known();
    print_layout("user_layout", ir_.user_layout);
    print_layout("context_layout", ir_.context_layout);
    for (OperandId id : ir_.operands.ids()) print_operand(id);
    for (NodeId id : ir_.nodes.ids()) print_node(id);
    for (GraphId id : ir_.graphs.ids()) print_graph(id);
    for (TableId id : ir_.tables.ids()) print_table(id);
    for (const IRRelationship& relationship : ir_.relationships) print_relationship(relationship);
    for (RoleId id : ir_.roles.ids()) print_role(id);
    for (GrantId id : ir_.grants.ids()) print_grant(id);
    for (const IRProfile& profile : ir_.profiles) print_profile(profile);
    for (const IRFlow& flow : ir_.flows) print_flow(flow);
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }

  void print_settings() {
    constexpr size_t kFlagsOnALine = 3;
    std::span<const IRFlag> flags = ir_flags();
    for (size_t i = 0; i < flags.size(); ++i) {
      if (i % kFlagsOnALine == 0) out_ += i == 0 ? "settings" : "\nsettings";
      out_ += fmt::format(" {} {:d}", flags[i].name, ir_.settings.*flags[i].flag);
    }
    out_ += '\n';
    if (ir_.settings.assign_needs != 0) {
      out_ += "assign_needs";
      for (Right right : kAllRights) {
        if (has(ir_.settings.assign_needs, right)) out_ += fmt::format(" {}", word(right));
      }
      out_ += '\n';
    }
    const IRHierarchy& h = ir_.settings.hierarchy;
    if (h.model == IRHierarchyModel::Off) return;
    line("hierarchy {} depth {} write_levels {} manager_unit {}", word(h.model), h.depth, h.write_levels,
         word(h.manager_unit));
  }

  void print_well_known() {
    const IRWellKnown& known = ir_.well_known;
    if (known.act_on_behalf) line("well_known act_on_behalf {}", known.act_on_behalf.index);
    if (known.merge) line("well_known merge {}", known.merge.index);
    if (known.reparent_user) line("well_known reparent_user {}", known.reparent_user.index);
    if (known.reparent_team) line("well_known reparent_team {}", known.reparent_team.index);
    if (known.business_unit) line("well_known business_unit {}", known.business_unit.index);
  }

  void print_layout(std::string_view word, const AttributeLayout& layout) {
    line("{} size {}", word, layout.size);
    for (const Field& field : layout.fields) {
      line("  field {} {} @{} bit {} attribute {}", quoted(field.name), policyc::word(field.type), field.offset,
           field.presence, field.attribute);
    }
  }

  void print_operand(OperandId id) {
    const IROperand& operand = ir_.operands[id];
    std::string_view type = word(operand.type);
    switch (operand.from) {
      case IROperand::From::Literal:
        if (operand.type == ValueType::String)
          return line("operand o{} literal {} {}", id.index, type, quoted(operand.literal.text));
        return line("operand o{} literal {} {}", id.index, type, number_text(operand.literal.number));
      case IROperand::From::Record:
        return attribute_operand(id, "record");
      case IROperand::From::User:
        return attribute_operand(id, "user");
      case IROperand::From::Context:
        return attribute_operand(id, "context");
    }
  }

  void attribute_operand(OperandId id, std::string_view from) {
    const IROperand& operand = ir_.operands[id];
    line("operand o{} {} {} @{} bit {}", id.index, from, word(operand.type), operand.offset, operand.presence);
  }

  void print_node(NodeId id) {
    const Node& node = ir_.nodes[id];
    switch (operands_of(node.op)) {
      case OpOperands::None:
        return line("%{} = {}", id.index, word(node.op));
      case OpOperands::Nodes:
        return line("%{} = {} %{} %{}", id.index, word(node.op), node.a, node.b);
      case OpOperands::Slot:
        return line("%{} = {} {}", id.index, word(node.op), node.slot);
      case OpOperands::SlotRight:
        return line("%{} = {} {} {}", id.index, word(node.op), node.slot, word(node.right));
      case OpOperands::Operands:
        return line("%{} = {} {} o{} o{}", id.index, word(node.op), word(node.compare), node.a, node.b);
      case OpOperands::Operand:
        return line("%{} = {} o{}", id.index, word(node.op), node.a);
    }
  }

  void print_graph(GraphId id) {
    const Graph& graph = ir_.graphs[id];
    line("graph g{} check %{}", id.index, graph.check.index);
    for (const GraphOutcome& o : graph.allow) line("  allow {} slot {} %{}", word(o.reason), o.slot, o.node.index);
    for (const GraphOutcome& o : graph.deny) line("  deny {} unless %{}", word(o.reason), o.node.index);
  }

  void print_table(TableId id) {
    const IRTable& table = ir_.tables[id];
    line("table {} owned by {}", quoted(table.name), word(table.ownership));
    if (table.in_hierarchy) line("  in_hierarchy");
    for (const IRColumn& column : table.secured)
      line("  column {} attribute {}", quoted(column.name), column.attribute);
    print_layout("  layout", table.layout);
    for (Right right : kAllRights) {
      const IRDecision& d = table.decisions[static_cast<size_t>(right)];
      if (!d.graph) continue;
      line("  decision {} g{} base {} slots {} {}", word(right), d.graph.index, d.base, d.first_slot, d.slot_count);
    }
  }

  void print_relationship(const IRRelationship& r) {
    out_ += fmt::format("relationship {} child {} parent {}", quoted(r.name), r.child.index, r.parent.index);
    if (r.many_to_many) return line(" many_to_many");
    out_ += fmt::format(" lookup {}", quoted(r.lookup));
    for (size_t i = 0; i < kIRActionCount; ++i) {
      out_ += fmt::format(" {} {}", word(static_cast<IRAction>(i)), word(r.behaviour[i]));
    }
    out_ += '\n';
  }

  void print_role(RoleId id) {
    const IRRole& role = ir_.roles[id];
    line("role {} {}", quoted(role.name), role.team_privileges_only ? "team_privileges_only" : "direct_user");
    if (!role.grants.empty()) {
      out_ += "  grants";
      for (GrantId grant : role.grants) out_ += fmt::format(" {}", grant.index);
      out_ += '\n';
    }
    if (!role.privileges.empty()) {
      out_ += "  privileges";
      for (PrivilegeId privilege : role.privileges) out_ += fmt::format(" {}", privilege.index);
      out_ += '\n';
    }
  }

  void print_grant(GrantId id) {
    const IRGrant& g = ir_.grants[id];
    line("grant role {} table {} {} at {} slot {} {} {}", g.role.index, g.table.index, word(g.right), word(g.level),
         g.slot, g.conditional ? "conditional" : "always", quoted(g.place));
  }

  void print_profile(const IRProfile& profile) {
    line("profile {}", quoted(profile.name));
    for (const IRProfileColumns& opened : profile.tables) {
      out_ += fmt::format("  columns table {}", opened.table.index);
      for (size_t i = 0; i < kIRPermissionCount; ++i) {
        out_ += fmt::format(" {} {}", word(static_cast<IRPermission>(i)), opened.columns[i]);
      }
      out_ += '\n';
    }
  }

  void print_flow(const IRFlow& flow) {
    line("flow {} table {}", quoted(flow.name), flow.table.index);
    for (const IRStep& step : flow.steps) {
      out_ += fmt::format("  step {} {} table {} as {}", quoted(step.name), word(step.right), step.table.index,
                          word(step.run_as));
      bool names_user = step.run_as == IRRunAs::RecordOwner || step.run_as == IRRunAs::Named;
      if (names_user) out_ += " " + quoted(step.user);
      if (step.bounded) out_ += " bounded_by " + quoted(step.bounded_by);
      out_ += '\n';
    }
  }

  const DecisionIR& ir_;
  std::string out_;
};

}  // namespace

std::string print(const DecisionIR& ir) { return Printer(ir).run(); }

}  // namespace policyc
