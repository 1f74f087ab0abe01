// The reader of the text form: a line at a time, words split at spaces, no recursion.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/ir/print.h"
#include "compiler/ir/text_words.h"
#include "compiler/ir/verify.h"

namespace policyc {

namespace {

template <typename Id, typename T>
T& last(Store<Id, T>& store) {
  return *(store.end() - 1);
}

class IRParser {
 public:
  explicit IRParser(std::string_view text) : text_(text) {}

  Result<DecisionIR> run() {
    size_t number = 0;
    while (!text_.empty()) {
      ++number;
      std::string_view line = text_.substr(0, text_.find('\n'));
      text_.remove_prefix(std::min(line.size() + 1, text_.size()));
      Words words(line);
      if (words.at_end()) continue;
      read_line(words);
      if (words.failed() || !words.at_end()) return Failure{fmt::format("line {}: cannot be read", number)};
    }
    if (!seen_header_) return Failure{"line 1: not a decision_ir"};
    if (std::optional<std::string> problem = verify(ir_)) return Failure{*problem};
    return std::move(ir_);
  }

 private:
  using Reader = void (IRParser::*)(Words&);

  static Reader reader_of(std::string_view head) {
    static constexpr std::pair<std::string_view, Reader> kReaders[] = {
        {"decision_ir", &IRParser::read_header},
        {"settings", &IRParser::read_settings},
        {"assign_needs", &IRParser::read_assign_needs},
        {"hierarchy", &IRParser::read_hierarchy},
        {"slots", &IRParser::read_slots},
        {"choice", &IRParser::read_choice},
        {"privilege", &IRParser::read_privilege},
        {"well_known", &IRParser::read_well_known},
        {"user_layout", &IRParser::read_user_layout},
        {"context_layout", &IRParser::read_context_layout},
        {"layout", &IRParser::read_table_layout},
        {"field", &IRParser::read_field},
        {"operand", &IRParser::read_operand},
        {"graph", &IRParser::read_graph},
        {"allow", &IRParser::read_allow},
        {"deny", &IRParser::read_deny},
        {"table", &IRParser::read_table},
        {"in_hierarchy", &IRParser::read_in_hierarchy},
        {"column", &IRParser::read_column},
        {"decision", &IRParser::read_decision},
        {"relationship", &IRParser::read_relationship},
        {"role", &IRParser::read_role},
        {"grants", &IRParser::read_role_grants},
        {"privileges", &IRParser::read_role_privileges},
        {"grant", &IRParser::read_grant},
        {"profile", &IRParser::read_profile},
        {"columns", &IRParser::read_profile_columns},
        {"flow", &IRParser::read_flow},
        {"step", &IRParser::read_step},
    };
    for (const auto& [word, reader] : kReaders) {
      if (word == head) return reader;
    }
    return nullptr;
  }

  void read_line(Words& w) {
    std::string_view head = w.next();
    if (head.starts_with('%')) return read_node(head, w);
    Reader reader = reader_of(head);
    reader == nullptr ? void(w.fail()) : (this->*reader)(w);
  }

  void read_header(Words& w) {
    if (seen_header_) w.fail();
    seen_header_ = true;
    ir_.policy_name = w.quoted();
  }

  void read_settings(Words& w) {
    while (!w.at_end() && !w.failed()) {
      std::string_view name = w.next();
      auto found = std::ranges::find(ir_flags(), name, &IRFlag::name);
      if (found == ir_flags().end()) return void(w.fail());
      ir_.settings.*found->flag = w.flag();
    }
  }

  void read_assign_needs(Words& w) {
    while (!w.at_end() && !w.failed()) ir_.settings.assign_needs |= bit(w.one_of(kAllRights.back()));
  }

  void read_hierarchy(Words& w) {
    IRHierarchy& h = ir_.settings.hierarchy;
    h.model = w.one_of(IRHierarchyModel::Position);
    if (h.model == IRHierarchyModel::Off) w.fail();
    w.expect("depth");
    h.depth = w.number();
    w.expect("write_levels");
    h.write_levels = w.number();
    w.expect("manager_unit");
    h.manager_unit = w.one_of(IRManagerUnit::Any);
  }

  void read_slots(Words& w) { ir_.slot_count = w.number(); }
  void read_choice(Words& w) { ir_.choice_labels.push_back(w.quoted()); }
  void read_privilege(Words& w) { ir_.privileges.push_back(w.quoted()); }

  void read_well_known(Words& w) {
    IRWellKnown& known = ir_.well_known;
    const std::pair<std::string_view, uint32_t*> names[] = {{"act_on_behalf", &known.act_on_behalf.index},
                                                            {"merge", &known.merge.index},
                                                            {"reparent_user", &known.reparent_user.index},
                                                            {"reparent_team", &known.reparent_team.index},
                                                            {"business_unit", &known.business_unit.index}};
    std::string_view name = w.next();
    auto found = std::ranges::find_if(names, [&](const auto& entry) { return entry.first == name; });
    if (found == std::end(names)) return void(w.fail());
    *found->second = w.number();
  }

  void read_user_layout(Words& w) { open_layout(ir_.user_layout, w); }
  void read_context_layout(Words& w) { open_layout(ir_.context_layout, w); }
  void read_table_layout(Words& w) { ir_.tables.empty() ? void(w.fail()) : open_layout(last(ir_.tables).layout, w); }

  void open_layout(AttributeLayout& layout, Words& w) {
    w.expect("size");
    layout.size = w.number();
    layout.fields.clear();
    layout_ = &layout;
  }

  void read_field(Words& w) {
    if (layout_ == nullptr) return void(w.fail());
    Field field;
    field.name = w.quoted();
    field.type = w.one_of(ValueType::Choice);
    field.offset = w.number("@");
    w.expect("bit");
    field.presence = w.number();
    w.expect("attribute");
    field.attribute = w.number();
    layout_->fields.push_back(std::move(field));
  }

  void read_operand(Words& w) {
    if (w.number("o") != ir_.operands.size()) w.fail();
    IROperand operand;
    std::string_view from = w.next();
    operand.type = w.one_of(ValueType::Choice);
    if (from == "literal") {
      operand.literal =
          operand.type == ValueType::String ? Value::string(w.quoted()) : Value::of(operand.type, w.wide_number());
    } else {
      if (from == "record")
        operand.from = IROperand::From::Record;
      else if (from == "user")
        operand.from = IROperand::From::User;
      else if (from == "context")
        operand.from = IROperand::From::Context;
      else
        w.fail();
      operand.offset = w.number("@");
      w.expect("bit");
      operand.presence = w.number();
    }
    ir_.operands.add(std::move(operand));
  }

  void read_node(std::string_view head, Words& w) {
    if (head != fmt::format("%{}", ir_.nodes.size())) w.fail();
    w.expect("=");
    Node node;
    node.op = w.one_of(static_cast<Op>(kOpCount - 1));
    switch (operands_of(node.op)) {
      case OpOperands::None:
        break;
      case OpOperands::Nodes:
        node.a = w.number("%");
        node.b = w.number("%");
        break;
      case OpOperands::Slot:
        node.slot = w.number();
        break;
      case OpOperands::SlotRight:
        node.slot = w.number();
        node.right = w.one_of(kAllRights.back());
        break;
      case OpOperands::Operands:
        node.compare = w.one_of(Compare::GreaterEqual);
        node.a = w.number("o");
        node.b = w.number("o");
        break;
      case OpOperands::Operand:
        node.a = w.number("o");
        break;
    }
    ir_.nodes.add(node);
  }

  void read_graph(Words& w) {
    if (w.number("g") != ir_.graphs.size()) w.fail();
    w.expect("check");
    ir_.graphs.add({.check = {w.number("%")}, .allow = {}, .deny = {}});
  }

  void read_allow(Words& w) { read_outcome(true, w); }
  void read_deny(Words& w) { read_outcome(false, w); }
  void read_outcome(bool is_allow, Words& w) {
    if (ir_.graphs.empty()) return void(w.fail());
    GraphOutcome outcome;
    outcome.reason = w.one_of(Reason::Unknown);
    w.expect(is_allow ? "slot" : "unless");
    if (is_allow) outcome.slot = w.number();
    outcome.node = {w.number("%")};
    (is_allow ? last(ir_.graphs).allow : last(ir_.graphs).deny).push_back(outcome);
  }

  void read_table(Words& w) {
    IRTable table;
    table.name = w.quoted();
    w.expect("owned");
    w.expect("by");
    table.ownership = w.one_of(Ownership::Organization);
    ir_.tables.add(std::move(table));
    layout_ = nullptr;
  }

  void read_in_hierarchy(Words& w) { ir_.tables.empty() ? void(w.fail()) : void(last(ir_.tables).in_hierarchy = true); }

  void read_column(Words& w) {
    if (ir_.tables.empty()) return void(w.fail());
    IRColumn column;
    column.name = w.quoted();
    w.expect("attribute");
    column.attribute = w.number();
    last(ir_.tables).secured.push_back(std::move(column));
  }

  void read_decision(Words& w) {
    if (ir_.tables.empty()) return void(w.fail());
    IRDecision& d = last(ir_.tables).decisions[static_cast<size_t>(w.one_of(kAllRights.back()))];
    d.graph = {w.number("g")};
    w.expect("base");
    d.base = w.number();
    w.expect("slots");
    d.first_slot = w.number();
    d.slot_count = w.number();
  }

  TableId table_named(std::string_view what, Words& w) {
    w.expect(what);
    return {w.number()};
  }

  void read_relationship(Words& w) {
    IRRelationship r;
    r.name = w.quoted();
    r.child = table_named("child", w);
    r.parent = table_named("parent", w);
    std::string_view kind = w.next();
    r.many_to_many = kind == "many_to_many";
    if (!r.many_to_many) {
      if (kind != "lookup") w.fail();
      r.lookup = w.quoted();
      for (size_t i = 0; i < kIRActionCount; ++i) {
        w.expect(word(static_cast<IRAction>(i)));
        r.behaviour[i] = w.one_of(IRBehaviour::Restrict);
      }
    }
    ir_.relationships.add(std::move(r));
  }

  void read_role(Words& w) {
    IRRole role;
    role.name = w.quoted();
    std::string_view kind = w.next();
    role.team_privileges_only = kind == "team_privileges_only";
    if (!role.team_privileges_only && kind != "direct_user") w.fail();
    ir_.roles.add(std::move(role));
  }

  void read_role_grants(Words& w) {
    if (ir_.roles.empty()) return void(w.fail());
    while (!w.at_end() && !w.failed()) last(ir_.roles).grants.push_back({w.number()});
  }

  void read_role_privileges(Words& w) {
    if (ir_.roles.empty()) return void(w.fail());
    while (!w.at_end() && !w.failed()) last(ir_.roles).privileges.push_back({w.number()});
  }

  void read_grant(Words& w) {
    IRGrant grant;
    w.expect("role");
    grant.role = {w.number()};
    w.expect("table");
    grant.table = {w.number()};
    grant.right = w.one_of(kAllRights.back());
    w.expect("at");
    grant.level = w.one_of(Level::Organization);
    w.expect("slot");
    grant.slot = w.number();
    std::string_view when = w.next();
    grant.conditional = when == "conditional";
    if (!grant.conditional && when != "always") w.fail();
    grant.place = w.quoted();
    ir_.grants.add(std::move(grant));
  }

  void read_profile(Words& w) { ir_.profiles.add({w.quoted(), {}}); }

  void read_profile_columns(Words& w) {
    if (ir_.profiles.empty()) return void(w.fail());
    IRProfileColumns opened;
    opened.table = table_named("table", w);
    for (size_t i = 0; i < kIRPermissionCount; ++i) {
      w.expect(word(static_cast<IRPermission>(i)));
      opened.columns[i] = w.set();
    }
    last(ir_.profiles).tables.push_back(opened);
  }

  void read_flow(Words& w) {
    std::string name = w.quoted();
    ir_.flows.add({std::move(name), table_named("table", w), {}});
  }

  void read_step(Words& w) {
    if (ir_.flows.empty()) return void(w.fail());
    IRStep step;
    step.name = w.quoted();
    step.right = w.one_of(kAllRights.back());
    step.table = table_named("table", w);
    w.expect("as");
    step.run_as = w.one_of(IRRunAs::System);
    if (step.run_as == IRRunAs::RecordOwner || step.run_as == IRRunAs::Named) step.user = w.quoted();
    step.bounded = !w.at_end();
    if (step.bounded) {
      w.expect("bounded_by");
      step.bounded_by = w.quoted();
    }
    last(ir_.flows).steps.push_back(std::move(step));
  }

  std::string_view text_;
  DecisionIR ir_;
  AttributeLayout* layout_ = nullptr;
  bool seen_header_ = false;
};

}  // namespace

Result<DecisionIR> parse_ir(std::string_view text) { return IRParser(text).run(); }

}  // namespace policyc
