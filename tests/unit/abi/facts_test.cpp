// Facts through the C ABI: what is taken, what is unknown, what is refused, and that a refusal changes nothing.
#include <gtest/gtest.h>

#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

TEST(AbiPeople, UnitsFormOneTree) {
  Club club;
  Writing change(club.store);
  uint32_t unit = 0, below = 0;
  EXPECT_EQ(policy_add_unit(change, POLICY_NONE, &unit), POLICY_REFUSED) << "a second root";
  EXPECT_EQ(unit, POLICY_NONE);
  EXPECT_EQ(policy_add_unit(change, 99, &unit), POLICY_UNKNOWN);
  EXPECT_EQ(policy_add_unit(change, club.dock, nullptr), POLICY_INVALID);
  ASSERT_EQ(policy_add_unit(change, club.dock, &unit), POLICY_OK);
  ASSERT_EQ(policy_add_unit(change, unit, &below), POLICY_OK);
  EXPECT_EQ(policy_move_unit(change, club.dock, below), POLICY_REFUSED) << "below itself";
  EXPECT_EQ(policy_move_unit(change, club.harbour, club.dock), POLICY_REFUSED) << "the root";
  EXPECT_EQ(policy_move_unit(change, 99, club.dock), POLICY_UNKNOWN);
  EXPECT_EQ(policy_move_unit(change, below, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_move_unit(change, below, club.harbour), POLICY_OK);
}

TEST(AbiPeople, AnUnknownNumberIsUnknownEverywhere) {
  Club club;
  Writing change(club.store);
  uint32_t number = 0;
  EXPECT_EQ(policy_add_user(change, 99, &number), POLICY_UNKNOWN);
  EXPECT_EQ(policy_add_team(change, 99, POLICY_TEAM_OWNER, &number), POLICY_UNKNOWN);
  EXPECT_EQ(policy_add_team(change, 0, 9, &number), POLICY_INVALID);
  EXPECT_EQ(policy_add_position(change, 99, &number), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_name(change, 99, "x"), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_name(change, club.sam, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_set_user_disabled(change, 99, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_disabled(change, club.sam, 2), POLICY_INVALID);
  EXPECT_EQ(policy_set_user_mode(change, 99, 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_mode(change, club.sam, 6), POLICY_INVALID);
  EXPECT_EQ(policy_set_user_manager(change, 99, club.sam), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_manager(change, club.sam, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_user_position(change, club.sam, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_move_user(change, 99, club.dock), POLICY_UNKNOWN);
  EXPECT_EQ(policy_move_user(change, club.sam, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_move_team(change, 99, club.dock), POLICY_UNKNOWN);
  EXPECT_EQ(policy_join(change, 99, club.crew), POLICY_UNKNOWN);
  EXPECT_EQ(policy_join(change, club.sam, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_leave(change, 99, club.crew), POLICY_UNKNOWN);
  EXPECT_EQ(policy_leave(change, club.sam, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_role(change, user_of(99), kAll, club.harbour), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_role(change, user_of(club.sam), 99, club.harbour), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_role(change, user_of(club.sam), kAll, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_role(change, POLICY_NOBODY, kAll, club.harbour), POLICY_UNKNOWN);
  EXPECT_EQ(policy_drop_roles(change, user_of(99)), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_column_profile(change, user_of(club.sam), 9), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_column_profile(change, user_of(99), 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_give_column_profile(change, POLICY_PRINCIPAL(POLICY_UNIT, 0), 0), POLICY_REFUSED);
  EXPECT_EQ(change.commit(), policy_store_revision(club.store)) << "nothing has changed";
}

TEST(AbiPeople, RolesComeAndGo) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  Writing change(club.store);
  EXPECT_EQ(policy_give_role(change, user_of(club.sam), kAll, club.dock), POLICY_REFUSED) << "anchored elsewhere";
  EXPECT_EQ(policy_give_role(change, team_of(club.guests), kAll, club.harbour), POLICY_REFUSED) << "an access team";
  EXPECT_EQ(policy_give_role(change, POLICY_PRINCIPAL(POLICY_UNIT, 0), kAll, 0), POLICY_REFUSED);
  EXPECT_EQ(policy_drop_roles(change, user_of(club.sam)), POLICY_OK);
  change.commit();
  club.look();
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, trip));
  Writing again(club.store);
  EXPECT_EQ(policy_give_role(again, team_of(club.crew), kAll, club.harbour), POLICY_OK);
  EXPECT_EQ(policy_join(again, club.sam, club.crew), POLICY_OK);
  EXPECT_EQ(policy_join(again, club.sam, club.crew), POLICY_OK) << "is a member already";
  again.commit();
  club.look();
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  Writing last(club.store);
  EXPECT_EQ(policy_leave(last, club.sam, club.crew), POLICY_OK);
  EXPECT_EQ(policy_leave(last, club.sam, club.crew), POLICY_OK) << "is none already";
  last.commit();
  club.look();
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, trip));
}

TEST(AbiPeople, OneRoleIsTakenAndOthersStay) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  auto commit = [&](auto work) {
    Writing change(club.store);
    EXPECT_EQ(work(change), POLICY_OK);
    change.commit();
    club.look();
  };
  auto give = [&](uint32_t role) {
    commit([&](policy_transaction* in) { return policy_give_role(in, user_of(club.sam), role, club.harbour); });
  };
  auto take = [&](uint32_t role, uint32_t anchor) {
    commit([&](policy_transaction* in) { return policy_take_role(in, user_of(club.sam), role, anchor); });
  };
  give(kLocal);
  give(kAll);  // twice
  take(kAll, club.dock);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip)) << "anchored elsewhere";
  take(kAll, club.harbour);
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, trip));
  EXPECT_EQ(policy_reader_sign_in(club.reader, club.sam, POLICY_OPERATION_READ, nullptr), 1) << "the other role";
  take(kAll, club.harbour);
  take(kLocal, club.harbour);
  EXPECT_EQ(policy_reader_sign_in(club.reader, club.sam, POLICY_OPERATION_READ, nullptr), 0);
  Writing change(club.store);
  EXPECT_EQ(policy_take_role(change, user_of(99), kAll, club.harbour), POLICY_UNKNOWN);
  EXPECT_EQ(policy_take_role(change, user_of(club.sam), 99, club.harbour), POLICY_UNKNOWN);
  EXPECT_EQ(policy_take_role(change, user_of(club.sam), kAll, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_take_role(change, team_of(club.guests), kAll, club.harbour), POLICY_REFUSED) << "holds none";
}

TEST(AbiPeople, ADefaultTeamIsOneAndHasItsUnitsUsers) {
  Club club;
  Writing change(club.store);
  uint32_t team = 0, second = 0;
  ASSERT_EQ(policy_add_team(change, club.dock, POLICY_TEAM_DEFAULT, &team), POLICY_OK);
  EXPECT_EQ(policy_add_team(change, club.dock, POLICY_TEAM_DEFAULT, &second), POLICY_REFUSED);
  EXPECT_EQ(policy_join(change, club.sam, team), POLICY_REFUSED);
  EXPECT_EQ(policy_leave(change, club.ana, team), POLICY_REFUSED);
  EXPECT_EQ(policy_move_team(change, team, club.harbour), POLICY_REFUSED);
  EXPECT_EQ(policy_move_team(change, club.crew, club.dock), POLICY_OK);
}

TEST(AbiPeople, ManagersDoNotGoRound) {
  Club club;
  Writing change(club.store);
  EXPECT_EQ(policy_set_user_manager(change, club.sam, club.sam), POLICY_REFUSED);
  EXPECT_EQ(policy_set_user_manager(change, club.sam, club.ana), POLICY_OK);
  EXPECT_EQ(policy_set_user_manager(change, club.ana, club.sam), POLICY_REFUSED);
  EXPECT_EQ(policy_set_user_manager(change, club.sam, POLICY_NONE), POLICY_OK);
  EXPECT_EQ(policy_set_user_manager(change, club.ana, club.sam), POLICY_OK);
}

TEST(AbiPeople, AManagerHasReportsRows) {
  ProgramTables tables = club_tables();
  for (TableEntry& table : tables.tables) table.in_hierarchy = true;
  tables.hierarchy.manager_unit = ManagerUnit::Any;
  Club club(std::move(tables));
  Writing change(club.store);
  EXPECT_EQ(policy_set_user_manager(change, club.ana, club.sam), POLICY_OK);
  change.commit();
  club.look();
  const policy_subject* sam = policy_reader_subject(club.reader, club.sam);
  ASSERT_NE(sam, nullptr);
  ASSERT_EQ(sam->report_count, 1u);
  EXPECT_EQ(sam->reports[0].principal, user_of(club.ana));
  Writing again(club.store);
  EXPECT_EQ(policy_set_user_manager(again, club.ana, POLICY_NONE), POLICY_OK);
  again.commit();
  club.look();
  EXPECT_EQ(policy_reader_subject(club.reader, club.sam)->report_count, 0u);
}

TEST(AbiPeople, PositionsHaveParents) {
  Club club;
  Writing change(club.store);
  uint32_t top = 0, below = 0;
  ASSERT_EQ(policy_add_position(change, POLICY_NONE, &top), POLICY_OK);
  ASSERT_EQ(policy_add_position(change, top, &below), POLICY_OK);
  EXPECT_EQ(policy_set_user_position(change, club.sam, below), POLICY_OK);
  EXPECT_EQ(policy_set_user_position(change, club.sam, POLICY_NONE), POLICY_OK);
  EXPECT_EQ(policy_set_user_position(change, 99, top), POLICY_UNKNOWN);
}

TEST(AbiPeople, UnderClassicUnitsRolesAndRowsMoveAlong) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  Writing change(club.store);
  EXPECT_EQ(policy_move_user(change, club.ana, club.harbour), POLICY_OK);
  change.commit();
  club.look();
  const policy_record* record = policy_reader_record(club.reader, trip);
  EXPECT_EQ(record->owning_unit, 0u) << "the root's number";
  EXPECT_EQ(record->shares & POLICY_AWAY, 0u);
  EXPECT_TRUE(club.may(club.ana, POLICY_RIGHT_read, trip));
}

TEST(AbiPeople, UnderModernUnitsTheyStay) {
  ProgramTables tables = club_tables();
  tables.modern_units = true;
  Club club(std::move(tables));
  const uint32_t trip = club.trip(club.ana);
  const uint32_t unit = policy_reader_record(club.reader, trip)->owning_unit;
  Writing change(club.store);
  EXPECT_EQ(policy_move_user(change, club.ana, club.harbour), POLICY_OK);
  change.commit();
  club.look();
  EXPECT_EQ(policy_reader_record(club.reader, trip)->owning_unit, unit);
  EXPECT_NE(policy_reader_record(club.reader, trip)->shares & POLICY_AWAY, 0u);
}

// --- rows

TEST(AbiRows, AreOwnedAsTheirTableSays) {
  Club club;
  Writing change(club.store);
  auto add = [&](policy_row row) {
    uint32_t number = 0;
    const policy_status status = policy_add_row(change, &row, &number);
    EXPECT_EQ(number == POLICY_NONE, status != POLICY_OK);
    return status;
  };
  EXPECT_EQ(add(row_of(kTrip, user_of(club.sam))), POLICY_OK);
  EXPECT_EQ(add(row_of(kTrip, team_of(club.crew))), POLICY_OK);
  EXPECT_EQ(add(row_of(kTrip, team_of(club.guests))), POLICY_REFUSED) << "an access team owns nothing";
  EXPECT_EQ(add(row_of(kTrip, POLICY_NOBODY)), POLICY_REFUSED);
  EXPECT_EQ(add(row_of(kTrip, user_of(99))), POLICY_UNKNOWN);
  EXPECT_EQ(add(row_of(kTrip, POLICY_PRINCIPAL(POLICY_UNIT, 0))), POLICY_REFUSED);
  EXPECT_EQ(add(row_of(kTrip, POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0))), POLICY_REFUSED);
  EXPECT_EQ(add(row_of(kTrip, user_of(club.sam), club.dock)), POLICY_REFUSED) << "classic business units";
  EXPECT_EQ(add(row_of(kTrip, user_of(club.sam), 99)), POLICY_UNKNOWN);
  EXPECT_EQ(add(row_of(kPort, POLICY_NOBODY, club.dock)), POLICY_OK);
  EXPECT_EQ(add(row_of(kPort, POLICY_NOBODY)), POLICY_REFUSED) << "no unit";
  EXPECT_EQ(add(row_of(kPort, user_of(club.sam), club.dock)), POLICY_REFUSED);
  EXPECT_EQ(add(row_of(kFlag, POLICY_NOBODY)), POLICY_OK);
  EXPECT_EQ(add(row_of(kFlag, POLICY_NOBODY, club.dock)), POLICY_REFUSED);
  EXPECT_EQ(add(row_of(99, POLICY_NOBODY)), POLICY_UNKNOWN);
}

TEST(AbiRows, ByTheMacroLieWhereTheirOwnerIs) {
  Club club;
  Writing change(club.store);
  const policy_row row = POLICY_ROW(kTrip, user_of(club.ana));
  const uint32_t trip = club.add(change, row);
  change.commit();
  club.look();
  EXPECT_TRUE(club.may(club.ana, POLICY_RIGHT_read, trip));
  EXPECT_EQ(policy_reader_record(club.reader, trip)->owning_unit,
            policy_reader_subject(club.reader, club.ana)->unit_index);
}

TEST(AbiRows, RefuseStructsThatMakeNoSense) {
  Club club;
  Writing change(club.store);
  uint32_t number = 0;
  policy_row row = row_of(kTrip, user_of(club.sam));
  EXPECT_EQ(policy_add_row(change, nullptr, &number), POLICY_INVALID);
  EXPECT_EQ(policy_add_row(change, &row, nullptr), POLICY_INVALID);
  row.struct_size = 8;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_INVALID);
  row = row_of(kTrip, user_of(club.sam));
  row.value_count = 1;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_INVALID) << "values are null";
  row = row_of(kTrip, user_of(club.sam));
  row.link_count = 1;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_INVALID) << "links are null";
  row = row_of(kTrip, user_of(club.sam));
  row.is_inactive = 2;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_INVALID);
  row = row_of(kTrip, user_of(club.sam));
  row.columns = 4;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_UNKNOWN) << "a secured column that is not there";
  EXPECT_EQ(number, POLICY_NONE);
}

TEST(AbiRows, AreRefusedInWords) {
  Club club;
  Writing change(club.store);
  uint32_t number = 0;
  auto why = [&](const policy_row& row) {
    policy_error error = no_error();
    const policy_status status = policy_add_row(change, &row, &number);
    EXPECT_EQ(policy_transaction_error(change, &error), POLICY_OK);
    EXPECT_EQ(error.status, status);
    return std::string(error.message);
  };
  const policy_row good = row_of(kTrip, user_of(club.sam));
  const policy_value odd = value_of(7, 99);
  auto with = [&](auto set) {
    policy_row row = good;
    set(row);
    return why(row);
  };
  EXPECT_EQ(why(good), "");
  EXPECT_EQ(why(row_of(99, user_of(club.sam))), "there is no table 99");
  EXPECT_EQ(why(row_of(kTrip, user_of(99))), "there is no user 99");
  EXPECT_EQ(why(row_of(kTrip, team_of(club.guests))), "an access team owns nothing");
  EXPECT_EQ(why(row_of(kTrip, user_of(club.sam), 99)), "there is no unit 99");
  EXPECT_EQ(why(row_of(kTrip, user_of(club.sam), club.dock)),
            "under classic business units the row lies in unit 0, its owner's, and not in 1");
  EXPECT_EQ(why(row_of(kPort, POLICY_NOBODY)), "a row of table `port` lies in a unit");
  EXPECT_EQ(why(row_of(kFlag, user_of(club.sam))), "nobody owns rows of table `flag`");
  EXPECT_EQ(with([](policy_row& row) { row.struct_size = 0; }),
            "`policy_row` is null, or its struct_size is not its size");
  EXPECT_EQ(with([](policy_row& row) { row.reserved = 1; }), "policy_row.reserved is not 0");
  EXPECT_EQ(with([](policy_row& row) { row.columns = 4; }),
            "table `trip` has 2 secured columns, and the bits name others");
  EXPECT_EQ(with([&](policy_row& row) { row.values = &odd, row.value_count = 1; }),
            "`colour` has no such value: it is not of its type");
  EXPECT_EQ(policy_add_row(change, nullptr, &number), POLICY_INVALID);
  policy_error error = no_error();
  EXPECT_EQ(policy_transaction_error(change, &error), POLICY_OK);
  EXPECT_STREQ(error.message, "`row` is null");
  EXPECT_EQ(policy_transaction_error(nullptr, &error), POLICY_INVALID);
  EXPECT_EQ(policy_transaction_error(change, nullptr), POLICY_INVALID);
}

TEST(AbiRows, OwnersAndUnitsChange) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  EXPECT_EQ(policy_set_row_owner(change, 99, user_of(club.ana)), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_owner(change, trip, user_of(99)), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_owner(change, trip, POLICY_NOBODY), POLICY_REFUSED);
  EXPECT_EQ(policy_set_row_owner(change, trip, team_of(club.guests)), POLICY_REFUSED);
  EXPECT_EQ(policy_set_row_unit(change, trip, club.dock), POLICY_REFUSED) << "its owner is elsewhere";
  EXPECT_EQ(policy_set_row_unit(change, trip, 99), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_unit(change, 99, club.dock), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_owner(change, trip, user_of(club.ana)), POLICY_OK);
  EXPECT_EQ(policy_set_row_unit(change, trip, club.dock), POLICY_OK) << "where it lies already, with its owner";
  const uint32_t port = club.add(change, row_of(kPort, POLICY_NOBODY, club.dock));
  EXPECT_EQ(policy_set_row_unit(change, port, club.harbour), POLICY_OK);
  EXPECT_EQ(policy_set_row_owner(change, port, user_of(club.sam)), POLICY_REFUSED);
  const uint32_t flag = club.add(change, row_of(kFlag, POLICY_NOBODY));
  EXPECT_EQ(policy_set_row_unit(change, flag, club.harbour), POLICY_REFUSED);
  change.commit();
  club.look();
  EXPECT_EQ(policy_reader_record(club.reader, trip)->owner, user_of(club.ana));
  EXPECT_EQ(policy_reader_record(club.reader, trip)->shares & POLICY_AWAY, 0u);
}

TEST(AbiRows, LinksFitAndDoNotGoRound) {
  Club club;
  Writing change(club.store);
  const uint32_t top = club.trip(change, club.sam), below = club.trip(change, club.sam);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  EXPECT_EQ(policy_set_row_link(change, below, kUp, top), POLICY_OK);
  EXPECT_EQ(policy_set_row_link(change, top, kUp, below), POLICY_REFUSED) << "a ring";
  EXPECT_EQ(policy_set_row_link(change, top, kUp, top), POLICY_REFUSED);
  EXPECT_EQ(policy_set_row_link(change, top, kSide, below), POLICY_OK) << "hands nothing down";
  EXPECT_EQ(policy_set_row_link(change, boat, kUp, top), POLICY_REFUSED) << "of another table";
  EXPECT_EQ(policy_set_row_link(change, below, kUp, boat), POLICY_REFUSED);
  EXPECT_EQ(policy_set_row_link(change, below, kBoth, top), POLICY_REFUSED) << "many to many";
  EXPECT_EQ(policy_set_row_link(change, below, 9, top), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_link(change, below, kUp, 999), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_link(change, 999, kUp, top), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_link(change, below, kUp, POLICY_NONE), POLICY_OK);
  EXPECT_EQ(policy_set_row_link(change, below, kUp, POLICY_NONE), POLICY_OK) << "is not linked already";
  EXPECT_EQ(policy_set_row_link(change, boat, kUp, POLICY_NONE), POLICY_REFUSED);
  EXPECT_EQ(policy_set_association(change, kBoth, top, below, 1), POLICY_OK);
  EXPECT_EQ(policy_set_association(change, kBoth, top, below, 0), POLICY_OK);
  EXPECT_EQ(policy_set_association(change, kBoth, top, boat, 1), POLICY_REFUSED);
  EXPECT_EQ(policy_set_association(change, kUp, top, below, 1), POLICY_REFUSED);
  EXPECT_EQ(policy_set_association(change, kBoth, top, 999, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_association(change, kBoth, top, below, 2), POLICY_INVALID);
  const policy_link twice[] = {{kUp, top}, {kUp, below}};
  policy_row row = row_of(kTrip, user_of(club.sam));
  row.links = twice;
  row.link_count = 2;
  uint32_t number = 0;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_REFUSED) << "one lookup, set twice";
}

TEST(AbiRows, SharesAreExactlyWhatWasSetLast) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  const uint32_t read = 1u << POLICY_RIGHT_read;
  Writing change(club.store);
  EXPECT_EQ(policy_set_share(change, trip, user_of(club.ana), 1u << POLICY_RIGHT_COUNT), POLICY_INVALID);
  EXPECT_EQ(policy_set_share(change, trip, user_of(club.ana), 1u << POLICY_RIGHT_create), POLICY_REFUSED);
  EXPECT_EQ(policy_set_share(change, trip, user_of(99), read), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_share(change, 999, user_of(club.ana), read), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_share(change, trip, POLICY_PRINCIPAL(POLICY_UNIT, 0), read), POLICY_REFUSED);
  EXPECT_EQ(policy_set_share(change, trip, POLICY_NOBODY, read), POLICY_UNKNOWN);
  const uint32_t port = club.add(change, row_of(kPort, POLICY_NOBODY, club.dock));
  EXPECT_EQ(policy_set_share(change, port, user_of(club.ana), read), POLICY_ILLEGAL) << "takes no shares";
  EXPECT_EQ(policy_set_share(change, trip, user_of(club.ana), read), POLICY_OK);
  change.commit();
  EXPECT_FALSE(club.may(club.ana, POLICY_RIGHT_read, trip));
  club.look();
  EXPECT_TRUE(club.may(club.ana, POLICY_RIGHT_read, trip));
  Writing again(club.store);
  EXPECT_EQ(policy_set_share(again, trip, user_of(club.ana), 0), POLICY_OK);
  again.commit();
  club.look();
  EXPECT_FALSE(club.may(club.ana, POLICY_RIGHT_read, trip));
}

TEST(AbiRows, GoWithTheirSharesAndLinks) {
  Club club;
  Writing change(club.store);
  const uint32_t trip = club.trip(change, club.sam), below = club.trip(change, club.sam);
  EXPECT_EQ(policy_set_row_link(change, below, kUp, trip), POLICY_OK);
  EXPECT_EQ(policy_set_share(change, trip, user_of(club.ana), 2), POLICY_OK);
  EXPECT_EQ(policy_set_row_active(change, trip, 0), POLICY_OK);
  EXPECT_EQ(policy_set_row_active(change, trip, 2), POLICY_INVALID);
  EXPECT_EQ(policy_remove_row(change, trip), POLICY_OK);
  EXPECT_EQ(policy_remove_row(change, trip), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_active(change, trip, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_row_values(change, trip, nullptr, 0, 0, 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_share(change, trip, user_of(club.ana), 2), POLICY_UNKNOWN);
  change.commit();
  club.look();
  EXPECT_EQ(policy_reader_record(club.reader, trip), nullptr);
  EXPECT_EQ(policy_reader_table(club.reader, below), kTrip);
}

// --- columns

TEST(AbiColumns, ComeFromProfilesAndShares) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  EXPECT_EQ(policy_give_column_profile(change, team_of(club.crew), 0), POLICY_OK);
  EXPECT_EQ(policy_join(change, club.ana, club.crew), POLICY_OK);
  EXPECT_EQ(policy_set_column_share(change, trip, 2, user_of(club.ana), 1, 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_column_share(change, trip, 1, POLICY_PRINCIPAL(POLICY_UNIT, 0), 1, 0), POLICY_REFUSED);
  EXPECT_EQ(policy_set_column_share(change, trip, 1, user_of(club.ana), 2, 0), POLICY_INVALID);
  EXPECT_EQ(policy_set_column_share(change, 999, 1, user_of(club.ana), 1, 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_set_column_share(change, trip, 1, user_of(club.ana), 0, 1), POLICY_OK);
  change.commit();
  club.look();
  policy_column_rights rights{};
  EXPECT_EQ(policy_reader_columns(club.reader, club.ana, kTrip, trip, &rights), POLICY_INVALID) << "no struct_size";
  rights.struct_size = sizeof rights;
  ASSERT_EQ(policy_reader_columns(club.reader, club.ana, kTrip, trip, &rights), POLICY_OK);
  EXPECT_EQ(rights.secured, 3u);
  EXPECT_EQ(rights.read, 1u);
  EXPECT_EQ(rights.update, 3u);
  ASSERT_EQ(policy_reader_columns(club.reader, club.ana, kTrip, POLICY_NONE, &rights), POLICY_OK);
  EXPECT_EQ(rights.update, 1u) << "what is shared of single rows is left out";
  ASSERT_EQ(policy_reader_columns(club.reader, club.sam, kTrip, trip, &rights), POLICY_OK);
  EXPECT_EQ(rights.read, 0u);
  EXPECT_EQ(policy_reader_columns(club.reader, 99, kTrip, trip, &rights), POLICY_UNKNOWN);
  EXPECT_EQ(rights.secured, 0u);
  EXPECT_EQ(policy_reader_columns(club.reader, club.sam, kBoat, trip, &rights), POLICY_UNKNOWN) << "another table's";
  EXPECT_EQ(policy_reader_columns(club.reader, club.sam, 99, POLICY_NONE, &rights), POLICY_UNKNOWN);
}

TEST(AbiColumns, GoWithTheirProfiles) {
  Club club;
  auto readable = [&](policy_reader* reader) {
    policy_column_rights rights{};
    rights.struct_size = sizeof rights;
    EXPECT_EQ(policy_reader_columns(reader, club.ana, kTrip, POLICY_NONE, &rights), POLICY_OK);
    return rights.read;
  };
  Writing change(club.store);
  EXPECT_EQ(policy_give_column_profile(change, user_of(club.ana), 0), POLICY_OK);
  change.commit();
  club.look();
  EXPECT_NE(readable(club.reader), 0u);
  {
    Writing abandoned(club.store);
    EXPECT_EQ(policy_take_column_profile(abandoned, user_of(club.ana), 0), POLICY_OK);
  }
  Writing again(club.store);
  EXPECT_EQ(policy_take_column_profile(again, user_of(club.sam), 0), POLICY_OK) << "never had it";
  EXPECT_EQ(policy_take_column_profile(again, user_of(club.ana), 9), POLICY_UNKNOWN);
  EXPECT_EQ(policy_take_column_profile(again, user_of(99), 0), POLICY_UNKNOWN);
  EXPECT_EQ(policy_take_column_profile(again, POLICY_PRINCIPAL(POLICY_UNIT, 0), 0), POLICY_REFUSED);
  EXPECT_EQ(again.commit(), policy_store_revision(club.store));
  Writing last(club.store);
  EXPECT_EQ(policy_take_column_profile(last, user_of(club.ana), 0), POLICY_OK);
  last.commit();
  EXPECT_NE(readable(club.reader), 0u) << "of the revision before";
  club.look();
  EXPECT_EQ(readable(club.reader), 0u);
}

}  // namespace
}  // namespace policy::test
