// Small worlds for tests of the runtime by itself: hand-made tables whose code allows everything, or nothing.
//
//   Ship ship;                                         // tables, one unit, two users
//   uint32_t trip = ship.row(ship.sam);
//   Outcome outcome = plan(ship.world, {.kind = OperationKind::Read, .user = ship.sam, .record = trip});
#pragma once

#include "runtime/operations/plan.h"

namespace policy::test {

inline int32_t yes(const policy_subject*, const policy_reach*, const policy_record*, const policy_context*) {
  return 1;
}
inline uint64_t allow(const policy_subject*, const policy_reach*, const policy_record*, const policy_context*) {
  return POLICY_REASON_role_level;
}
inline uint64_t deny(const policy_subject*, const policy_reach*, const policy_record*, const policy_context*) {
  return POLICY_REASON_no_privilege;
}

inline constexpr uint32_t kTrip = 0;   // the only table, owned by users
inline constexpr uint32_t kUp = 0;     // trip -> trip, parental in everything
inline constexpr uint32_t kSide = 1;   // trip -> trip, links alone
inline constexpr uint32_t kBoth = 2;   // trip <-> trip
inline constexpr uint32_t kRuler = 0;  // the only role: every right on the table, and every privilege

inline ProgramTables ship_tables(policy_decide_function decide = allow) {
  ProgramTables tables;
  tables.slot_count = POLICY_RIGHT_COUNT;
  TableEntry trip{.name = "trip", .secured = {3, 5}};
  RoleEntry ruler{"ruler", false, {}, {0, 1, 2, 3}};
  for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
    trip.decisions[right] = {yes, decide, right, right, 1};
    ruler.grants.push_back(right);
    tables.grants.push_back({kRuler, POLICY_LEVEL_organization, right});
  }
  tables.tables.push_back(trip);
  tables.roles.push_back(ruler);
  tables.privileges = {"p0", "p1", "p2", "p3"};
  tables.well_known = {.act_on_behalf = 0, .merge = 1, .reparent_user = 2, .reparent_team = 3};
  tables.profiles.push_back({"office", {{.table = kTrip, .read = 1, .update = 1}}});
  RelationshipEntry up{.name = "up", .child = kTrip, .parent = kTrip, .lookup = 0, .is_parental = true};
  up.behaviour.fill(Behaviour::Cascade);
  RelationshipEntry side{.name = "side", .child = kTrip, .parent = kTrip, .lookup = 1};
  RelationshipEntry both{.name = "both", .child = kTrip, .parent = kTrip, .many_to_many = true};
  tables.relationships = {up, side, both};
  tables.rules.assign_needs = right_bit(POLICY_RIGHT_assign);
  tables.rules.new_child_inherits_shares = true;
  tables.rules.always_move_record_to_owner_unit = true;
  return tables;
}

struct Ship {
  explicit Ship(ProgramTables tables_ = ship_tables()) : tables(std::move(tables_)), world(tables) {
    harbour = *world.organization.add_unit(POLICY_NONE);
    dock = *world.organization.add_unit(harbour);
    world.organization.number_units();
    sam = add_user();
    ana = add_user();
    crew = *world.organization.add_team(harbour);
    guests = *world.organization.add_team(harbour, TeamKind::Access);
    (void)world.organization.give_role(POLICY_PRINCIPAL(POLICY_TEAM, crew), kRuler, harbour);
    world.resolve_users();
  }

  uint32_t add_user() {
    uint32_t user = *world.organization.add_user(harbour);
    (void)world.organization.give_role(POLICY_PRINCIPAL(POLICY_USER, user), kRuler, harbour);
    return user;
  }

  uint32_t row(uint32_t user) {
    Row made;
    made.table = kTrip;
    made.owner = POLICY_PRINCIPAL(POLICY_USER, user);
    made.unit = harbour;
    return world.records.add(made);
  }

  uint32_t row_below(uint32_t parent, uint32_t user) {
    uint32_t made = row(user);
    world.records.link(made, kUp, parent);
    return made;
  }

  Outcome do_it(const Operation& operation) {
    Outcome outcome = plan(world, operation);
    if (outcome.answer.allowed) apply(world, operation, outcome.effects);
    return outcome;
  }

  policy_principal principal(uint32_t user) const { return POLICY_PRINCIPAL(POLICY_USER, user); }
  policy_principal team_principal(uint32_t team) const { return POLICY_PRINCIPAL(POLICY_TEAM, team); }

  ProgramTables tables;
  World world;
  uint32_t harbour, dock, sam, ana, crew, guests;
};

}  // namespace policy::test
