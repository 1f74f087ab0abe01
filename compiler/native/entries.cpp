// The part of a program that is data: settings, names, relationships, roles, and for each decision its slots.
#include "compiler/native/entries.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "compiler/ir/attribute_layout.h"
#include "compiler/native/columns_read.h"

namespace policyc {

namespace {

template <typename To, typename From>
constexpr To same_value(From value) {
  return static_cast<To>(value);
}
static_assert(same_value<policy::Ownership>(Ownership::Organization) == policy::Ownership::Organization);
static_assert(same_value<policy::Behaviour>(IRBehaviour::Restrict) == policy::Behaviour::Restrict);
static_assert(same_value<policy::Action>(IRAction::Merge) == policy::Action::Merge);
static_assert(same_value<policy::HierarchyModel>(IRHierarchyModel::Position) == policy::HierarchyModel::Position);
static_assert(same_value<policy::ManagerUnit>(IRManagerUnit::Any) == policy::ManagerUnit::Any);

void fill_settings(const IRSettings& s, policy::ProgramTables& tables) {
  tables.modern_units = s.modern_units;
  tables.ownership_recomputed = s.ownership_recomputed;
  tables.unit_as_principal = s.unit_as_principal;
  tables.unit_principal_level = s.unit_principal_user_level ? POLICY_LEVEL_user : POLICY_LEVEL_business_unit;
  tables.share_reaches_team_only_basic = s.share_reaches_team_only_basic;
  tables.hierarchy = {.model = same_value<policy::HierarchyModel>(s.hierarchy.model),
                      .depth = s.hierarchy.depth,
                      .write_levels = s.hierarchy.write_levels,
                      .manager_unit = same_value<policy::ManagerUnit>(s.hierarchy.manager_unit),
                      .needs_unit_level = s.hierarchy_needs_unit_level,
                      .disabled_reports_count = s.hierarchy_disabled_reports};
  tables.rules = {.take_owner_on_link = s.take_owner_on_link,
                  .new_child_inherits_shares = s.new_child_inherits_shares,
                  .assign_checks_reached_tables = s.assign_checks_reached_tables,
                  .share_to_previous_owner = s.share_to_previous_owner,
                  .share_rights_not_held = s.share_rights_not_held,
                  .append_to_needs_write = s.append_to_needs_write,
                  .delete_cascade_needs_child_delete = s.delete_cascade_needs_child_delete,
                  .clear_lookup_needs_append_to = s.clear_lookup_needs_append_to,
                  .always_move_record_to_owner_unit = s.always_move_record_to_owner_unit,
                  .keep_roles_on_move = s.keep_roles_on_move,
                  .associate_needs_append_to = s.associate_needs_append_to,
                  .link_needs_write = s.link_needs_write,
                  .assign_needs = s.assign_needs};
}

// As Relationship::is_parental of the policy: it hands something down, or deletes children.
bool is_parental(const IRRelationship& r) {
  auto on = [&](IRAction action) { return r.behaviour[static_cast<size_t>(action)]; };
  for (IRAction action : {IRAction::Assign, IRAction::Share, IRAction::Unshare, IRAction::Reparent}) {
    if (on(action) != IRBehaviour::None) return true;
  }
  return on(IRAction::Delete) == IRBehaviour::Cascade;
}

void fill_relationships(const DecisionIR& ir, policy::ProgramTables& tables) {
  std::map<std::pair<uint32_t, std::string>, uint32_t> lookups;
  for (RelationshipId id : ir.relationships.ids()) {
    const IRRelationship& r = ir.relationships[id];
    policy::RelationshipEntry entry{.name = r.name, .child = r.child.index, .parent = r.parent.index};
    entry.many_to_many = r.many_to_many;
    entry.is_parental = !r.many_to_many && is_parental(r);
    if (!r.many_to_many) entry.lookup = lookups.try_emplace({r.child.index, r.lookup}, id.index).first->second;
    for (size_t i = 0; i < kIRActionCount; ++i) entry.behaviour[i] = same_value<policy::Behaviour>(r.behaviour[i]);
    tables.relationships.push_back(std::move(entry));
  }
}

std::vector<policy::AttributeEntry> attribute_entries(const AttributeLayout& layout) {
  std::vector<policy::AttributeEntry> entries(layout.fields.size());
  for (const Field& field : layout.fields) {
    entries[field.presence] = {.offset = field.offset,
                               .size = size_of(field.type),
                               .name = field.name,
                               .type = static_cast<uint8_t>(field.type),
                               .is_choice = field.type == ValueType::Choice};
  }
  return entries;
}

// "club.policy:31:20"; grants of one file come one after the other.
class PlaceReader {
 public:
  explicit PlaceReader(std::vector<std::string>& files) : files_(files) {}

  policy::Place read(std::string_view text) {
    policy::Place place;
    uint32_t* const numbers[] = {&place.column, &place.line};
    for (uint32_t* number : numbers) {
      const size_t colon = text.rfind(':');
      if (colon == std::string_view::npos) return {};
      const std::string_view digits = text.substr(colon + 1);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), *number).ec != std::errc()) return {};
      text = text.substr(0, colon);
    }
    place.file = file_of(text);
    return place;
  }

 private:
  uint32_t file_of(std::string_view name) {
    if (last_ < files_.size() && files_[last_] == name) return last_;
    last_ = static_cast<uint32_t>(std::ranges::find(files_, name) - files_.begin());
    if (last_ == files_.size()) files_.emplace_back(name);
    return last_;
  }

  std::vector<std::string>& files_;
  uint32_t last_ = 0;
};

void fill_roles(const DecisionIR& ir, policy::ProgramTables& tables) {
  tables.slot_count = ir.slot_count;
  tables.privileges = ir.privileges;
  tables.grants.reserve(ir.grants.size());
  PlaceReader places(tables.files);
  for (const IRGrant& grant : ir.grants) {
    tables.grants.push_back({.role = grant.role.index,
                             .level = static_cast<policy_level>(grant.level),
                             .slot = grant.slot,
                             .table = grant.table.index,
                             .right = static_cast<uint8_t>(grant.right),
                             .is_conditional = grant.conditional,
                             .place = places.read(grant.place)});
  }
  tables.roles.reserve(ir.roles.size());
  for (const IRRole& role : ir.roles) {
    policy::RoleEntry entry{role.name, role.team_privileges_only, {}, {}};
    entry.grants.reserve(role.grants.size());
    for (GrantId grant : role.grants) entry.grants.push_back(grant.index);
    for (PrivilegeId privilege : role.privileges) entry.privileges.push_back(privilege.index);
    tables.roles.push_back(std::move(entry));
  }
}

void fill_profiles(const DecisionIR& ir, policy::ProgramTables& tables) {
  for (const IRProfile& profile : ir.profiles) {
    policy::ProfileEntry entry{profile.name, {}};
    for (const IRProfileColumns& opened : profile.tables) {
      auto columns = [&](IRPermission permission) { return opened.columns[static_cast<size_t>(permission)]; };
      entry.tables.push_back({.table = opened.table.index,
                              .read = columns(IRPermission::Read),
                              .create = columns(IRPermission::Create),
                              .update = columns(IRPermission::Update),
                              .read_unmasked = columns(IRPermission::ReadUnmasked),
                              .read_one_unmasked = columns(IRPermission::ReadOneUnmasked)});
    }
    tables.profiles.push_back(std::move(entry));
  }
}

policy_principal triggering_user(policy_principal triggering, policy_principal, policy_principal) { return triggering; }
policy_principal owning_user(policy_principal, policy_principal record_owner, policy_principal named) {
  return POLICY_PRINCIPAL_KIND(record_owner) == POLICY_USER ? record_owner : named;
}
policy_principal named_user(policy_principal, policy_principal, policy_principal named) { return named; }
policy_principal the_system(policy_principal, policy_principal, policy_principal) {
  return POLICY_PRINCIPAL(POLICY_SYSTEM, 0);
}

policy_run_as_function first_run_as(IRRunAs run_as) {
  switch (run_as) {
    case IRRunAs::Triggering:
      return triggering_user;
    case IRRunAs::RecordOwner:
      return owning_user;
    case IRRunAs::Named:
      return named_user;
    case IRRunAs::System:
      return the_system;
  }
  return nullptr;
}

policy::TableEntry table_entry(const IRTable& table, const std::vector<policy::ColumnsRead>& reads) {
  policy::TableEntry entry{.name = table.name,
                           .ownership = same_value<policy::Ownership>(table.ownership),
                           .in_hierarchy = table.in_hierarchy};
  for (const IRColumn& column : table.secured) {
    entry.secured.push_back(column.attribute);
    entry.secured_names.push_back(column.name);
  }
  for (size_t right = 0; right < kRightCount; ++right) {
    const IRDecision& decision = table.decisions[right];
    if (!decision.graph) continue;
    policy::DecisionEntry& filled = entry.decisions[right];
    filled.base = decision.base;
    filled.first_slot = decision.first_slot;
    filled.slot_count = decision.slot_count;
    filled.graph = decision.graph.index;
    entry.columns_read[right] = reads[decision.graph.index];
  }
  entry.attributes = attribute_entries(table.layout);
  entry.attribute_bytes = table.layout.size;
  return entry;
}

policy::FlowEntry flow_entry(const IRFlow& flow) {
  policy::FlowEntry entry{flow.name, flow.table.index, {}};
  for (const IRStep& step : flow.steps) {
    entry.steps.push_back({.name = step.name,
                           .right = static_cast<uint32_t>(step.right),
                           .table = step.table.index,
                           .run_as = first_run_as(step.run_as),
                           .run_as_kind = static_cast<uint8_t>(step.run_as),
                           .named_user = step.user,
                           .bounded = step.bounded,
                           .bounded_by = step.bounded_by});
  }
  return entry;
}

}  // namespace

policy::ProgramTables entries_without_code(const DecisionIR& ir) {
  policy::ProgramTables tables;
  tables.policy_name = ir.policy_name;
  tables.choice_labels = ir.choice_labels;
  tables.user_attributes = attribute_entries(ir.user_layout);
  tables.user_attribute_bytes = ir.user_layout.size;
  tables.context_attributes = attribute_entries(ir.context_layout);
  tables.context_attribute_bytes = ir.context_layout.size;
  fill_settings(ir.settings, tables);
  fill_relationships(ir, tables);
  fill_roles(ir, tables);
  fill_profiles(ir, tables);
  tables.well_known = {.act_on_behalf = ir.well_known.act_on_behalf.index,
                       .merge = ir.well_known.merge.index,
                       .reparent_user = ir.well_known.reparent_user.index,
                       .reparent_team = ir.well_known.reparent_team.index,
                       .business_unit = ir.well_known.business_unit.index};
  tables.tables.reserve(ir.tables.size());
  const std::vector<policy::ColumnsRead> reads = columns_read(ir);
  for (const IRTable& table : ir.tables) tables.tables.push_back(table_entry(table, reads));
  for (const IRFlow& flow : ir.flows) tables.flows.push_back(flow_entry(flow));
  return tables;
}

}  // namespace policyc
