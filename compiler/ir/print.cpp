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
    const IRSettings& s = ir_.settings;
    line("settings modern_units {:d} ownership_recomputed {:d} unit_as_principal {:d}", s.modern_units,
         s.ownership_recomputed, s.unit_as_principal);
    line("settings unit_principal_user_level {:d} share_reaches_team_only_basic {:d}", s.unit_principal_user_level,
         s.share_reaches_team_only_basic);
    line("slots {}", ir_.slot_count);
    for (const std::string& label : ir_.choice_labels) line("choice {}", quoted(label));
    for (const std::string& privilege : ir_.privileges) line("privilege {}", quoted(privilege));
    print_layout("user_layout", ir_.user_layout);
    print_layout("context_layout", ir_.context_layout);
    for (OperandId id : ir_.operands.ids()) print_operand(id);
    for (NodeId id : ir_.nodes.ids()) print_node(id);
    for (GraphId id : ir_.graphs.ids()) print_graph(id);
    for (TableId id : ir_.tables.ids()) print_table(id);
    for (RoleId id : ir_.roles.ids()) print_role(id);
    for (GrantId id : ir_.grants.ids()) print_grant(id);
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
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
    for (const Outcome& o : graph.allow) line("  allow {} slot {} %{}", word(o.reason), o.slot, o.node.index);
    for (const Outcome& o : graph.deny) line("  deny {} unless %{}", word(o.reason), o.node.index);
  }

  void print_table(TableId id) {
    const IRTable& table = ir_.tables[id];
    line("table {} owned by {}", quoted(table.name), word(table.ownership));
    print_layout("  layout", table.layout);
    for (Right right : kAllRights) {
      const IRDecision& d = table.decisions[static_cast<size_t>(right)];
      if (!d.graph) continue;
      line("  decision {} g{} base {} slots {} {}", word(right), d.graph.index, d.base, d.first_slot, d.slot_count);
    }
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

  const DecisionIR& ir_;
  std::string out_;
};

}  // namespace

std::string print(const DecisionIR& ir) { return Printer(ir).run(); }

}  // namespace policyc
