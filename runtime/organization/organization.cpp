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
  auto unit = size32(units_.size());
  units_.push_back({parent, {POLICY_NONE, 0}, {}, {}, {}, {}, {}});
  if (parent != POLICY_NONE) units_[parent].children.push_back(unit);
  note_undo([this, unit, parent] {
    if (parent != POLICY_NONE) std::erase(units_[parent].children, unit);
    units_.pop_back();
  });
  return unit;
}

bool Organization::add_units(std::span<const uint32_t> parents) {
  if (!units_.empty() || parents.size() > POLICY_PRINCIPAL_LIMIT) return false;
  for (uint32_t parent : parents) units_.push_back({parent, {POLICY_NONE, 0}, {}, {}, {}, {}, {}});
  for (uint32_t unit = 0; unit < units_.size(); ++unit) {
    if (parents[unit] < units_.size()) units_[parents[unit]].children.push_back(unit);
  }
  return true;
}

std::optional<uint32_t> Organization::add_user(uint32_t unit) {
  if (unit >= units_.size() || users_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  auto user = size32(users_.size());
  users_.push_back(User{});
  enter_unit(user, unit);
  note_user(user);
  note_undo([this, user] {
    leave_unit(user);
    users_.pop_back();
  });
  return user;
}

std::optional<uint32_t> Organization::add_team(uint32_t unit, TeamKind kind) {
  if (unit >= units_.size() || teams_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  teams_.push_back({unit, kind, {}, {}, {}});
  if (kind == TeamKind::Default) {
    units_[unit].default_teams.push_back(size32(teams_.size() - 1));
    for (uint32_t user : units_[unit].users) note_user(user);
  }
  note_undo([this, unit, kind] {
    if (kind == TeamKind::Default) units_[unit].default_teams.pop_back();
    teams_.pop_back();
  });
  return size32(teams_.size() - 1);
}

std::optional<uint32_t> Organization::add_position() {
  if (positions_.size() >= POLICY_PRINCIPAL_LIMIT) return std::nullopt;
  positions_.push_back({});
  note_undo([this] { positions_.pop_back(); });
  return size32(positions_.size() - 1);
}

bool Organization::set_parent(uint32_t position, uint32_t parent) {
  if (position >= positions_.size() || parent >= positions_.size()) return false;
  uint32_t before = positions_[position].parent;
  note_positions_above(position);
  change_parent(position, parent);
  note_positions_above(position);
  note_undo([this, position, before] { change_parent(position, before); });
  return true;
}

void Organization::change_parent(uint32_t position, uint32_t parent) {
  Position& changed = positions_[position];
  if (changed.parent != POLICY_NONE) std::erase(positions_[changed.parent].below, position);
  changed.parent = parent;
  if (parent != POLICY_NONE) insert_once(positions_[parent].below, position);
}

// --- what changes

void Organization::note_user(uint32_t user) {
  if (journal_ != nullptr) journal_->users.push_back(user);
}

void Organization::note_moved(policy_principal owner) {
  if (journal_ != nullptr) journal_->moved.push_back(owner);
}

void Organization::note_superiors(uint32_t user) {
  if (journal_ == nullptr) return;
  for (uint32_t superior : superiors_of(user)) journal_->users.push_back(superior);
}

void Organization::note_roles(policy_principal holder) {
  if (journal_ == nullptr) return;
  journal_->holders.push_back(holder);
  for (const Journal::HeldBefore& held : held_by(holder)) journal_->held_before.push_back(held);
  for (uint32_t user : dependents_of(holder)) journal_->users.push_back(user);
}

// --- people

bool Organization::join(uint32_t user, uint32_t team) {
  if (!has_user(user) || !has_team(team) || teams_[team].kind == TeamKind::Default) return false;
  if (is_member(user, team)) return true;
  insert_once(users_[user].teams, team);
  insert_once(teams_[team].members, user);
  note_user(user);
  note_undo([this, user, team] { (void)leave(user, team); });
  return true;
}

bool Organization::leave(uint32_t user, uint32_t team) {
  if (!has_user(user) || !has_team(team)) return false;
  if (std::erase(users_[user].teams, team) == 0) return false;
  std::erase(teams_[team].members, user);
  note_user(user);
  note_undo([this, user, team] { (void)join(user, team); });
  return true;
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
  std::vector<Held> after = *roles;
  after.push_back({role, anchor});
  set_roles(holder, std::move(after));
  return true;
}

bool Organization::take_role(policy_principal holder, uint32_t role, uint32_t anchor) {
  std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr || role >= tables_.roles.size() || anchor >= units_.size()) return false;
  std::vector<Held> after = *roles;
  auto is_taken = [&](const Held& held) { return held.role == role && held.anchor == anchor; };
  if (std::erase_if(after, is_taken) != 0) set_roles(holder, std::move(after));
  return true;
}

bool Organization::drop_roles(policy_principal holder) {
  if (roles_held(holder) == nullptr) return false;
  set_roles(holder, {});
  return true;
}

bool Organization::move_roles(policy_principal holder, uint32_t anchor) {
  std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr || !has_unit(anchor)) return false;
  std::vector<Held> after = *roles;
  for (Held& held : after) held.anchor = anchor;
  set_roles(holder, std::move(after));
  return true;
}

void Organization::set_roles(policy_principal holder, std::vector<Held> roles) {
  note_roles(holder);
  std::vector<Held>& held = *roles_held(holder);
  for (const Held& before : held) {
    auto counted = units_[before.anchor].anchored.find(holder);
    if (--counted->second == 0) units_[before.anchor].anchored.erase(counted);
  }
  for (const Held& after : roles) ++units_[after.anchor].anchored[holder];
  held.swap(roles);
  if (journal_ == nullptr) return;
  note_undo([this, holder, before = std::move(roles)] { set_roles(holder, before); });
}

std::vector<uint32_t>* Organization::own_profiles(policy_principal holder) {
  uint32_t index = POLICY_PRINCIPAL_INDEX(holder);
  if (POLICY_PRINCIPAL_KIND(holder) == POLICY_USER && has_user(index)) return &users_[index].profiles;
  if (POLICY_PRINCIPAL_KIND(holder) == POLICY_TEAM && has_team(index)) return &teams_[index].profiles;
  return nullptr;
}

bool Organization::give_profile(policy_principal holder, uint32_t profile) {
  std::vector<uint32_t>* profiles = own_profiles(holder);
  if (profiles == nullptr || profile >= tables_.profiles.size()) return false;
  if (std::binary_search(profiles->begin(), profiles->end(), profile)) return true;
  insert_once(*profiles, profile);
  if (journal_ != nullptr) journal_->profile_holders.push_back(holder);
  note_undo([this, holder, profile] { std::erase(*own_profiles(holder), profile); });
  return true;
}

bool Organization::take_profile(policy_principal holder, uint32_t profile) {
  std::vector<uint32_t>* profiles = own_profiles(holder);
  if (profiles == nullptr || profile >= tables_.profiles.size()) return false;
  if (std::erase(*profiles, profile) == 0) return true;
  if (journal_ != nullptr) journal_->profile_holders.push_back(holder);
  note_undo([this, holder, profile] { insert_once(*own_profiles(holder), profile); });
  return true;
}

bool Organization::set_name(uint32_t user, std::string name) {
  if (!has_user(user)) return false;
  note_undo([this, user, before = users_[user].name] { change_name(user, before); });
  change_name(user, std::move(name));
  return true;
}

void Organization::change_name(uint32_t user, std::string name) {
  auto before = users_by_name_.find(users_[user].name);
  if (before != users_by_name_.end()) {
    std::erase(before->second, user);
    if (before->second.empty()) users_by_name_.erase(before);
  }
  if (!name.empty()) insert_once(users_by_name_[name], user);
  users_[user].name = std::move(name);
}

bool Organization::set_disabled(uint32_t user, bool disabled) {
  if (!has_user(user)) return false;
  note_user(user);
  note_undo([this, user, before = users_[user].disabled] { users_[user].disabled = before; });
  users_[user].disabled = disabled;
  return true;
}

bool Organization::set_access_mode(uint32_t user, AccessMode mode) {
  if (!has_user(user)) return false;
  note_user(user);
  note_undo([this, user, before = users_[user].mode] { users_[user].mode = before; });
  users_[user].mode = mode;
  return true;
}

bool Organization::set_manager(uint32_t user, uint32_t manager) {
  if (!has_user(user) || (manager != POLICY_NONE && !has_user(manager))) return false;
  uint32_t before = users_[user].manager;
  note_superiors(user);
  change_manager(user, manager);
  note_superiors(user);
  note_undo([this, user, before] { change_manager(user, before); });
  return true;
}

void Organization::change_manager(uint32_t user, uint32_t manager) {
  if (users_[user].manager != POLICY_NONE) std::erase(users_[users_[user].manager].managed, user);
  users_[user].manager = manager;
  if (manager != POLICY_NONE) insert_once(users_[manager].managed, user);
}

bool Organization::set_position(uint32_t user, uint32_t position) {
  if (!has_user(user) || (position != POLICY_NONE && !has_position(position))) return false;
  uint32_t before = users_[user].position;
  note_superiors(user);
  change_position(user, position);
  note_superiors(user);
  note_user(user);
  note_undo([this, user, before] { change_position(user, before); });
  return true;
}

void Organization::change_position(uint32_t user, uint32_t position) {
  if (users_[user].position != POLICY_NONE) std::erase(positions_[users_[user].position].users, user);
  users_[user].position = position;
  if (position != POLICY_NONE) insert_once(positions_[position].users, user);
}

bool Organization::set_attributes(uint32_t user, std::vector<uint64_t> attributes) {
  if (!has_user(user)) return false;
  note_user(user);
  users_[user].attributes.swap(attributes);
  if (journal_ == nullptr) return true;
  note_undo([this, user, before = std::move(attributes)] { users_[user].attributes = before; });
  return true;
}

bool Organization::move_user(uint32_t user, uint32_t unit) {
  if (!has_user(user) || !has_unit(unit)) return false;
  uint32_t before = users_[user].unit;
  leave_unit(user);
  enter_unit(user, unit);
  note_user(user);
  note_moved(POLICY_PRINCIPAL(POLICY_USER, user));
  note_undo([this, user, before] { (void)move_user(user, before); });
  return true;
}

void Organization::enter_unit(uint32_t user, uint32_t unit) {
  users_[user].unit = unit;
  users_[user].place = size32(units_[unit].users.size());
  units_[unit].users.push_back(user);
}

// The last of the unit's users moves into the gap.
void Organization::leave_unit(uint32_t user) {
  std::vector<uint32_t>& users = units_[users_[user].unit].users;
  uint32_t place = users_[user].place;
  users[place] = users.back();
  users_[users[place]].place = place;
  users.pop_back();
}

bool Organization::move_team(uint32_t team, uint32_t unit) {
  if (!has_team(team) || !has_unit(unit) || teams_[team].kind == TeamKind::Default) return false;
  note_undo([this, team, before = teams_[team].unit] { teams_[team].unit = before; });
  note_roles(POLICY_PRINCIPAL(POLICY_TEAM, team));
  note_moved(POLICY_PRINCIPAL(POLICY_TEAM, team));
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
  return found == users_by_name_.end() ? POLICY_NONE : found->second.front();
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

std::vector<uint32_t> Organization::dependents_of(policy_principal principal) const {
  uint32_t index = POLICY_PRINCIPAL_INDEX(principal);
  switch (POLICY_PRINCIPAL_KIND(principal)) {
    case POLICY_USER:
      return has_user(index) ? std::vector{index} : std::vector<uint32_t>{};
    case POLICY_TEAM:
      return members_of(index);
    case POLICY_UNIT:
      return has_unit(index) ? units_[index].users : std::vector<uint32_t>{};
    default:
      return {};
  }
}

std::vector<Journal::HeldBefore> Organization::held_by(policy_principal holder) const {
  std::vector<Journal::HeldBefore> held;
  const std::vector<Held>* roles = roles_held(holder);
  if (roles == nullptr) return held;
  for (const Held& role : *roles) held.push_back({holder, role.role, unit_interval(role.anchor).first});
  return held;
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

std::span<const uint32_t> Organization::profiles_held(policy_principal holder) const {
  uint32_t index = POLICY_PRINCIPAL_INDEX(holder);
  if (POLICY_PRINCIPAL_KIND(holder) == POLICY_USER && has_user(index)) return users_[index].profiles;
  if (POLICY_PRINCIPAL_KIND(holder) == POLICY_TEAM && has_team(index)) return teams_[index].profiles;
  return {};
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
