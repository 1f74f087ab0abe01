// Operations by hand: what denies, who is named, and that nothing changes where something is denied or unknown.
#include <gtest/gtest.h>

#include "runtime/columns/columns.h"
#include "runtime/run_as/run_as.h"
#include "tests/unit/runtime/worlds.h"

namespace policy::test {
namespace {

constexpr uint32_t kNotThere = 77;

std::vector<Operation> every_kind(const Ship& ship, uint32_t trip, uint32_t other) {
  std::vector<Operation> operations;
  for (int kind = 0; kind <= static_cast<int>(OperationKind::MoveTeam); ++kind) {
    Operation operation{.kind = static_cast<OperationKind>(kind), .user = ship.sam, .record = trip};
    operation.principal = ship.principal(ship.ana);
    operation.rights = right_bit(POLICY_RIGHT_read);
    operation.other = other;
    bool many = operation.kind == OperationKind::Associate || operation.kind == OperationKind::Disassociate;
    operation.relationship = many ? kBoth : kUp;
    operation.unit = ship.dock;
    operation.team = operation.kind == OperationKind::MoveTeam ? ship.crew : ship.guests;
    if (operation.kind == OperationKind::Create) {
      operation.record = POLICY_NONE;
      operation.proposed = ship.world.records[trip];
    }
    operations.push_back(operation);
  }
  return operations;
}

bool asks_about_rows(const Operation& operation) { return operation.kind < OperationKind::AddMember; }

TEST(Operations, EveryKindIsAllowedWhereEverythingIs) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam), other = ship.row(ship.sam);
  for (const Operation& operation : every_kind(ship, trip, other)) {
    Outcome outcome = plan(ship.world, operation);
    bool classic = operation.kind == OperationKind::SetUnit;
    EXPECT_EQ(outcome.answer.allowed, !classic) << static_cast<int>(operation.kind);
    if (classic) continue;
    EXPECT_EQ(outcome.answer.party, ship.principal(ship.sam)) << static_cast<int>(operation.kind);
  }
}

// Each id in turn is one that nobody knows.
TEST(Operations, UnknownIdsDeny) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam), other = ship.row(ship.sam);
  for (const Operation& operation : every_kind(ship, trip, other)) {
    auto expect_unknown = [&](const char* what, auto break_it) {
      Operation broken = operation;
      break_it(broken);
      Outcome outcome = plan(ship.world, broken);
      EXPECT_EQ(outcome.answer.reason, POLICY_REASON_unknown) << what << " " << static_cast<int>(operation.kind);
      EXPECT_FALSE(outcome.answer.allowed);
      EXPECT_TRUE(outcome.effects.empty());
    };
    expect_unknown("user", [](Operation& o) { o.user = kNotThere; });
    expect_unknown("impersonator", [](Operation& o) { o.impersonator = kNotThere; });
    expect_unknown("nobody", [](Operation& o) { o.user = POLICY_NONE; });
    if (asks_about_rows(operation)) expect_unknown("row", [](Operation& o) { o.record = kNotThere; });
    OperationKind kind = operation.kind;
    bool two_rows = kind == OperationKind::Link || kind == OperationKind::Associate || kind == OperationKind::Merge ||
                    kind == OperationKind::Disassociate;
    if (two_rows) expect_unknown("other row", [](Operation& o) { o.other = kNotThere; });
    bool related = kind >= OperationKind::Link && kind <= OperationKind::Disassociate;
    if (related) expect_unknown("relationship", [](Operation& o) { o.relationship = kNotThere; });
    if (related)
      expect_unknown("another kind", [](Operation& o) { o.relationship = o.relationship == kUp ? kBoth : kUp; });
    bool other_person = (kind >= OperationKind::Assign && kind <= OperationKind::Revoke) ||
                        (kind >= OperationKind::AddMember && kind <= OperationKind::MoveUser);
    if (other_person) {
      expect_unknown("principal", [](Operation& o) { o.principal = POLICY_PRINCIPAL(POLICY_USER, kNotThere); });
      expect_unknown("no principal", [](Operation& o) { o.principal = 0xf0000000u; });
    }
    bool moves = kind == OperationKind::SetUnit || kind == OperationKind::MoveUser || kind == OperationKind::MoveTeam;
    if (moves) expect_unknown("unit", [](Operation& o) { o.unit = kNotThere; });
    bool has_team = kind >= OperationKind::AddMember && kind != OperationKind::MoveUser;
    if (has_team) expect_unknown("team", [](Operation& o) { o.team = kNotThere; });
  }
}

TEST(Operations, RowsThatAreNotThereYetAreUnknownButToCreate) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam), other = ship.row(ship.sam);
  ship.world.records.remove(trip);
  for (const Operation& operation : every_kind(ship, trip, other)) {
    if (!asks_about_rows(operation) || operation.kind == OperationKind::Create) continue;
    EXPECT_EQ(plan(ship.world, operation).answer.reason, POLICY_REASON_unknown) << static_cast<int>(operation.kind);
  }
  Operation create{.kind = OperationKind::Create, .user = ship.sam, .record = trip};
  EXPECT_TRUE(ship.do_it(create).answer.allowed);
  EXPECT_TRUE(ship.world.records.exists(trip));
  EXPECT_EQ(plan(ship.world, create).answer.reason, POLICY_REASON_unknown) << "it is there already";
}

TEST(Operations, WhatTheRowDecisionDeniesIsDenied) {
  Ship ship(ship_tables(deny));
  uint32_t trip = ship.row(ship.sam), other = ship.row(ship.sam);
  for (const Operation& operation : every_kind(ship, trip, other)) {
    if (!asks_about_rows(operation) || operation.kind == OperationKind::SetUnit) continue;
    Outcome outcome = plan(ship.world, operation);
    EXPECT_EQ(outcome.answer.reason, POLICY_REASON_no_privilege) << static_cast<int>(operation.kind);
    EXPECT_EQ(outcome.answer.party, ship.principal(ship.sam));
    EXPECT_TRUE(outcome.effects.empty());
  }
}

TEST(Operations, WhoMayNotSignInMayDoNothing) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam), other = ship.row(ship.sam);
  Organization& organization = ship.world.organization;
  ASSERT_TRUE(organization.set_disabled(ship.sam, true));
  for (Operation operation : every_kind(ship, trip, other)) {
    EXPECT_EQ(plan(ship.world, operation).answer.reason, POLICY_REASON_disabled);
    operation.asks_sign_in = false;
    EXPECT_NE(plan(ship.world, operation).answer.reason, POLICY_REASON_disabled);
  }
  ASSERT_TRUE(organization.set_disabled(ship.sam, false));
  ASSERT_TRUE(organization.set_access_mode(ship.sam, AccessMode::Read));
  for (const Operation& operation : every_kind(ship, trip, other)) {
    bool reads = operation.kind == OperationKind::Read;
    EXPECT_EQ(plan(ship.world, operation).answer.reason, reads ? POLICY_REASON_role_level : POLICY_REASON_access_mode);
  }
  ASSERT_TRUE(organization.drop_roles(ship.principal(ship.sam)));
  EXPECT_EQ(organization.sign_in(ship.sam).reason, POLICY_REASON_no_privilege);
  EXPECT_EQ(organization.sign_in(kNotThere).reason, POLICY_REASON_unknown);
}

TEST(Operations, ActingForAnotherTakesThePrivilege) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam);
  Operation read{.kind = OperationKind::Read, .user = ship.sam, .impersonator = ship.ana, .record = trip};
  EXPECT_TRUE(plan(ship.world, read).answer.allowed);
  ASSERT_TRUE(ship.world.organization.drop_roles(ship.principal(ship.ana)));
  ship.world.resolve_users();
  Answer answer = plan(ship.world, read).answer;
  EXPECT_EQ(answer.reason, POLICY_REASON_no_act_on_behalf);
  EXPECT_EQ(answer.party, ship.principal(ship.ana));
  EXPECT_EQ(answer.privilege, ship.tables.well_known.act_on_behalf);
  ship.tables.well_known.act_on_behalf = POLICY_NONE;
  EXPECT_EQ(plan(ship.world, read).answer.reason, POLICY_REASON_no_act_on_behalf) << "nobody holds what is not there";
}

TEST(Operations, AMoveTakesRolesAndRowsAlong) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam);
  Operation move{.kind = OperationKind::MoveUser, .user = ship.ana, .unit = ship.dock};
  move.principal = ship.principal(ship.sam);
  EXPECT_EQ(ship.do_it(move).effects.size(), 3u);
  EXPECT_EQ(ship.world.records[trip].unit, ship.dock);
  EXPECT_EQ(ship.world.organization.role_count(move.principal), 0u);
  EXPECT_EQ(ship.world.subject(ship.sam).view().unit_index, ship.dock);
  EXPECT_FALSE(ship.world.subject(ship.sam).holds_privilege(0)) << "resolved again";
  EXPECT_TRUE(plan(ship.world, move).effects.empty()) << "there already";
}

TEST(Operations, MembersOfAccessTeamsGetWhatIsSharedWithThem) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam);
  ship.world.records.set_share(trip, ship.team_principal(ship.guests), right_bit(POLICY_RIGHT_read));
  Operation add{.kind = OperationKind::AddMember, .user = ship.sam, .team = ship.guests};
  add.principal = ship.principal(ship.ana);
  EXPECT_EQ(ship.do_it(add).effects.size(), 1u);
  EXPECT_TRUE(ship.world.subject(ship.ana).profile()->is_member(ship.team_principal(ship.guests)));
  add.team = ship.crew;
  EXPECT_EQ(plan(ship.world, add).answer.reason, POLICY_REASON_illegal) << "an owner team is joined otherwise";
  uint32_t all = *ship.world.organization.add_team(ship.harbour, TeamKind::Default);
  EXPECT_TRUE(ship.world.organization.is_member(ship.sam, all));
  add.team = all;
  EXPECT_EQ(plan(ship.world, add).answer.reason, POLICY_REASON_system_managed);
}

TEST(Operations, SecuredColumnsAreClosedWithoutAProfile) {
  Ship ship;
  uint32_t trip = ship.row(ship.sam);
  Operation update{.kind = OperationKind::Update, .user = ship.sam, .record = trip};
  update.sets_values = true;
  update.secured_set = 2;
  Answer answer = plan(ship.world, update).answer;
  EXPECT_EQ(answer.reason, POLICY_REASON_column);
  EXPECT_EQ(answer.column, 5u) << "the attribute of the second secured column";
  EXPECT_EQ(plan(ship.world, {.kind = OperationKind::Read, .user = ship.sam, .record = trip}).hidden_columns, 3u);
  ASSERT_TRUE(ship.world.organization.give_profile(ship.team_principal(ship.crew), 0));
  ASSERT_TRUE(ship.world.organization.join(ship.sam, ship.crew));
  EXPECT_EQ(column_rights(ship.world, ship.sam, kTrip, trip).update, 1u);
  ship.world.records.set_opening(trip, {1, ship.principal(ship.sam), false, true});
  EXPECT_TRUE(plan(ship.world, update).answer.allowed) << "this column of this row is shared";
  EXPECT_EQ(column_rights(ship.world, ship.sam, kTrip, POLICY_NONE).update, 1u);
  EXPECT_EQ(column_rights(ship.world, kNotThere, kTrip, trip).update, 0u);
  EXPECT_EQ(column_rights(ship.world, ship.sam, kNotThere, trip).secured, 0u);
}

TEST(Operations, ARestrictingChildBlocks) {
  ProgramTables tables = ship_tables();
  tables.relationships[kSide].behaviour[static_cast<size_t>(Action::Delete)] = Behaviour::Restrict;
  Ship ship(std::move(tables));
  uint32_t a = ship.row(ship.sam), b = ship.row_below(a, ship.sam), c = ship.row_below(b, ship.sam);
  ship.world.records.link(c, kSide, b);
  Outcome outcome = ship.do_it({.kind = OperationKind::Delete, .user = ship.sam, .record = a});
  EXPECT_EQ(outcome.answer.reason, POLICY_REASON_restrict);
  EXPECT_EQ(outcome.answer.record, c);
  EXPECT_TRUE(ship.world.records.exists(a)) << "whole, or not at all";
}

TEST(RunAs, UnknownFlowsAndStepsAreNobodys) {
  Ship ship;
  Row row = ship.world.records[ship.row(ship.sam)];
  RunAsAnswer answer = runs_as(ship.world, kNotThere, 0, ship.sam, {row, POLICY_NONE});
  EXPECT_FALSE(answer.answer.allowed);
  EXPECT_FALSE(answer.system);
  EXPECT_EQ(answer.user, POLICY_NONE);
}

}  // namespace
}  // namespace policy::test
