#include "compiler/reference/people.h"

#include <algorithm>

#include "compiler/reference/evaluate.h"

namespace policyc {

namespace {

constexpr uint32_t kNotAbove = UINT32_MAX;

// Steps from the report up to the user, along managers or positions; kNotAbove where that is farther than the depth.
uint32_t distance(const Policy& policy, const Facts& facts, UserId user, UserId report) {
  const Hierarchy& hierarchy = policy.settings.hierarchy;
  if (hierarchy.model == HierarchyModel::Manager) {
    UserId at = report;
    for (uint32_t steps = 1; steps <= hierarchy.depth; ++steps) {
      at = facts.users[at].manager;
      if (!at || at == report) return kNotAbove;
      if (at == user) return steps;
    }
  } else if (hierarchy.model == HierarchyModel::Position) {
    PositionId target = facts.users[user].position, start = facts.users[report].position, at = start;
    for (uint32_t steps = 1; at && target && steps <= hierarchy.depth; ++steps) {
      at = facts.positions[at].parent;
      if (!at || at == start) return kNotAbove;
      if (at == target) return steps;
    }
  }
  return kNotAbove;
}

bool unit_counts(const Policy& policy, const Facts& facts, UserId user, UserId report) {
  if (policy.settings.hierarchy.model == HierarchyModel::Position) return true;
  UnitId above = facts.users[user].unit, below = facts.users[report].unit;
  std::string_view where = policy.settings.word(Switch::manager_unit);
  if (where == "any") return true;
  if (above == below) return true;
  if (where == "parent") return facts.units[below].parent == above;
  return where == "ancestor" && lies_within(facts, below, above);
}

}  // namespace

bool units_are_principals(const Policy& policy) { return policy.settings.is(Switch::unit_as_principal); }

std::vector<TeamId> teams_of(const Facts& facts, UserId user) {
  std::vector<TeamId> teams;
  for (TeamId team : facts.teams.ids()) {
    if (is_member(facts, user, team)) teams.push_back(team);
  }
  return teams;
}

std::vector<HeldBy> roles_of(const Policy& policy, const Facts& facts, Principal principal) {
  std::vector<HeldBy> held;
  auto add = [&](Principal holder, const std::vector<RoleHeld>& roles) {
    for (const RoleHeld& role : roles) held.push_back({holder, role});
  };
  if (UserId user = principal.user()) {
    add(principal, facts.users[user].roles);
    for (TeamId team : teams_of(facts, user)) add(Principal::of(team), facts.teams[team].roles);
    UnitId unit = facts.users[user].unit;
    if (units_are_principals(policy)) add(Principal::of(unit), facts.units[unit].roles);
  } else if (TeamId team = principal.team()) {
    add(principal, facts.teams[team].roles);
  } else if (UnitId unit = principal.unit(); unit && units_are_principals(policy)) {
    add(principal, facts.units[unit].roles);
    for (TeamId id : facts.teams.ids()) {
      const Team& candidate = facts.teams[id];
      if (candidate.kind == TeamKind::Default && candidate.unit == unit) add(Principal::of(id), candidate.roles);
    }
  }
  return held;
}

Principal owner_of(const Policy& policy, const Record& record) {
  switch (policy.tables[record.table].ownership) {
    case Ownership::User:
      return record.owner;
    case Ownership::BusinessUnit:
      return units_are_principals(policy) && record.unit ? Principal::of(record.unit) : Principal{};
    case Ownership::Organization:
      return {};
  }
  return {};
}

bool stands_above(const Policy& policy, const Facts& facts, UserId user, UserId report, Right right) {
  if (user == report) return false;
  if (facts.users[report].disabled && !policy.settings.is(Switch::hierarchy_disabled_reports)) return false;
  uint32_t steps = distance(policy, facts, user, report);
  if (steps == kNotAbove || !unit_counts(policy, facts, user, report)) return false;
  if (right == Right::Read) return true;
  bool can_be_gained = right == Right::Write || right == Right::Append || right == Right::AppendTo;
  return can_be_gained && steps <= policy.settings.value(Switch::hierarchy_write_levels).number;
}

bool holds_right(const Policy& policy, const Facts& facts, Principal principal, Right right, TableId table) {
  for (const HeldBy& held : roles_of(policy, facts, principal)) {
    for (GrantId id : policy.roles[held.role.role].grants) {
      const Grant& grant = policy.grants[id];
      if (grant.table == table && grant.right == right && grant.level != Level::None) return true;
    }
  }
  return false;
}

bool holds_privilege(const Policy& policy, const Facts& facts, UserId user, PrivilegeId privilege) {
  if (!facts.users.contains(user)) return false;
  for (const HeldBy& held : roles_of(policy, facts, Principal::of(user))) {
    const std::vector<PrivilegeId>& privileges = policy.roles[held.role.role].privileges;
    if (std::find(privileges.begin(), privileges.end(), privilege) != privileges.end()) return true;
  }
  return false;
}

SignIn sign_in(const Policy& policy, const Facts& facts, UserId user) {
  if (!facts.users.contains(user)) return {.reason = Reason::Unknown};
  SignIn answer{.allowed = true, .reason = Reason::None, .mode = facts.users[user].access_mode};
  if (facts.users[user].disabled) {
    answer.reason = Reason::Disabled;
  } else if (roles_of(policy, facts, Principal::of(user)).empty()) {
    answer.reason = Reason::NoPrivilege;
  }
  answer.allowed = answer.reason == Reason::None;
  return answer;
}

}  // namespace policyc
