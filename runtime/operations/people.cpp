// Members of access teams, and people who move to another unit.
#include "runtime/operations/planning.h"

namespace policy {

// Who joins an access team gets what is shared with it: as much may nobody hand out who lacks it.
bool Planning::change_member(bool joins) {
  TeamKind kind = world_.organization.team_kind(op_.team);
  if (kind == TeamKind::Default || kind == TeamKind::Group) return asking_.deny(POLICY_REASON_system_managed);
  if (kind == TeamKind::Owner) return asking_.deny(POLICY_REASON_illegal);
  policy_principal team = POLICY_PRINCIPAL(POLICY_TEAM, op_.team);
  std::vector<std::pair<uint32_t, RightSet>> shared;
  for (uint32_t row = 0; row < records_.size(); ++row) {
    RightSet rights = records_.exists(row) ? records_.share_rights(row, team) : RightSet{0};
    if (rights != 0) shared.emplace_back(row, rights);
  }
  for (const auto& [row, rights] : shared) {
    if (!asking_.holds(POLICY_RIGHT_share, records_[row].table)) return false;
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
      if (has_right(rights, right) && !asking_.need(right, row)) return false;
    }
  }
  for (const auto& [row, rights] : shared) {
    for (uint32_t right = 0; joins && right < POLICY_RIGHT_COUNT; ++right) {
      if (!has_right(rights, right)) continue;
      if (!asking_.other_party(op_.principal, right, records_[row].table)) return false;
    }
  }
  bool is_member = world_.organization.is_member(POLICY_PRINCIPAL_INDEX(op_.principal), op_.team);
  changes_.add({.kind = Effect::Kind::Member,
                .principal = op_.principal,
                .team = op_.team,
                .before = is_member ? 1u : 0u,
                .after = joins ? 1u : 0u});
  asking_.allow_by_right(POLICY_RIGHT_share);
  return true;
}

void Planning::move_roles(policy_principal holder, uint32_t from) {
  auto count = static_cast<uint32_t>(world_.organization.role_count(holder));
  if (count == 0) return;
  if (!rules_.keep_roles_on_move) {
    changes_.add({.kind = Effect::Kind::RolesLost, .principal = holder, .before = count, .after = 0});
  } else if (!world_.tables.modern_units) {
    changes_.add({.kind = Effect::Kind::RolesMoved, .principal = holder, .before = from, .after = op_.unit});
  }
}

void Planning::move_owned_rows(policy_principal owner) {
  if (world_.tables.modern_units && !rules_.always_move_record_to_owner_unit) return;
  for (uint32_t row : records_.rows_of_owner(owner)) {
    if (records_.exists(row)) changes_.set_unit(row, op_.unit, {});
  }
}

bool Planning::move_user() {
  uint32_t privilege = world_.tables.well_known.reparent_user;
  if (!asking_.privilege(privilege)) return false;
  uint32_t from = world_.organization.unit_of(op_.principal);
  if (from != op_.unit) {
    changes_.add({.kind = Effect::Kind::UserUnit, .principal = op_.principal, .before = from, .after = op_.unit});
    move_roles(op_.principal, from);
    move_owned_rows(op_.principal);
  }
  asking_.allow_by_privilege(privilege);
  return true;
}

bool Planning::move_team() {
  uint32_t privilege = world_.tables.well_known.reparent_team;
  if (!asking_.privilege(privilege)) return false;
  if (world_.organization.team_kind(op_.team) == TeamKind::Default) return asking_.deny(POLICY_REASON_system_managed);
  policy_principal team = POLICY_PRINCIPAL(POLICY_TEAM, op_.team);
  uint32_t from = world_.organization.unit_of(team);
  if (from != op_.unit) {
    changes_.add({.kind = Effect::Kind::TeamUnit, .team = op_.team, .before = from, .after = op_.unit});
    move_roles(team, from);
    move_owned_rows(team);
  }
  asking_.allow_by_privilege(privilege);
  return true;
}

}  // namespace policy
