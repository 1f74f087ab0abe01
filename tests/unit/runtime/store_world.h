// A world for tests of the store: code that looks at owners, units and shares as compiled code does, and random changes
// of everything that can change.
//
//   Yard yard(seed);                                     // units, users, teams, roles, rows
//   Transaction change = yard.store.begin();
//   for (int i = 0; i < 5; ++i) yard.change_something(change);
//   change.commit();
#pragma once

#include <algorithm>
#include <random>

#include "runtime/query/world_view.h"
#include "runtime/store/store.h"
#include "tests/unit/runtime/worlds.h"

namespace policy::test {

inline bool counts_for(const policy_subject& subject, policy_principal with) {
  if (with == subject.user && with != POLICY_NOBODY) return true;
  if (POLICY_PRINCIPAL_KIND(with) == POLICY_ORGANIZATION) return true;
  return std::binary_search(subject.lists, subject.lists + subject.team_count, with);
}

inline int32_t check_plainly(const policy_subject* subject, const policy_reach* reach, const policy_record* record,
                             const policy_context*) {
  if ((reach->flags & POLICY_REACH_HELD) == 0) return 0;
  if (record->owning_unit - reach->first < reach->count) return 1;
  if (reach->own != 0 && record->owner == subject->user && (record->shares & POLICY_AWAY) == 0) return 1;
  const uint32_t* lists = subject->lists + reach->lists;
  for (uint32_t i = 0; i < reach->interval_count; ++i) {
    if (record->owning_unit - lists[2 * i] < lists[2 * i + 1]) return 1;
  }
  const auto* shares = reinterpret_cast<const policy_share_list*>(record->shares & ~uint64_t{7});
  if (shares == nullptr) return 0;
  const auto* share = reinterpret_cast<const policy_share*>(shares + 1);
  for (uint32_t i = 0; i < shares->count; ++i) {
    if (counts_for(*subject, share[i].principal)) return 1;
  }
  return 0;
}
inline uint64_t decide_plainly(const policy_subject* subject, const policy_reach* reach, const policy_record* record,
                               const policy_context* context) {
  if ((reach->flags & POLICY_REACH_HELD) == 0) return POLICY_REASON_no_privilege;
  return check_plainly(subject, reach, record, context) != 0 ? POLICY_REASON_share : POLICY_REASON_level;
}

inline constexpr uint32_t kLevels = 4;  // a role for each level

// As on the ship, with two tables and a role for each level.
inline ProgramTables yard_tables() {
  ProgramTables tables = ship_tables(decide_plainly);
  TableEntry& trip = tables.tables[kTrip];
  for (DecisionEntry& entry : trip.decisions) entry.check = check_plainly;
  tables.tables.push_back(trip);
  tables.tables.back().name = "boat";
  tables.roles.clear();
  tables.grants.clear();
  for (uint32_t level = 0; level < kLevels; ++level) {
    RoleEntry role{"level" + std::to_string(level), false, {}, {0, 1, 2, 3}};
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
      role.grants.push_back(static_cast<uint32_t>(tables.grants.size()));
      tables.grants.push_back({level, static_cast<policy_level>(POLICY_LEVEL_user + level), right});
    }
    tables.roles.push_back(role);
  }
  tables.hierarchy.model = HierarchyModel::Manager;
  tables.hierarchy.depth = 2;
  return tables;
}

class Yard {
 public:
  explicit Yard(uint32_t seed, StoreOptions options = {})
      : tables(yard_tables()), world(tables), random_(seed), store((fill(), world), options) {}

  ProgramTables tables;
  World world;

 private:
  std::mt19937 random_;

 public:
  Store store;

  uint32_t below(size_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool one_in(uint32_t n) { return below(n) == 0; }
  uint32_t any_user() { return below(world.organization.user_count()); }
  uint32_t any_unit() { return below(world.organization.unit_count()); }
  uint32_t any_team() { return below(world.organization.team_count()); }
  uint32_t any_row() { return below(world.records.size()); }
  policy_principal any_principal() {
    return one_in(3) ? POLICY_PRINCIPAL(POLICY_TEAM, any_team()) : POLICY_PRINCIPAL(POLICY_USER, any_user());
  }
  RightSet any_rights() { return static_cast<RightSet>(random_() & kAllButCreate); }

  Row any_new_row() {
    Row row;
    row.table = below(2);
    row.owner = any_principal();
    row.unit = one_in(3) ? any_unit() : world.organization.unit_of(row.owner);
    row.attributes.assign(row.table, random_());
    row.exists = !one_in(5);
    if (row.table == kTrip && one_in(2) && world.records.size() > 0) {
      uint32_t above = any_row();
      if (world.records[above].table == kTrip) row.links.push_back({kUp, above, POLICY_NONE});
    }
    return row;
  }

  // Nothing that could come to the rows.
  void change_something_else(Transaction& change, std::initializer_list<uint32_t> rows) {
    uint32_t row = any_row();
    if (std::find(rows.begin(), rows.end(), row) != rows.end()) return;
    Organization& organization = change.organization();
    switch (below(4)) {
      case 0:
        return (void)organization.join(any_user(), any_team());
      case 1:
        return (void)organization.leave(any_user(), any_team());
      case 2:
        return (void)change.records().set_share(row, any_principal(), any_rights());
      default: {
        policy_principal holder = any_principal();
        return (void)organization.give_role(holder, below(kLevels), organization.unit_of(holder));
      }
    }
  }

  void change_something(Transaction& change) {
    switch (below(5)) {
      case 0:
        return change_people(change.organization());
      case 1:
        return change_roles(change);
      case 2:
        return change_rows(change.records());
      case 3:
        if (one_in(2)) return (void)change.add_row(any_new_row());
        if (one_in(4)) return (void)change.add_unit(any_unit());
        return (void)change.move_unit(any_unit(), any_unit());
      default:
        return operate(change);
    }
  }

 private:
  void fill() {
    Organization& organization = world.organization;
    (void)organization.add_unit(POLICY_NONE);
    for (int i = 0; i < 12; ++i) (void)organization.add_unit(any_unit());
    organization.number_units();
    for (int i = 0; i < 10; ++i) (void)organization.add_user(any_unit());
    for (int i = 0; i < 6; ++i) (void)organization.add_team(any_unit(), static_cast<TeamKind>(i % 4));
    for (int i = 0; i < 60; ++i) change_people(organization);
    for (int i = 0; i < 20; ++i) {
      policy_principal holder = any_principal();
      (void)organization.give_role(holder, below(kLevels), organization.unit_of(holder));
    }
    for (int i = 0; i < 40; ++i) world.records.add(any_new_row());
    for (int i = 0; i < 60; ++i) change_rows(world.records);
  }

  void change_people(Organization& organization) {
    uint32_t user = any_user();
    switch (below(9)) {
      case 0:
        return (void)organization.join(user, any_team());
      case 1:
        return (void)organization.leave(user, any_team());
      case 2:
        return (void)organization.move_user(user, any_unit());
      case 3:
        return (void)organization.move_team(any_team(), any_unit());
      case 4:
        return (void)organization.set_manager(user, any_user());
      case 5:
        if (one_in(2)) return (void)organization.set_access_mode(user, static_cast<AccessMode>(below(6)));
        return (void)organization.set_disabled(user, one_in(2));
      case 6:
        return (void)organization.set_attributes(user, {random_()});
      case 7:
        if (one_in(4)) return (void)organization.add_user(any_unit());
        if (one_in(3)) return (void)organization.take_profile(any_principal(), 0);
        return (void)organization.give_profile(any_principal(), 0);
      default:
        if (one_in(6)) return (void)organization.add_team(any_unit(), static_cast<TeamKind>(below(4)));
        return (void)organization.set_name(user, std::to_string(below(20)));
    }
  }

  void change_roles(Transaction& change) {
    Organization& organization = change.organization();
    policy_principal holder = any_principal();
    if (one_in(3)) return (void)organization.drop_roles(holder);
    if (one_in(3)) return (void)organization.move_roles(holder, any_unit());
    const uint32_t role = below(kLevels), anchor = organization.unit_of(holder);
    if (one_in(3)) return (void)organization.take_role(holder, role, anchor);
    (void)organization.give_role(holder, role, anchor);
  }

  void change_rows(Records& records) {
    uint32_t row = any_row();
    switch (below(8)) {
      case 0:
        return (void)records.set_owner(row, one_in(8) ? policy_principal{0} : any_principal());
      case 1:
        return (void)records.set_unit(row, any_unit());
      case 2:
        return (void)records.set_share(row, any_principal(), one_in(3) ? RightSet{0} : any_rights());
      case 3:
        return (void)records.set_opening(row, {below(2), any_principal(), one_in(2), one_in(2)});
      case 4:
        return (void)records.set_association(kBoth, row, any_row(), !one_in(3));
      case 5:
        return (void)(one_in(2) ? records.remove(row) : records.create(row));
      case 6: {
        std::vector<uint64_t> values(records[row].table == POLICY_NONE ? 0 : records[row].table, random_());
        return (void)records.set_values(row, values, below(4));
      }
      default: {
        RightSet rights = one_in(2) ? RightSet{0} : any_rights();
        return (void)records.set_part(row, any_principal(), {any_row(), one_in(2), rights, POLICY_NONE});
      }
    }
  }

  void operate(Transaction& change) {
    Operation operation;
    operation.kind = static_cast<OperationKind>(below(static_cast<uint32_t>(OperationKind::MoveTeam) + 1));
    operation.user = any_user();
    operation.record = any_row();
    operation.other = any_row();
    operation.principal = one_in(2) ? any_principal() : POLICY_PRINCIPAL(POLICY_USER, any_user());
    operation.rights = any_rights();
    operation.relationship = below(3);
    operation.unit = any_unit();
    operation.team = any_team();
    (void)change.perform(operation);
  }
};

}  // namespace policy::test
