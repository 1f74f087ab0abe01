#include "runtime/organization/organization.h"

#include <algorithm>

namespace policy {

namespace {

uint32_t size32(size_t size) { return static_cast<uint32_t>(size); }

void insert_once(std::vector<uint32_t>& sorted, uint32_t value) {
  auto place = std::lower_bound(sorted.begin(), sorted.end(), value);
  if (place == sorted.end() || *place != value) sorted.insert(place, value);
}

void sort_once(std::vector<uint32_t>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

bool lies_in(uint32_t number, policy_interval interval) { return number >= interval.first && number <= interval.last; }

}  // namespace

Organization::Organization(const ProgramTables& tables) : tables_(tables) {}

// --- setting up

std::optional<uint32_t> Organization::add_unit(uint32_t parent) {
  bool is_root = units_.empty() && parent == POLICY_NONE;
  if ((!is_root && parent >= units_.size()) || units_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  units_.push_back({parent, {POLICY_NONE, 0}, {}, {}, {}});
  return size32(units_.size() - 1);
}

bool Organization::add_units(std::span<const uint32_t> parents) {
  if (!units_.empty() || parents.size() > POLICY_PRINCIPAL_LIMIT) return false;
  for (uint32_t parent : parents) units_.push_back({parent, {POLICY_NONE, 0}, {}, {}, {}});
  return true;
}

std::optional<uint32_t> Organization::add_user(uint32_t unit) {
  if (unit >= units_.size() || users_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  User user{};
  user.unit = unit;
  users_.push_back(std::move(user));
  units_[unit].users.push_back(size32(users_.size() - 1));
  return size32(users_.size() - 1);
}

std::optional<uint32_t> Organization::add_team(uint32_t unit, TeamKind kind) {
  if (unit >= units_.size() || teams_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  teams_.push_back({unit, kind, {}, {}, {}});
  if (kind == TeamKind::Default) units_[unit].default_teams.push_back(size32(teams_.size() - 1));
  return size32(teams_.size() - 1);
}

std::optional<uint32_t> Organization::add_position() {
  if (positions_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  positions_.push_back({});
  return size32(positions_.size() - 1);
}

bool Organization::set_parent(uint32_t position, uint32_t parent) {
  if (position >= positions_.size() || parent >= positions_.size()) return false;
  Position& changed = positions_[position];
  if (changed.parent != POLICY_NONE) std::erase(positions_[changed.parent].below, position);
  changed.parent = parent;
  insert_once(positions_[parent].below, position);
  return true;
}

// A walk from the root down with a stack of its own: first the unit, then its children in their order. A unit's subtree
// ends where the walk has come to when it leaves the unit.
void Organization::number_units() {
  std::vector<std::vector<uint32_t>> children(units_.size());
  std::vector<uint32_t> pending;
  for (uint32_t unit = size32(units_.size()); unit-- > 0;) {
    units_[unit].interval = {POLICY_NONE, 0};
    uint32_t parent = units_[unit].parent;
    if (parent == POLICY_NONE) pending.push_back(unit);
    if (parent < units_.size()) children[parent].push_back(unit);
  }
  uint32_t next = 0;
  while (!pending.empty()) {
    uint32_t unit = pending.back();
    policy_interval& interval = units_[unit].interval;
    if (interval.first == POLICY_NONE) {
      interval.first = next++;
      pending.insert(pending.end(), children[unit].begin(), children[unit].end());
    } else {
      interval.last = next - 1;
      pending.pop_back();
    }
  }
}

// --- people

bool Organization::join(uint32_t user, uint32_t team) {
  if (!has_user(user) || !has_team(team) || teams_[team].kind == TeamKind::Default) return false;
  insert_once(users_[user].teams, team);
  insert_once(teams_[team].members, user);
  return true;
}

bool Organization::leave(uint32_t user, uint32_t team) {
  if (!has_user(user) || !has_team(team)) return false;
  std::erase(teams_[team].members, user);
  return std::erase(users_[user].teams, team) != 0;
}

std::vector<Organization::Held>* Organization::roles_held(policy_principal holder) {
  return const_cast<std::vector<Held>*>(std::as_const(*this).roles_held(holder));
}

const std::vector<Organization::Held>* Organization::roles_held(policy_principal holder) const {
  uint32_t index = POLICY_PRINCIPAL_INDEX(holder);
  switch (POLICY_PRINCIPAL_KIND(holder)) {
    case POLICY_USER:
      return has_user(index) ? &users_[index].roles : nullptr;
    case POLICY_TEAM:
      return has_team(index) && teams_[index].kind != TeamKind::Access ? &teams_[index].roles : nullptr;
    case POLICY_UNIT:
      return has_unit(index) && tables_.unit_as_principal ? &units_[index].roles : nullptr;
    default:
      return nullptr;
  }
}

bool Organization::give_role(policy_principal holder, uint32_t role, uint32_t anchor) {
  std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr || role >= tables_.roles.size() || anchor >= units_.size()) return false;
  if (!tables_.modern_units && anchor != unit_of(holder)) return false;
  roles->push_back({role, anchor});
  return true;
}

bool Organization::drop_roles(policy_principal holder) {
  std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr) return false;
  roles->clear();
  return true;
}

bool Organization::move_roles(policy_principal holder, uint32_t anchor) {
  std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr || !has_unit(anchor)) return false;
  for (Held& held : *roles) held.anchor = anchor;
  return true;
}

bool Organization::give_profile(policy_principal holder, uint32_t profile) {
  uint32_t index = POLICY_PRINCIPAL_INDEX(holder);
  bool is_user = POLICY_PRINCIPAL_KIND(holder) == POLICY_USER && has_user(index);
  bool is_team = POLICY_PRINCIPAL_KIND(holder) == POLICY_TEAM && has_team(index);
  if ((!is_user && !is_team) || profile >= tables_.profiles.size()) return false;
  insert_once(is_user ? users_[index].profiles : teams_[index].profiles, profile);
  return true;
}

bool Organization::set_name(uint32_t user, std::string name) {
  if (!has_user(user)) return false;
  users_by_name_.try_emplace(name, user);
  users_[user].name = std::move(name);
  return true;
}

bool Organization::set_disabled(uint32_t user, bool disabled) {
  if (!has_user(user)) return false;
  users_[user].disabled = disabled;
  return true;
}

bool Organization::set_access_mode(uint32_t user, AccessMode mode) {
  if (!has_user(user)) return false;
  users_[user].mode = mode;
  return true;
}

bool Organization::set_manager(uint32_t user, uint32_t manager) {
  if (!has_user(user) || !has_user(manager)) return false;
  if (users_[user].manager != POLICY_NONE) std::erase(users_[users_[user].manager].managed, user);
  users_[user].manager = manager;
  insert_once(users_[manager].managed, user);
  return true;
}

bool Organization::set_position(uint32_t user, uint32_t position) {
  if (!has_user(user) || position >= positions_.size()) return false;
  if (users_[user].position != POLICY_NONE) std::erase(positions_[users_[user].position].users, user);
  users_[user].position = position;
  insert_once(positions_[position].users, user);
  return true;
}

bool Organization::set_attributes(uint32_t user, std::vector<uint64_t> attributes) {
  if (!has_user(user)) return false;
  users_[user].attributes = std::move(attributes);
  return true;
}

bool Organization::move_user(uint32_t user, uint32_t unit) {
  if (!has_user(user) || !has_unit(unit)) return false;
  std::erase(units_[users_[user].unit].users, user);
  users_[user].unit = unit;
  units_[unit].users.push_back(user);
  return true;
}

bool Organization::move_team(uint32_t team, uint32_t unit) {
  if (!has_team(team) || !has_unit(unit) || teams_[team].kind == TeamKind::Default) return false;
  teams_[team].unit = unit;
  return true;
}

// --- questions

bool Organization::knows(policy_principal principal) const {
  uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  switch (POLICY_PRINCIPAL_KIND(principal)) {
    case POLICY_USER:
      return has_user(index);
    case POLICY_TEAM:
      return has_team(index);
    case POLICY_UNIT:
      return has_unit(index);
    case POLICY_ORGANIZATION:
      return index == 0;
    default:
      return false;
  }
}

uint32_t Organization::find_user(std::string_view name) const {
  auto found = users_by_name_.find(std::string(name));
  return found == users_by_name_.end() ? POLICY_NONE : found->second;
}

policy_interval Organization::unit_interval(uint32_t unit) const {
  return unit < units_.size() ? units_[unit].interval : policy_interval{POLICY_NONE, 0};
}

uint32_t Organization::unit_of(policy_principal principal) const {
  uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  switch (POLICY_PRINCIPAL_KIND(principal)) {
    case POLICY_USER:
      return has_user(index) ? users_[index].unit : POLICY_NONE;
    case POLICY_TEAM:
      return has_team(index) ? teams_[index].unit : POLICY_NONE;
    case POLICY_UNIT:
      return has_unit(index) ? index : POLICY_NONE;
    default:
      return POLICY_NONE;
  }
}

bool Organization::is_member(uint32_t user, uint32_t team) const {
  if (!has_user(user) || !has_team(team)) return false;
  if (teams_[team].kind == TeamKind::Default) return users_[user].unit == teams_[team].unit;
  return std::binary_search(users_[user].teams.begin(), users_[user].teams.end(), team);
}

SignIn Organization::sign_in(uint32_t user) const {
  if (!has_user(user)) return {};
  SignIn answer{false, POLICY_REASON_none, users_[user].mode};
  size_t roles = 0;
  for (policy_principal holder : holders_for(POLICY_PRINCIPAL(POLICY_USER, user))) roles += role_count(holder);
  if (users_[user].disabled) {
    answer.reason = POLICY_REASON_disabled;
  } else if (roles == 0) {
    answer.reason = POLICY_REASON_no_privilege;
  } else {
    answer.allowed = true;
  }
  return answer;
}

size_t Organization::role_count(policy_principal holder) const {
  const std::vector<Held>* roles = roles_held(holder);
  return roles == nullptr ? 0 : roles->size();
}

std::vector<uint32_t> Organization::teams_of(uint32_t user) const {
  if (!has_user(user)) return {};
  std::vector<uint32_t> teams = users_[user].teams;
  for (uint32_t team : units_[users_[user].unit].default_teams) insert_once(teams, team);
  return teams;
}

std::vector<uint32_t> Organization::members_of(uint32_t team) const {
  if (!has_team(team)) return {};
  if (teams_[team].kind != TeamKind::Default) return teams_[team].members;
  std::vector<uint32_t> members = units_[teams_[team].unit].users;
  sort_once(members);
  return members;
}

std::vector<uint32_t> Organization::profiles_of(uint32_t user) const {
  if (!has_user(user)) return {};
  std::vector<uint32_t> profiles = users_[user].profiles;
  for (uint32_t team : teams_of(user)) {
    profiles.insert(profiles.end(), teams_[team].profiles.begin(), teams_[team].profiles.end());
  }
  sort_once(profiles);
  return profiles;
}

std::vector<policy_principal> Organization::holders_for(policy_principal principal) const {
  std::vector<policy_principal> holders;
  if (!knows(principal)) return holders;
  holders.push_back(principal);
  uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  if (POLICY_PRINCIPAL_KIND(principal) == POLICY_USER) {
    for (uint32_t team : teams_of(index)) holders.push_back(POLICY_PRINCIPAL(POLICY_TEAM, team));
    holders.push_back(POLICY_PRINCIPAL(POLICY_UNIT, users_[index].unit));
  } else if (POLICY_PRINCIPAL_KIND(principal) == POLICY_UNIT) {
    for (uint32_t team : units_[index].default_teams) holders.push_back(POLICY_PRINCIPAL(POLICY_TEAM, team));
  }
  return holders;
}

template <typename Counts>
bool Organization::holds_some(policy_principal principal, uint32_t table, uint32_t right, Counts counts) const {
  if (table >= tables_.tables.size() || !tables_.tables[table].takes(right)) return false;
  const DecisionEntry& entry = tables_.tables[table].decisions[right];
  for (policy_principal holder : holders_for(principal)) {
    const std::vector<Held>* roles = roles_held(holder);
    if (roles == nullptr) continue;
    for (const Held& held : *roles) {
      for (uint32_t index : tables_.roles[held.role].grants) {
        const GrantEntry& grant = tables_.grants[index];
        bool is_asked = grant.slot >= entry.first_slot && grant.slot - entry.first_slot < entry.slot_count;
        if (is_asked && grant.level != POLICY_LEVEL_none && counts(grant.level, held.anchor)) return true;
      }
    }
  }
  return false;
}

bool Organization::holds(policy_principal principal, uint32_t table, uint32_t right) const {
  return holds_some(principal, table, right, [](policy_level, uint32_t) { return true; });
}

bool Organization::holds_at(policy_principal principal, uint32_t table, uint32_t right, uint32_t unit) const {
  if (!has_unit(unit)) return false;
  return holds_some(principal, table, right, [&](policy_level level, uint32_t anchor) {
    if (anchor == unit || level == POLICY_LEVEL_organization) return true;
    return level == POLICY_LEVEL_parent_child && lies_in(unit_interval(unit).first, unit_interval(anchor));
  });
}

// --- subjects

Standing Organization::standing(uint32_t user) const {
  Standing standing;
  if (!has_user(user)) return standing;
  standing.unit = users_[user].unit;
  for (uint32_t team : teams_of(user)) standing.teams.push_back(POLICY_PRINCIPAL(POLICY_TEAM, team));
  policy_principal self = POLICY_PRINCIPAL(POLICY_USER, user);
  for (policy_principal holder : holders_for(self)) {
    const std::vector<Held>* roles = roles_held(holder);
    if (roles == nullptr) continue;
    for (const Held& held : *roles) {
      standing.holdings.push_back({holder == self ? POLICY_SELF : holder, held.role, unit_interval(held.anchor)});
    }
  }
  return standing;
}

Subject Organization::resolve(uint32_t user, ProfilePool& pool) const {
  std::shared_ptr<const Profile> profile = pool.profile_of(standing(user));
  if (!has_user(user)) return {POLICY_NOBODY, {}, {}, std::move(profile)};
  return {POLICY_PRINCIPAL(POLICY_USER, user), users_[user].attributes, reports_of(user), std::move(profile)};
}

}  // namespace policy
