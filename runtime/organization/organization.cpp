#include "runtime/organization/organization.h"

#include <algorithm>

namespace policy {

Organization::Organization(const ProgramTables& tables) : tables_(tables) {}

std::optional<uint32_t> Organization::add_unit(uint32_t parent) {
  bool is_root = units_.empty() && parent == POLICY_NONE;
  if ((!is_root && parent >= units_.size()) || units_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  units_.push_back({parent, {POLICY_NONE, 0}});
  return static_cast<uint32_t>(units_.size() - 1);
}

std::optional<uint32_t> Organization::add_user(uint32_t unit) {
  if (unit >= units_.size() || users_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  users_.push_back({unit, {}, {}});
  return static_cast<uint32_t>(users_.size() - 1);
}

std::optional<uint32_t> Organization::add_team(uint32_t unit) {
  if (unit >= units_.size() || teams_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  teams_.push_back({unit, {}});
  return static_cast<uint32_t>(teams_.size() - 1);
}

bool Organization::join(uint32_t user, uint32_t team) {
  if (user >= users_.size() || team >= teams_.size()) return false;
  std::vector<uint32_t>& teams = users_[user].teams;
  auto place = std::lower_bound(teams.begin(), teams.end(), team);
  if (place == teams.end() || *place != team) teams.insert(place, team);
  return true;
}

bool Organization::give_role(policy_principal holder, uint32_t role, uint32_t anchor) {
  uint32_t index = POLICY_PRINCIPAL_INDEX(holder);
  bool is_user = POLICY_PRINCIPAL_KIND(holder) == POLICY_USER && index < users_.size();
  bool is_team = POLICY_PRINCIPAL_KIND(holder) == POLICY_TEAM && index < teams_.size();
  if ((!is_user && !is_team) || role >= tables_.roles.size() || anchor >= units_.size()) return false;
  uint32_t home = is_user ? users_[index].unit : teams_[index].unit;
  if (!tables_.modern_units && anchor != home) return false;
  (is_user ? users_[index].roles : teams_[index].roles).push_back({role, anchor});
  return true;
}

// Parents are added before their children, so sizes of subtrees add up from the back, and numbers are handed out from
// the front: no recursion.
void Organization::number_units() {
  std::vector<uint32_t> sizes(units_.size(), 1);
  for (size_t i = units_.size(); i-- > 1;) sizes[units_[i].parent] += sizes[i];
  std::vector<uint32_t> next_child(units_.size());
  for (size_t i = 0; i < units_.size(); ++i) {
    uint32_t first = i == 0 ? 0 : next_child[units_[i].parent];
    if (i != 0) next_child[units_[i].parent] += sizes[i];
    units_[i].interval = {first, first + sizes[i] - 1};
    next_child[i] = first + 1;
  }
}

policy_interval Organization::unit_interval(uint32_t unit) const {
  return unit < units_.size() ? units_[unit].interval : policy_interval{POLICY_NONE, 0};
}

void Organization::add_pieces(policy_principal holder, const std::vector<Held>& roles, Subject& subject) const {
  bool is_user = POLICY_PRINCIPAL_KIND(holder) == POLICY_USER;
  for (const Held& held : roles) {
    const RoleEntry& role = tables_.roles[held.role];
    for (uint32_t privilege : role.privileges) subject.privileges_[privilege] = true;
    for (uint32_t index : role.grants) {
      const GrantEntry& grant = tables_.grants[index];
      if (grant.level == POLICY_LEVEL_none) continue;
      bool team_rows_only = !is_user && role.team_privileges_only && grant.level == POLICY_LEVEL_user;
      subject.pieces_.push_back(
          {grant.slot, index, holder, held.role, grant.level, units_[held.anchor].interval, !team_rows_only});
    }
  }
}

Subject Organization::resolve(uint32_t user) const {
  Subject subject;
  subject.privileges_.resize(tables_.privilege_count);
  if (user < users_.size()) {
    const User& found = users_[user];
    subject.user_ = POLICY_PRINCIPAL(POLICY_USER, user);
    subject.unit_index_ = found.unit;
    subject.unit_ = unit_interval(found.unit);
    for (uint32_t team : found.teams) subject.teams_.push_back(POLICY_PRINCIPAL(POLICY_TEAM, team));
    add_pieces(subject.user_, found.roles, subject);
    for (uint32_t team : found.teams) {
      add_pieces(POLICY_PRINCIPAL(POLICY_TEAM, team), teams_[team].roles, subject);
    }
  }
  subject.build_reaches(tables_);
  return subject;
}

}  // namespace policy
