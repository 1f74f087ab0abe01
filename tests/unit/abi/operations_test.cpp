// Operations through the C ABI: planned, carried out, and whom steps run as.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/abi/store_handles.h"
#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

policy_outcome no_outcome() {
  policy_outcome outcome{};
  outcome.struct_size = sizeof outcome;
  return outcome;
}

policy_outcome perform(policy_transaction* change, const policy_operation& operation) {
  policy_outcome outcome = no_outcome();
  EXPECT_EQ(policy_transaction_perform(change, &operation, &outcome, nullptr), POLICY_OK);
  return outcome;
}

std::vector<uint32_t> kinds(const policy_outcome& outcome) {
  std::vector<uint32_t> found;
  for (uint64_t i = 0; i < outcome.change_count; ++i) found.push_back(outcome.changes[i].kind);
  return found;
}

TEST(AbiOperations, APlanChangesNothing) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  Writing change(club.store);
  policy_operation assign = POLICY_OPERATION(POLICY_OPERATION_ASSIGN, club.sam);
  assign.row = trip;
  assign.principal = user_of(club.sam);
  policy_outcome outcome = no_outcome();
  ASSERT_EQ(policy_transaction_plan(change, &assign, &outcome, nullptr), POLICY_OK);
  EXPECT_EQ(outcome.answer.allowed, 1u);
  EXPECT_EQ(outcome.row, POLICY_NONE);
  const std::vector<uint32_t> expected = {POLICY_CHANGE_OWNER, POLICY_CHANGE_UNIT};
  EXPECT_EQ(kinds(outcome), expected);
  EXPECT_EQ(outcome.changes[0].before, user_of(club.ana));
  EXPECT_EQ(outcome.changes[0].after, user_of(club.sam));
  EXPECT_EQ(outcome.changes[0].row, trip);
  EXPECT_EQ(change.commit(), policy_store_revision(club.store));
  club.look();
  EXPECT_EQ(policy_reader_record(club.reader, trip)->owner, user_of(club.ana));
}

TEST(AbiOperations, WhatIsPerformedIsCommittedWhole) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  Writing change(club.store);
  policy_operation assign = POLICY_OPERATION(POLICY_OPERATION_ASSIGN, club.sam);
  assign.row = trip;
  assign.principal = user_of(club.sam);
  EXPECT_EQ(perform(change, assign).answer.allowed, 1u);
  change.commit();
  club.look();
  EXPECT_EQ(policy_reader_record(club.reader, trip)->owner, user_of(club.sam));
  EXPECT_FALSE(club.may(club.ana, POLICY_RIGHT_read, trip));
}

TEST(AbiOperations, ADenialSaysWhatIsMissing) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  policy_operation remove = POLICY_OPERATION(POLICY_OPERATION_DELETE, club.ana);
  remove.row = trip;
  const policy_outcome outcome = perform(change, remove);
  EXPECT_EQ(outcome.answer.allowed, 0u);
  EXPECT_EQ(outcome.answer.reason, static_cast<uint32_t>(POLICY_REASON_level));
  EXPECT_EQ(outcome.answer.party, user_of(club.ana));
  EXPECT_EQ(outcome.answer.right, static_cast<uint32_t>(POLICY_RIGHT_delete));
  EXPECT_EQ(outcome.answer.row, trip);
  EXPECT_EQ(outcome.answer.table, kTrip);
  EXPECT_EQ(outcome.answer.decision.effect, POLICY_DENY);
  EXPECT_EQ(outcome.changes, nullptr);
  EXPECT_EQ(outcome.change_count, 0u);
}

TEST(AbiOperations, IdsThatAreNotThereDeny) {
  Club club;
  Writing change(club.store);
  for (uint32_t kind = POLICY_OPERATION_READ; kind <= POLICY_OPERATION_MOVE_TEAM; ++kind) {
    policy_operation operation = POLICY_OPERATION(kind, club.sam);
    const policy_outcome outcome = perform(change, operation);
    EXPECT_EQ(outcome.answer.allowed, 0u) << kind;
    EXPECT_EQ(outcome.answer.reason, static_cast<uint32_t>(POLICY_REASON_unknown)) << kind;
  }
  EXPECT_EQ(change.commit(), policy_store_revision(club.store));
}

TEST(AbiOperations, ACreateAddsItsRowOrNothing) {
  Club club;
  Writing change(club.store);
  const policy_value seats = value_of(1, 12);
  policy_row row = row_of(kTrip, user_of(club.sam));
  row.values = &seats;
  row.value_count = 1;
  policy_operation create = POLICY_OPERATION(POLICY_OPERATION_CREATE, club.sam);
  create.proposed = &row;
  policy_outcome outcome = no_outcome();
  ASSERT_EQ(policy_transaction_plan(change, &create, &outcome, nullptr), POLICY_OK);
  EXPECT_EQ(outcome.answer.allowed, 1u);
  EXPECT_EQ(outcome.row, POLICY_NONE);
  EXPECT_EQ(kinds(outcome), std::vector<uint32_t>{POLICY_CHANGE_CREATE});
  outcome = perform(change, create);
  EXPECT_EQ(outcome.answer.allowed, 1u);
  EXPECT_EQ(kinds(outcome), std::vector<uint32_t>{POLICY_CHANGE_CREATE});
  EXPECT_EQ(outcome.changes[0].row, outcome.row);
  const uint32_t number = outcome.row;
  create.user = club.ana;  // who may create for herself alone
  outcome = perform(change, create);
  EXPECT_EQ(outcome.answer.allowed, 0u);
  EXPECT_EQ(outcome.row, POLICY_NONE);
  row.owner = team_of(club.guests);
  create.user = club.sam;
  outcome = perform(change, create);
  EXPECT_EQ(outcome.answer.reason, static_cast<uint32_t>(POLICY_REASON_access_team));
  row = row_of(kTrip, user_of(club.sam));
  EXPECT_EQ(perform(change, create).row, number + 1) << "a denial takes no number";
  change.commit();
  club.look();
  EXPECT_EQ(policy_reader_table(club.reader, number), kTrip);
  EXPECT_EQ(policy_reader_table(club.reader, number + 2), POLICY_NONE);
}

TEST(AbiOperations, RowsThatCannotBeAreRefused) {
  Club club;
  Writing change(club.store);
  policy_operation create = POLICY_OPERATION(POLICY_OPERATION_CREATE, club.sam);
  policy_outcome outcome = no_outcome();
  policy_error error = no_error();
  auto status = [&](policy_row row) {
    create.proposed = &row;
    return policy_transaction_perform(change, &create, &outcome, &error);
  };
  EXPECT_EQ(policy_transaction_perform(change, &create, &outcome, &error), POLICY_INVALID) << "no row";
  EXPECT_EQ(status(row_of(99, user_of(club.sam))), POLICY_UNKNOWN);
  EXPECT_EQ(status(row_of(kPort, POLICY_NOBODY)), POLICY_REFUSED);
  EXPECT_EQ(status(row_of(kFlag, user_of(club.sam))), POLICY_REFUSED);
  EXPECT_EQ(error.status, POLICY_REFUSED);
  EXPECT_STRNE(error.message, "");
  EXPECT_EQ(outcome.answer.allowed, 0u);
  EXPECT_EQ(status(row_of(kPort, POLICY_NOBODY, club.harbour)), POLICY_OK);
  EXPECT_EQ(outcome.answer.allowed, 1u);
}

TEST(AbiOperations, AnUpdateSetsValuesColumnsAndLinks) {
  Club club;
  Writing change(club.store);
  const uint32_t top = club.trip(change, club.sam), trip = club.trip(change, club.sam);
  const policy_value seats = value_of(1, 12);
  const policy_link link{kUp, top};
  policy_operation update = POLICY_OPERATION(POLICY_OPERATION_UPDATE, club.sam);
  update.row = trip;
  update.values = &seats;
  update.value_count = 1;
  update.links = &link;
  update.link_count = 1;
  policy_outcome outcome = perform(change, update);
  EXPECT_EQ(outcome.answer.allowed, 1u);
  EXPECT_TRUE(std::ranges::count(kinds(outcome), uint32_t{POLICY_CHANGE_VALUES}) == 1);
  EXPECT_TRUE(std::ranges::count(kinds(outcome), uint32_t{POLICY_CHANGE_LINK}) == 1);
  EXPECT_EQ(outcome.hidden_columns, 3u);
  update.columns_named = 2;
  outcome = perform(change, update);
  EXPECT_EQ(outcome.answer.reason, static_cast<uint32_t>(POLICY_REASON_column));
  EXPECT_EQ(outcome.answer.column, 1u) << "by its bit among the secured ones";
  update.columns_named = 4;
  EXPECT_EQ(policy_transaction_perform(change, &update, &outcome, nullptr), POLICY_UNKNOWN);
  update.columns_named = 1;
  update.columns = 2;
  EXPECT_EQ(policy_transaction_perform(change, &update, &outcome, nullptr), POLICY_INVALID);
}

// Who is denied may ask as often as they like: nothing is kept of it.
TEST(AbiOperations, KeepStringsOfWhatIsCommittedAlone) {
  Club club;
  Writing change(club.store);
  const uint32_t trip = club.trip(change, club.sam);
  policy_operation update = POLICY_OPERATION(POLICY_OPERATION_UPDATE, club.ana);
  update.row = trip;
  update.value_count = 1;
  for (const char* title : {"one title", "another title", "and a third title"}) {
    const policy_value value = text_of(4, title);
    update.values = &value;
    EXPECT_EQ(perform(change, update).answer.allowed, 0u);
    policy_outcome outcome = no_outcome();
    EXPECT_EQ(policy_transaction_plan(change, &update, &outcome, nullptr), POLICY_OK);
  }
  policy_transaction* handle = change;
  EXPECT_EQ(handle->strings.size(), 0u);
  EXPECT_EQ(handle->asked_strings.size(), 1u) << "the last";
  const policy_value kept = text_of(4, "kept"), kept_as_well = text_of(4, "kept as well");
  update.user = club.sam;
  update.values = &kept;
  EXPECT_EQ(perform(change, update).answer.allowed, 1u);
  EXPECT_EQ(policy_set_row_values(change, trip, &kept_as_well, 1, 0, 0), POLICY_OK);
  EXPECT_EQ(club.store->strings.size(), 0u);
  change.commit();
  EXPECT_EQ(club.store->strings.size(), 2u);
  Writing again(club.store);
  EXPECT_EQ(policy_set_row_values(again, trip, &kept, 1, 0, 0), POLICY_OK);
  handle = again;
  EXPECT_EQ(handle->strings.size(), 0u) << "equal ones are kept once";
  const policy_value abandoned = text_of(4, "abandoned");
  EXPECT_EQ(policy_set_row_values(again, trip, &abandoned, 1, 0, 0), POLICY_OK);
  EXPECT_EQ(handle->strings.size(), 1u);
}

TEST(AbiOperations, StringsHaveALimit) {
  Club club;
  Writing change(club.store);
  const std::string longest(POLICY_TEXT_LIMIT, 'x');
  policy_value title = text_of(4, longest);
  policy_row row = row_of(kTrip, user_of(club.sam));
  row.values = &title;
  row.value_count = 1;
  uint32_t number = 0;
  EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_OK);
  for (const uint64_t size : {uint64_t{POLICY_TEXT_LIMIT} + 1, UINT64_MAX}) {
    title.text_size = size;
    EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_INVALID);
    EXPECT_EQ(number, POLICY_NONE);
  }
  change.commit();
}

TEST(AbiOperations, WhatMakesNoSenseIsNamed) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  policy_outcome outcome = no_outcome();
  auto why = [&](const policy_operation& operation) {
    policy_error error = no_error(), again = no_error();
    EXPECT_NE(policy_transaction_perform(change, &operation, &outcome, &error), POLICY_OK);
    EXPECT_EQ(policy_transaction_error(change, &again), POLICY_OK);
    EXPECT_STREQ(error.message, again.message);
    return std::string(error.message);
  };
  policy_operation create = POLICY_OPERATION(POLICY_OPERATION_CREATE, club.sam);
  EXPECT_EQ(why(create), "policy_operation.proposed of a create is null");
  policy_row row{};
  create.proposed = &row;
  EXPECT_EQ(why(create), "`policy_row` is null, or its struct_size is not its size");
  const policy_value odd = value_of(7, 99);
  policy_operation update = POLICY_OPERATION(POLICY_OPERATION_UPDATE, club.sam);
  update.row = trip;
  update.values = &odd;
  update.value_count = 1;
  EXPECT_EQ(why(update), "`colour` has no such value: it is not of its type");
  update.values = nullptr;
  EXPECT_EQ(why(update), "policy_operation.values is null, and value_count is not 0");
  EXPECT_EQ(why(POLICY_OPERATION(99, club.sam)), "policy_operation.kind 99 is none");
  policy_operation share = POLICY_OPERATION(POLICY_OPERATION_SHARE, club.sam);
  share.rights = 1u << POLICY_RIGHT_COUNT;
  EXPECT_EQ(why(share), "policy_operation.rights 0x100 has bits that are no rights");
}

TEST(AbiOperations, RefuseWhatMakesNoSense) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  policy_operation read = POLICY_OPERATION(POLICY_OPERATION_READ, club.sam);
  read.row = trip;
  policy_outcome outcome = no_outcome();
  policy_error error = no_error();
  auto status = [&](policy_operation operation) {
    return policy_transaction_perform(change, &operation, &outcome, &error);
  };
  EXPECT_EQ(status(read), POLICY_OK);
  EXPECT_EQ(policy_transaction_perform(change, nullptr, &outcome, &error), POLICY_INVALID);
  EXPECT_EQ(outcome.answer.allowed, 0u);
  EXPECT_EQ(policy_transaction_perform(change, &read, nullptr, &error), POLICY_INVALID);
  EXPECT_EQ(policy_transaction_perform(nullptr, &read, &outcome, &error), POLICY_INVALID);
  policy_operation wrong = read;
  wrong.struct_size = 8;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  wrong = read;
  wrong.kind = 20;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  wrong = read;
  wrong.rights = 1u << POLICY_RIGHT_COUNT;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  wrong = read;
  wrong.ignores_sign_in = 2;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  wrong = read;
  wrong.value_count = 1;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  wrong.value_count = 0;
  wrong.link_count = 1;
  EXPECT_EQ(status(wrong), POLICY_INVALID);
  outcome.struct_size = 8;
  EXPECT_EQ(status(read), POLICY_INVALID);
}

TEST(AbiOperations, SignInIsAskedUnlessItIsIgnored) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  EXPECT_EQ(policy_set_user_disabled(change, club.sam, 1), POLICY_OK);
  policy_operation read = POLICY_OPERATION(POLICY_OPERATION_READ, club.sam);
  read.row = trip;
  EXPECT_EQ(perform(change, read).answer.reason, static_cast<uint32_t>(POLICY_REASON_disabled));
  read.ignores_sign_in = 1;
  EXPECT_EQ(perform(change, read).answer.allowed, 1u);
}

TEST(AbiOperations, AreAskedInTheTransactionsContext) {
  Club club;
  Writing change(club.store);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  policy_operation read = POLICY_OPERATION(POLICY_OPERATION_READ, club.sam);
  read.row = boat;
  EXPECT_EQ(perform(change, read).answer.allowed, 0u);
  const policy_value open = value_of(0, 1), wrong = value_of(0, 3);
  EXPECT_EQ(policy_transaction_set_context(change, &open, 1), POLICY_OK);
  EXPECT_EQ(policy_transaction_set_context(change, &wrong, 1), POLICY_INVALID);
  EXPECT_EQ(policy_transaction_set_context(change, nullptr, 1), POLICY_INVALID);
  EXPECT_EQ(perform(change, read).answer.allowed, 1u);
  change.commit();
  club.look();
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "it ended with the transaction";
  Writing again(club.store);
  EXPECT_EQ(perform(again, read).answer.allowed, 0u);
}

TEST(AbiOperations, PeopleMove) {
  Club club;
  Writing change(club.store);
  policy_operation join = POLICY_OPERATION(POLICY_OPERATION_ADD_MEMBER, club.sam);
  join.principal = user_of(club.ana);
  join.team = club.guests;
  const policy_outcome outcome = perform(change, join);
  EXPECT_EQ(outcome.answer.allowed, 1u) << outcome.answer.reason;
  EXPECT_EQ(kinds(outcome), std::vector<uint32_t>{POLICY_CHANGE_MEMBER});
  policy_operation share = POLICY_OPERATION(POLICY_OPERATION_SHARE, club.sam);
  share.row = club.trip(change, club.sam);
  share.principal = user_of(club.ana);
  share.rights = 1u << POLICY_RIGHT_read;
  EXPECT_EQ(kinds(perform(change, share)), std::vector<uint32_t>{POLICY_CHANGE_SHARE});
  change.commit();
  club.look();
  EXPECT_TRUE(club.may(club.ana, POLICY_RIGHT_read, share.row));
}

TEST(AbiRunAs, SaysWhomAStepRunsAs) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  Writing change(club.store);
  policy_run_as_answer answer{};
  EXPECT_EQ(policy_transaction_run_as(change, kRace, 0, club.sam, trip, &answer), POLICY_INVALID) << "no struct_size";
  answer.struct_size = sizeof answer;
  ASSERT_EQ(policy_transaction_run_as(change, kRace, 0, club.sam, trip, &answer), POLICY_OK);
  EXPECT_EQ(answer.user, club.sam);
  EXPECT_EQ(answer.is_system, 0u);
  EXPECT_EQ(answer.escalates, 0u);
  EXPECT_EQ(answer.answer.allowed, 1u);
  ASSERT_EQ(policy_transaction_run_as(change, kRace, 1, club.ana, trip, &answer), POLICY_OK);
  EXPECT_EQ(answer.is_system, 1u);
  EXPECT_EQ(answer.user, POLICY_NONE);
  EXPECT_EQ(answer.escalates, 1u);
  ASSERT_EQ(policy_transaction_run_as(change, kRace, 2, club.sam, trip, &answer), POLICY_OK);
  EXPECT_EQ(answer.user, club.ana) << "who is named";
  EXPECT_EQ(policy_set_user_name(change, club.ana, "anna"), POLICY_OK);
  ASSERT_EQ(policy_transaction_run_as(change, kRace, 2, club.sam, trip, &answer), POLICY_OK);
  EXPECT_EQ(answer.user, POLICY_NONE) << "nobody has that name any more";
  EXPECT_EQ(answer.answer.allowed, 0u);
  EXPECT_EQ(policy_transaction_run_as(change, kRace, 3, club.sam, trip, &answer), POLICY_UNKNOWN);
  EXPECT_EQ(policy_transaction_run_as(change, 1, 0, club.sam, trip, &answer), POLICY_UNKNOWN);
  EXPECT_EQ(policy_transaction_run_as(change, kRace, 0, 99, trip, &answer), POLICY_UNKNOWN);
  EXPECT_EQ(policy_transaction_run_as(change, kRace, 0, club.sam, 999, &answer), POLICY_UNKNOWN);
  EXPECT_EQ(answer.user, POLICY_NONE);
  EXPECT_EQ(answer.answer.allowed, 0u);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  EXPECT_EQ(policy_transaction_run_as(change, kRace, 0, club.sam, boat, &answer), POLICY_REFUSED);
}

}  // namespace
}  // namespace policy::test
