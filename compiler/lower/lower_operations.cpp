#include "compiler/lower/lower_operations.h"

#include <algorithm>

namespace policyc {

namespace {

IRManagerUnit lower_manager_unit(std::string_view word) {
  if (word == "parent") return IRManagerUnit::Parent;
  if (word == "ancestor") return IRManagerUnit::Ancestor;
  return word == "any" ? IRManagerUnit::Any : IRManagerUnit::Same;
}

IRHierarchy lower_hierarchy(const Settings& s) {
  IRHierarchy hierarchy;
  switch (s.hierarchy.model) {
    case HierarchyModel::Off:
      return hierarchy;
    case HierarchyModel::Manager:
      hierarchy.model = IRHierarchyModel::Manager;
      break;
    case HierarchyModel::Position:
      hierarchy.model = IRHierarchyModel::Position;
      break;
  }
  hierarchy.depth = s.hierarchy.depth;
  hierarchy.write_levels = s.value(Switch::hierarchy_write_levels).number;
  hierarchy.manager_unit = lower_manager_unit(s.word(Switch::manager_unit));
  return hierarchy;
}

IRBehaviour lower_behaviour(Behaviour behaviour) {
  switch (behaviour) {
    case Behaviour::None:
      return IRBehaviour::None;
    case Behaviour::Cascade:
      return IRBehaviour::Cascade;
    case Behaviour::Active:
      return IRBehaviour::Active;
    case Behaviour::UserOwned:
      return IRBehaviour::UserOwned;
    case Behaviour::RemoveLink:
      return IRBehaviour::RemoveLink;
    case Behaviour::Restrict:
      return IRBehaviour::Restrict;
  }
  return IRBehaviour::None;
}

IRRelationship lower_relationship(const Relationship& r) {
  IRRelationship lowered{r.name, r.child, r.parent, r.many_to_many ? "" : r.lookup, r.many_to_many, {}};
  if (r.many_to_many) return lowered;
  constexpr std::pair<Action, IRAction> kActions[] = {
      {Action::Assign, IRAction::Assign},     {Action::Share, IRAction::Share},   {Action::Unshare, IRAction::Unshare},
      {Action::Reparent, IRAction::Reparent}, {Action::Delete, IRAction::Delete}, {Action::Merge, IRAction::Merge}};
  for (const auto& [from, to] : kActions) lowered.behaviour[static_cast<size_t>(to)] = lower_behaviour(r.on(from));
  return lowered;
}

// A column's place among the secured ones of its table; columns that are not secured need no profile.
class ProfileLowering {
 public:
  explicit ProfileLowering(const DecisionIR& ir) : ir_(ir) {}

  IRProfile lower(const ColumnProfile& profile) const {
    IRProfile lowered{profile.name, {}};
    for (const ColumnGrant& grant : profile.columns) {
      const std::vector<IRColumn>& secured = ir_.tables[grant.table].secured;
      auto column = std::ranges::find(secured, grant.attribute, &IRColumn::attribute);
      if (column == secured.end()) continue;
      uint64_t bit = uint64_t{1} << (column - secured.begin());
      IRProfileColumns& opened = columns_of(grant.table, lowered);
      for (size_t i = 0; i < kIRPermissionCount; ++i) {
        if ((grant.permissions >> i & 1) != 0) opened.columns[i] |= bit;
      }
    }
    return lowered;
  }

 private:
  static_assert(static_cast<size_t>(ColumnPermission::ReadOneUnmasked) ==
                static_cast<size_t>(IRPermission::ReadOneUnmasked));

  static IRProfileColumns& columns_of(TableId table, IRProfile& profile) {
    auto found = std::ranges::find(profile.tables, table, &IRProfileColumns::table);
    if (found != profile.tables.end()) return *found;
    profile.tables.push_back({table, {}});
    return profile.tables.back();
  }

  const DecisionIR& ir_;
};

// Whom each step runs as, with the rule book's switches decided: what is left are the people.
class FlowLowering {
 public:
  explicit FlowLowering(const Settings& settings) : settings_(settings) {}

  IRFlow lower(const Flow& flow) const {
    IRFlow lowered{flow.name, flow.table, {}};
    for (const FlowStep& step : flow.steps) lowered.steps.push_back(lower(flow, step));
    return lowered;
  }

 private:
  IRStep lower(const Flow& flow, const FlowStep& step) const {
    IRStep lowered{.name = step.name, .right = step.right, .table = step.table};
    switch (step.identity) {
      case StepIdentity::Connection:
        lowered.user = step.connection;
        break;
      case StepIdentity::Invoker:
        lower_invoker(flow, lowered);
        break;
      case StepIdentity::InitiatingUser:
        lowered.run_as = IRRunAs::Triggering;
        break;
      case StepIdentity::System:
        lowered.run_as = IRRunAs::System;
        break;
    }
    return lowered;
  }

  void lower_invoker(const Flow& flow, IRStep& step) const {
    switch (flow.run_as) {
      case RunAs::LeftOut:
        run_as_left_out(flow, step);
        break;
      case RunAs::TriggeringUser:
        step.run_as = IRRunAs::Triggering;
        break;
      case RunAs::RecordOwner:
        step.run_as = IRRunAs::RecordOwner;
        step.user = where_no_user_owns(flow);
        break;
      case RunAs::ProcessOwner:
        step.user = process_owner(flow);
        break;
      case RunAs::NamedUser:
        step.user = flow.run_as_user;
        break;
    }
    step.bounded = !flow.is_plugin && settings_.is(Switch::run_as_bounded_by_owner);
    if (step.bounded) step.bounded_by = flow.owner;
  }

  void run_as_left_out(const Flow& flow, IRStep& step) const {
    bool by_owner = !flow.is_plugin && settings_.word(Switch::run_as_left_out) == "flow_owner";
    if (by_owner) {
      step.user = flow.owner;
    } else {
      step.run_as = IRRunAs::Triggering;
    }
  }

  const std::string& process_owner(const Flow& flow) const {
    return settings_.word(Switch::process_owner) == "flow_owner" ? flow.owner : flow.trigger_connection;
  }

  const std::string& where_no_user_owns(const Flow& flow) const {
    return settings_.word(Switch::record_owner_is_team) == "flow_owner" ? flow.owner : process_owner(flow);
  }

  const Settings& settings_;
};

}  // namespace

IRSettings lower_settings(const Settings& s) {
  return {.modern_units = s.modern_units(),
          .ownership_recomputed = s.is(Switch::ownership_recomputed),
          .unit_as_principal = s.is(Switch::unit_as_principal),
          .unit_principal_user_level = s.word(Switch::unit_principal_level) == "user",
          .share_reaches_team_only_basic = s.is(Switch::share_reaches_team_only_basic),
          .take_owner_on_link = s.word(Switch::on_link) == "take_owner",
          .new_child_inherits_shares = s.is(Switch::new_child_inherits_shares),
          .assign_checks_reached_tables = s.is(Switch::assign_checks_reached_tables),
          .share_to_previous_owner = s.is(Switch::share_to_previous_owner),
          .share_rights_not_held = s.is(Switch::share_rights_not_held),
          .append_to_needs_write = s.is(Switch::append_to_needs_write),
          .delete_cascade_needs_child_delete = s.is(Switch::delete_cascade_needs_child_delete),
          .clear_lookup_needs_append_to = s.is(Switch::clear_lookup_needs_append_to),
          .always_move_record_to_owner_unit = s.is(Switch::always_move_record_to_owner_unit),
          .keep_roles_on_move = s.is(Switch::keep_roles_on_move),
          .associate_needs_append_to = s.word(Switch::associate_needs) == "append_and_append_to",
          .link_needs_write = s.is(Switch::link_needs_write),
          .hierarchy_needs_unit_level = s.word(Switch::hierarchy_needs) == "business_unit_level",
          .hierarchy_disabled_reports = s.is(Switch::hierarchy_disabled_reports),
          .assign_needs = s.value(Switch::assign_needs).rights,
          .hierarchy = lower_hierarchy(s)};
}

void lower_operations(const Policy& policy, DecisionIR& ir) {
  for (TableId id : policy.tables.ids()) {
    const Table& table = policy.tables[id];
    for (uint32_t attribute : secured_attributes(table)) {
      if (ir.tables[id].secured.size() == kIRColumnLimit) break;  // the checker allows no more
      ir.tables[id].secured.push_back({table.attributes[attribute].name, attribute});
    }
  }
  for (const Relationship& relationship : policy.relationships) ir.relationships.add(lower_relationship(relationship));
  ProfileLowering profiles(ir);
  for (const ColumnProfile& profile : policy.profiles) ir.profiles.add(profiles.lower(profile));
  FlowLowering flows(policy.settings);
  for (const Flow& flow : policy.flows) ir.flows.add(flows.lower(flow));
  ir.well_known = {.act_on_behalf = find_privilege(policy, kActOnBehalfPrivilege),
                   .merge = find_privilege(policy, kMergePrivilege),
                   .reparent_user = find_privilege(policy, kReparentUserPrivilege),
                   .reparent_team = find_privilege(policy, kReparentTeamPrivilege),
                   .business_unit = find_table(policy, kBusinessUnitTable)};
}

}  // namespace policyc
