// Three passes: where attributes lie, which slot each grant fills, and a graph for each decision. What operations need
// beside decisions is in lower_operations.cpp.
#include "compiler/lower/lower.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "compiler/ir/attribute_layout.h"
#include "compiler/ir/node_pool.h"
#include "compiler/lower/condition.h"
#include "compiler/lower/lower_operations.h"

namespace policyc {

namespace {

size_t index_of(Right right) { return static_cast<size_t>(right); }

class Lowering {
 public:
  Lowering(const Policy& policy, const SourceMap& sources) : policy_(policy), sources_(sources), pool_(ir_) {}

  DecisionIR run() {
    lower_names();
    find_attributes_read();
    lower_layouts();
    number_slots();
    lower_grants();
    lower_roles();
    for (TableId table : policy_.tables.ids()) lower_decisions(table);
    lower_operations(policy_, ir_);
    return std::move(ir_);
  }

 private:
  // --- names and settings

  void lower_names() {
    ir_.policy_name = policy_.name;
    ir_.settings = lower_settings(policy_.settings);
    ir_.choice_labels = policy_.choice_labels;
    for (const Privilege& privilege : policy_.privileges) ir_.privileges.push_back(privilege.name);
  }

  // --- attributes

  void find_attributes_read() {
    table_reads_.resize(policy_.tables.size());
    for (const Condition& condition : policy_.conditions) find_reads(condition.table, condition.expression);
  }

  void find_reads(TableId table, const Expression& expression) {
    for (const Expression& child : expression.children) find_reads(table, child);
    if (expression.kind != Expression::Kind::Compare && expression.kind != Expression::Kind::IsNull) return;
    for (const Operand* operand : {&expression.left, &expression.right}) {
      if (operand->is_literal) continue;
      switch (operand->of) {
        case AttributeOf::Record:
          table_reads_[table.index].insert(operand->attribute);
          break;
        case AttributeOf::User:
          user_reads_.insert(operand->attribute);
          break;
        case AttributeOf::Context:
          context_reads_.insert(operand->attribute);
          break;
      }
      if (expression.kind == Expression::Kind::IsNull) break;  // the right operand is not there
    }
  }

  static AttributeLayout lay_out_reads(const std::vector<Attribute>& attributes, const std::set<uint32_t>& reads) {
    std::vector<Field> fields;
    for (uint32_t i : reads) fields.push_back({.name = attributes[i].name, .type = attributes[i].type, .attribute = i});
    return lay_out(std::move(fields));
  }

  void lower_layouts() {
    ir_.user_layout = lay_out_reads(policy_.user_attributes, user_reads_);
    ir_.context_layout = lay_out_reads(policy_.context_attributes, context_reads_);
    for (TableId id : policy_.tables.ids()) {
      const Table& table = policy_.tables[id];
      ir_.tables.add({.name = table.name,
                      .ownership = table.ownership,
                      .in_hierarchy = is_in_hierarchy(id),
                      .layout = lay_out_reads(table.attributes, table_reads_[id.index]),
                      .secured = {},
                      .decisions = {}});
    }
  }

  bool is_in_hierarchy(TableId table) const {
    const std::vector<TableId>& excluded = policy_.settings.value(Switch::hierarchy_excluded_tables).tables;
    return policy_.settings.hierarchy.model != HierarchyModel::Off &&
           std::ranges::find(excluded, table) == excluded.end();
  }

  IROperand lower_operand(TableId table, const Operand& operand) const {
    if (operand.is_literal) return {.type = operand.type, .literal = operand.literal};
    const AttributeLayout* layout = &ir_.tables[table].layout;
    IROperand::From from = IROperand::From::Record;
    if (operand.of == AttributeOf::User) {
      layout = &ir_.user_layout;
      from = IROperand::From::User;
    } else if (operand.of == AttributeOf::Context) {
      layout = &ir_.context_layout;
      from = IROperand::From::Context;
    }
    for (const Field& field : layout->fields) {
      if (field.attribute == operand.attribute) {
        return {.from = from, .type = field.type, .offset = field.offset, .presence = field.presence, .literal = {}};
      }
    }
    return {.type = operand.type,
            .literal = Value::null(operand.type)};  // not reached: every attribute read is laid out
  }

  // --- slots

  void number_slots() {
    conditions_.resize(policy_.tables.size());
    for (const Grant& grant : policy_.grants) {
      if (!grant.condition) continue;
      conditions_of(grant.table, grant.right).try_emplace(policy_.conditions[grant.condition].text, grant.condition);
    }
    for (TableId id : policy_.tables.ids()) {
      RightSet rights = rights_of(policy_.tables[id].ownership, policy_.settings.rule_book());
      for (Right right : kAllRights) {
        if (!has(rights, right)) continue;
        IRDecision& decision = ir_.tables[id].decisions[index_of(right)];
        decision.first_slot = decision.base = ir_.slot_count;
        decision.slot_count = static_cast<uint32_t>(1 + conditions_of(id, right).size());
        ir_.slot_count += decision.slot_count;
      }
    }
  }

  std::string place_of(Span span) const {
    if (!span.is_known()) return "";
    LineColumn place = sources_.line_column(span);
    return fmt::format("{}:{}:{}", sources_.name(span.source), place.line, place.column);
  }

  void lower_grants() {
    for (GrantId id : policy_.grants.ids()) {
      const Grant& grant = policy_.grants[id];
      const IRDecision& decision = ir_.tables[grant.table].decisions[index_of(grant.right)];
      uint32_t slot = decision.first_slot;
      if (grant.condition) {
        const Conditions& conditions = conditions_of(grant.table, grant.right);
        auto found = conditions.find(policy_.conditions[grant.condition].text);
        slot += 1 + static_cast<uint32_t>(std::distance(conditions.begin(), found));
      }
      ir_.grants.add({.role = grant.role,
                      .table = grant.table,
                      .right = grant.right,
                      .level = grant.level,
                      .slot = slot,
                      .conditional = grant.condition.is_some(),
                      .place = place_of(grant.span)});
    }
  }

  void lower_roles() {
    for (const Role& role : policy_.roles) {
      ir_.roles.add({.name = role.name,
                     .team_privileges_only = role.team_privileges_only,
                     .grants = role.grants,
                     .privileges = role.privileges});
    }
  }

  // --- graphs

  // What a right's slots say about a row, slots counted from the decision's base.
  struct Access {
    NodeId holds, reaches, allowed;
    std::vector<GraphOutcome> outcomes;  // by reason, then slot
  };

  NodeId owned(Op op, uint32_t slot) {
    NodeId row = pool_.ask(op, slot);
    bool anywhere = !ir_.settings.modern_units || ir_.settings.ownership_recomputed;
    return anywhere ? row : pool_.both(row, pool_.ask(Op::Home, slot));
  }

  bool opens_through_hierarchy(TableId table, Right right) const {
    bool takes = right == Right::Read || right == Right::Write || right == Right::Append || right == Right::AppendTo;
    return takes && ir_.tables[table].in_hierarchy;
  }

  // Beside the right itself, hierarchy security asks read on the table, whatever its condition.
  NodeId hierarchy_need(TableId table, uint32_t base) {
    const IRDecision& read = ir_.tables[table].decisions[index_of(Right::Read)];
    Op held = ir_.settings.hierarchy_needs_unit_level ? Op::HoldsUnit : Op::Holds;
    NodeId need = pool_.constant(false);
    for (uint32_t slot = read.first_slot; slot < read.first_slot + read.slot_count; ++slot) {
      need = pool_.either(need, pool_.ask(held, slot - base));
    }
    return need;
  }

  // The slots of one right on one table, counted from the decision's base, and what every grant of them asks.
  struct Asked {
    TableId table;
    Right right;
    Ownership ownership;
    bool can_be_shared;
    bool in_hierarchy;
    NodeId hierarchy_need;
  };

  Asked asked(TableId table, Right right, uint32_t base) {
    Ownership ownership = policy_.tables[table].ownership;
    bool shareable = has(rights_of(ownership, policy_.settings.rule_book()), Right::Share) && right != Right::Create;
    bool in_hierarchy = opens_through_hierarchy(table, right);
    return {table,     right,        ownership,
            shareable, in_hierarchy, in_hierarchy ? hierarchy_need(table, base) : pool_.constant(false)};
  }

  // The questions that let a grant of this slot reach a row, by the reason that each gives.
  std::vector<std::pair<Reason, NodeId>> ways_to_reach(const Asked& a, uint32_t slot) {
    std::vector<std::pair<Reason, NodeId>> ways;
    if (a.ownership == Ownership::User) {
      ways.emplace_back(Reason::Owner, owned(Op::OwnRow, slot));
      ways.emplace_back(Reason::TeamOwner, owned(Op::TeamRow, slot));
    }
    ways.emplace_back(Reason::RoleLevel, pool_.ask(Op::InReach, slot));
    if (a.can_be_shared) {
      ways.emplace_back(Reason::Share, pool_.ask(Op::Shared, slot, a.right));
      ways.emplace_back(Reason::InheritedShare, pool_.ask(Op::Inherited, slot, a.right));
    }
    if (a.in_hierarchy) {
      ways.emplace_back(Reason::Hierarchy, pool_.both(pool_.ask(Op::Hierarchy, slot, a.right), a.hierarchy_need));
    }
    return ways;
  }

  // For the bare yes or no: the order of likelihood and cost, one look at shares instead of two, and for those who hold
  // nothing no look at all at what is left when no level reaches the row.
  NodeId reach_in_one(const Asked& a, uint32_t slot) {
    NodeId rest = pool_.constant(false);
    for (const auto& [reason, way] : ways_to_reach(a, slot)) {
      bool as_it_is = reason == Reason::Owner || reason == Reason::TeamOwner || reason == Reason::Hierarchy;
      if (as_it_is) rest = pool_.either(rest, way);
      if (reason == Reason::Share) rest = pool_.either(rest, pool_.ask(Op::AnyShare, slot, a.right));
    }
    return pool_.either(pool_.ask(Op::InReach, slot), pool_.both(pool_.ask(Op::Holds, slot), rest));
  }

  // Of the slots of a right, in their order: first the one without a condition.
  std::vector<NodeId> slot_conditions(TableId table, Right right) {
    std::vector<NodeId> nodes = {pool_.constant(true)};
    for (const auto& [text, condition] : conditions_of(table, right)) {
      nodes.push_back(lower_condition(pool_, policy_.conditions[condition].expression,
                                      [&](const Operand& o) { return lower_operand(table, o); }));
    }
    return nodes;
  }

  Access lower_access(TableId table, Right right, uint32_t base) {
    const IRDecision& decision = ir_.tables[table].decisions[index_of(right)];
    Asked question = asked(table, right, base);
    NodeId no = pool_.constant(false);
    Access access{no, no, no, {}};
    uint32_t slot = decision.first_slot - base;
    for (NodeId condition : slot_conditions(table, right)) {
      NodeId reach = reach_in_one(question, slot);
      access.holds = pool_.either(access.holds, pool_.ask(Op::Holds, slot));
      access.reaches = pool_.either(access.reaches, reach);
      access.allowed = pool_.either(access.allowed, where_held(slot, condition, reach));
      for (const auto& [reason, way] : ways_to_reach(question, slot)) {
        access.outcomes.push_back({reason, slot, pool_.both(condition, way)});
      }
      ++slot;
    }
    std::stable_sort(access.outcomes.begin(), access.outcomes.end(),
                     [](const GraphOutcome& a, const GraphOutcome& b) { return a.reason < b.reason; });
    return access;
  }

  // Few users hold a grant with a given condition, so that is asked first.
  NodeId where_held(uint32_t slot, NodeId condition, NodeId reach) {
    if (ir_.nodes[condition].op == Op::True) return reach;
    return pool_.both(pool_.ask(Op::Holds, slot), pool_.both(condition, reach));
  }

  // What else must hold: create asks the read privilege, delete may ask read reach.
  NodeId lower_needed_read(TableId table, Right right, uint32_t base) {
    if (right == Right::Create) return lower_access(table, Right::Read, base).holds;
    bool needed = right == Right::Delete && policy_.settings.is(Switch::delete_needs_read);
    return needed ? lower_access(table, Right::Read, base).allowed : pool_.constant(true);
  }

  void lower_decisions(TableId table) {
    for (Right right : kAllRights) {
      IRDecision& decision = ir_.tables[table].decisions[index_of(right)];
      if (decision.slot_count == 0) continue;
      // The slots of read lie just before those of delete and just after those of create.
      bool looks_at_read = right == Right::Delete || opens_through_hierarchy(table, right);
      if (looks_at_read) decision.base = ir_.tables[table].decisions[index_of(Right::Read)].first_slot;
      Access access = lower_access(table, right, decision.base);
      NodeId read = lower_needed_read(table, right, decision.base);
      Graph graph{.check = pool_.both(access.allowed, read), .allow = std::move(access.outcomes), .deny = {}};
      graph.deny = {{Reason::NoPrivilege, 0, access.holds},
                    {Reason::Level, 0, access.reaches},
                    {Reason::Condition, 0, access.allowed},
                    {Reason::NeedsRead, 0, pool_.constant(false)}};
      decision.graph = ir_.graphs.add(std::move(graph));
    }
  }

  const Policy& policy_;
  const SourceMap& sources_;
  DecisionIR ir_;
  NodePool pool_;
  std::vector<std::set<uint32_t>> table_reads_;
  std::set<uint32_t> user_reads_, context_reads_;
  // By text: what is written alike is one condition, and tables with the same conditions have graphs in common.
  using Conditions = std::map<std::string_view, ConditionId>;
  Conditions& conditions_of(TableId table, Right right) { return conditions_[table.index][index_of(right)]; }
  std::vector<std::array<Conditions, kRightCount>> conditions_;
};

}  // namespace

DecisionIR lower(const Policy& policy, const SourceMap& sources) { return Lowering(policy, sources).run(); }

}  // namespace policyc
