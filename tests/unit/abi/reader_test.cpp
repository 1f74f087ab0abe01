// What readers are asked: one row, many, lists, who, and in which context.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

std::vector<uint32_t> list_all(policy_reader* reader, uint32_t user, uint32_t right, uint32_t table) {
  policy_cursor cursor{};
  std::vector<uint32_t> found;
  uint32_t page[3];
  while (!POLICY_CURSOR_AT_END(cursor)) {
    size_t count = 9;
    const policy_status status = policy_reader_list(reader, user, right, table, &cursor, page, 3, &count);
    EXPECT_EQ(status, POLICY_OK);
    if (status != POLICY_OK) break;
    found.insert(found.end(), page, page + count);
  }
  std::ranges::sort(found);
  return found;
}

std::vector<uint32_t> who_all(policy_reader* reader, uint32_t right, uint32_t row) {
  policy_cursor cursor{};
  std::vector<uint32_t> found;
  uint32_t page[1];
  while (!POLICY_CURSOR_AT_END(cursor)) {
    size_t count = 9;
    const policy_status status = policy_reader_who(reader, right, row, &cursor, page, 1, &count);
    EXPECT_EQ(status, POLICY_OK);
    if (status != POLICY_OK) break;
    found.insert(found.end(), page, page + count);
  }
  std::ranges::sort(found);
  return found;
}

TEST(AbiReaderQuestions, WhatIsNotThereIsDenied) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  EXPECT_FALSE(club.may(99, POLICY_RIGHT_read, trip));
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_COUNT, trip));
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, trip + 1)) << "a number that waits for a row";
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, POLICY_NONE));
  EXPECT_EQ(policy_reader_check(nullptr, club.sam, POLICY_RIGHT_read, trip), 0);
  policy_decision decision{};
  EXPECT_EQ(policy_reader_decide(club.reader, 99, POLICY_RIGHT_read, trip, &decision), POLICY_UNKNOWN);
  EXPECT_EQ(decision.reason, POLICY_REASON_unknown);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_COUNT, trip, &decision), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, 999, &decision), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, trip, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_reader_decide(nullptr, club.sam, POLICY_RIGHT_read, trip, &decision), POLICY_INVALID);
  EXPECT_EQ(decision.effect, POLICY_DENY);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, trip, &decision), POLICY_OK);
  EXPECT_EQ(decision.effect, POLICY_ALLOW);
}

TEST(AbiReaderQuestions, ATableThatDoesNotTakeTheRightIsIllegal) {
  Club club;
  Writing change(club.store);
  const uint32_t port = club.add(change, row_of(kPort, POLICY_NOBODY, club.harbour));
  change.commit();
  club.look();
  policy_decision decision{};
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_share, port, &decision), POLICY_ILLEGAL);
  EXPECT_EQ(decision.effect, POLICY_DENY);
  EXPECT_EQ(decision.reason, POLICY_REASON_illegal);
  policy_cursor cursor{};
  size_t count = 9;
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_share, kPort, &cursor, nullptr, 0, &count),
            POLICY_ILLEGAL);
  EXPECT_EQ(policy_reader_who(club.reader, POLICY_RIGHT_share, port, &cursor, nullptr, 0, &count), POLICY_ILLEGAL);
  EXPECT_EQ(count, 0u);
}

TEST(AbiReaderQuestions, SigningInIsAskedOfTheRevisionLookedAt) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  auto reason = [&](uint32_t user, uint32_t kind) {
    uint32_t told = POLICY_REASON_COUNT;
    const int32_t may = policy_reader_sign_in(club.reader, user, kind, &told);
    EXPECT_EQ(may == 1, told == POLICY_REASON_none);
    return static_cast<policy_reason>(told);
  };
  auto change = [&](auto set, uint32_t value) {
    Writing writing(club.store);
    EXPECT_EQ(set(writing, club.sam, value), POLICY_OK);
    writing.commit();
  };
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_UPDATE), POLICY_REASON_none);
  change([](policy_transaction* in, uint32_t user,
            uint32_t to) { return policy_set_user_disabled(in, user, int32_t(to)); },
         1);
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_READ), POLICY_REASON_none) << "of the revision before";
  club.look();
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_READ), POLICY_REASON_disabled);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip)) << "what sam holds is another question";
  change([](policy_transaction* in, uint32_t user,
            uint32_t to) { return policy_set_user_disabled(in, user, int32_t(to)); },
         0);
  change([](policy_transaction* in, uint32_t user, uint32_t to) { return policy_set_user_mode(in, user, to); },
         POLICY_MODE_READ);
  club.look();
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_READ), POLICY_REASON_none);
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_UPDATE), POLICY_REASON_access_mode);
  change([](policy_transaction* in, uint32_t user, uint32_t) { return policy_drop_roles(in, user_of(user)); }, 0);
  club.look();
  EXPECT_EQ(reason(club.sam, POLICY_OPERATION_READ), POLICY_REASON_no_privilege);
  EXPECT_EQ(reason(99, POLICY_OPERATION_READ), POLICY_REASON_unknown);
  EXPECT_EQ(reason(club.ana, 20), POLICY_REASON_unknown) << "no such operation";
  EXPECT_EQ(policy_reader_sign_in(club.reader, club.ana, POLICY_OPERATION_READ, nullptr), 1);
  policy_reader_end(club.reader);
  EXPECT_EQ(reason(club.ana, POLICY_OPERATION_READ), POLICY_REASON_unknown);
  EXPECT_EQ(policy_reader_sign_in(nullptr, club.ana, POLICY_OPERATION_READ, nullptr), 0);
}

TEST(AbiReaderQuestions, ManyRowsAtOnce) {
  Club club;
  Writing change(club.store);
  std::vector<uint32_t> rows;
  for (int i = 0; i < 100; ++i) rows.push_back(club.trip(change, i % 3 == 0 ? club.sam : club.ana));
  change.commit();
  club.look();
  rows[64] = 9999;
  uint64_t allowed[2] = {~uint64_t{0}, ~uint64_t{0}};
  ASSERT_EQ(policy_reader_check_many(club.reader, club.ana, POLICY_RIGHT_read, rows.data(), 100, allowed), POLICY_OK);
  for (size_t i = 0; i < 128; ++i) {
    const bool is_allowed = (allowed[i / 64] >> i % 64 & 1) != 0;
    EXPECT_EQ(is_allowed, i < 100 && club.may(club.ana, POLICY_RIGHT_read, rows[i])) << i;
  }
  EXPECT_EQ(policy_reader_check_many(club.reader, 99, POLICY_RIGHT_read, rows.data(), 100, allowed), POLICY_UNKNOWN);
  EXPECT_EQ(allowed[0] | allowed[1], 0u);
  EXPECT_EQ(policy_reader_check_many(club.reader, club.ana, POLICY_RIGHT_read, nullptr, 1, allowed), POLICY_INVALID);
  EXPECT_EQ(policy_reader_check_many(club.reader, club.ana, POLICY_RIGHT_read, rows.data(), 1, nullptr),
            POLICY_INVALID);
  EXPECT_EQ(policy_reader_check_many(club.reader, club.ana, POLICY_RIGHT_read, nullptr, 0, nullptr), POLICY_OK);
  EXPECT_EQ(policy_reader_check_many(club.reader, club.ana, POLICY_RIGHT_read, rows.data(), UINT64_MAX, allowed),
            POLICY_INVALID);
}

TEST(AbiReaderQuestions, CursorsGoOnAfterCommitsAndNotUnderAnotherPolicy) {
  Club club;
  Writing change(club.store);
  for (int i = 0; i < 3; ++i) (void)club.trip(change, club.sam);
  change.commit();
  club.look();
  policy_cursor rows{}, users{}, at_end{};
  uint32_t page[4];
  size_t count = 0;
  auto list = [&](policy_cursor& cursor, size_t size) {
    return policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, kTrip, &cursor, page, size, &count);
  };
  auto who = [&](policy_cursor& cursor, size_t size) {
    return policy_reader_who(club.reader, POLICY_RIGHT_read, 0, &cursor, page, size, &count);
  };
  ASSERT_EQ(list(rows, 1), POLICY_OK);
  ASSERT_EQ(who(users, 1), POLICY_OK);
  while (!POLICY_CURSOR_AT_END(at_end)) ASSERT_EQ(list(at_end, 4), POLICY_OK);
  (void)club.trip(club.ana);
  EXPECT_EQ(list(rows, 1), POLICY_OK) << "a later revision";
  Program next;
  ASSERT_EQ(policy_store_replace(club.store, next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
  EXPECT_EQ(list(rows, 1), POLICY_OK) << "it looks at the version before";
  club.look();
  const policy_cursor before = rows;
  EXPECT_EQ(list(rows, 1), POLICY_STALE);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(rows.key, before.key);
  EXPECT_EQ(who(users, 1), POLICY_STALE);
  EXPECT_EQ(list(at_end, 1), POLICY_STALE);
  rows = {};
  EXPECT_EQ(list(rows, 4), POLICY_OK);
  rows.version = 0;
  EXPECT_EQ(list(rows, 4), POLICY_STALE) << "nobody knows of which";
}

TEST(AbiReaderQuestions, ListsAndWhoComeInPages) {
  Club club;
  Writing change(club.store);
  std::vector<uint32_t> all, anas;
  for (int i = 0; i < 20; ++i) all.push_back(club.trip(change, i % 4 == 0 ? club.ana : club.sam));
  for (int i = 0; i < 20; i += 4) anas.push_back(all[i]);
  change.commit();
  club.look();
  EXPECT_EQ(list_all(club.reader, club.sam, POLICY_RIGHT_read, kTrip), all);
  EXPECT_EQ(list_all(club.reader, club.ana, POLICY_RIGHT_read, kTrip), anas);
  EXPECT_EQ(who_all(club.reader, POLICY_RIGHT_read, all[0]), (std::vector<uint32_t>{club.sam, club.ana}));
  EXPECT_EQ(who_all(club.reader, POLICY_RIGHT_read, all[1]), std::vector<uint32_t>{club.sam});
}

TEST(AbiReaderQuestions, PagesThatMakeNoSense) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  policy_cursor cursor{};
  uint32_t page[2];
  size_t count = 9;
  EXPECT_EQ(policy_reader_list(club.reader, 99, POLICY_RIGHT_read, kTrip, &cursor, page, 2, &count), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, 99, kTrip, &cursor, page, 2, &count), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, 99, &cursor, page, 2, &count), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_who(club.reader, POLICY_RIGHT_read, 999, &cursor, page, 2, &count), POLICY_UNKNOWN);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, kTrip, nullptr, page, 2, &count),
            POLICY_INVALID);
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, kTrip, &cursor, nullptr, 2, &count),
            POLICY_INVALID);
  EXPECT_EQ(policy_reader_who(club.reader, POLICY_RIGHT_read, trip, &cursor, page, 2, nullptr), POLICY_INVALID);
  policy_cursor damaged{12345, 77, 9, 1};
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, kTrip, &damaged, page, 2, &count), POLICY_OK);
  EXPECT_EQ(count, 0u);
  EXPECT_TRUE(POLICY_CURSOR_AT_END(damaged));
  damaged = {~uint64_t{0}, 77, 9, 1};
  for (int i = 0; i < 9 && !POLICY_CURSOR_AT_END(damaged); ++i) {
    EXPECT_EQ(policy_reader_who(club.reader, POLICY_RIGHT_read, trip, &damaged, page, 2, &count), POLICY_OK);
  }
  EXPECT_TRUE(POLICY_CURSOR_AT_END(damaged));
}

TEST(AbiReaderQuestions, WithoutListsNobodyIsToldThatThereIsNothing) {
  Program program;
  policy_store* store = nullptr;
  const policy_store_options options{.struct_size = sizeof options, .no_lists = 1};
  ASSERT_EQ(policy_store_create(program, &options, &store, nullptr), POLICY_OK);
  Writing change(store);
  uint32_t unit = 0, user = 0, row = 0;
  EXPECT_EQ(policy_add_unit(change, POLICY_NONE, &unit), POLICY_OK);
  EXPECT_EQ(policy_add_user(change, unit, &user), POLICY_OK);
  EXPECT_EQ(policy_give_role(change, user_of(user), kAll, unit), POLICY_OK);
  const policy_row given = row_of(kTrip, user_of(user));
  EXPECT_EQ(policy_add_row(change, &given, &row), POLICY_OK);
  change.commit();
  policy_reader* reader = nullptr;
  ASSERT_EQ(policy_reader_open(store, &reader, nullptr), POLICY_OK);
  ASSERT_EQ(policy_reader_begin(reader, 0, 0, nullptr), POLICY_OK);
  EXPECT_EQ(policy_reader_check(reader, user, POLICY_RIGHT_read, row), 1);
  policy_cursor cursor{};
  uint32_t page[2];
  size_t count = 7;
  EXPECT_EQ(policy_reader_list(reader, user, POLICY_RIGHT_read, kTrip, &cursor, page, 2, &count), POLICY_REFUSED);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(policy_reader_who(reader, POLICY_RIGHT_read, row, &cursor, page, 2, &count), POLICY_REFUSED);
  policy_reader_close(reader);
  EXPECT_EQ(policy_store_close(store), POLICY_OK);
}

TEST(AbiReaderContext, IsTheReadersOwn) {
  Club club;
  Writing change(club.store);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  change.commit();
  club.look();
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "nothing is set";
  EXPECT_TRUE(who_all(club.reader, POLICY_RIGHT_read, boat).empty());
  {
    std::string place = "a place with a name that is not short";
    const policy_value values[] = {value_of(0, 1), text_of(1, place)};
    ASSERT_EQ(policy_reader_set_context(club.reader, values, 2), POLICY_OK);
    place.assign(place.size(), '?');
  }
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, boat));
  EXPECT_EQ(list_all(club.reader, club.sam, POLICY_RIGHT_read, kBoat), std::vector<uint32_t>{boat});
  EXPECT_EQ(who_all(club.reader, POLICY_RIGHT_read, boat), std::vector<uint32_t>{club.sam});
  uint64_t allowed = 0;
  EXPECT_EQ(policy_reader_check_many(club.reader, club.sam, POLICY_RIGHT_read, &boat, 1, &allowed), POLICY_OK);
  EXPECT_EQ(allowed, 1u);
  policy_reader* other = nullptr;
  ASSERT_EQ(policy_reader_open(club.store, &other, nullptr), POLICY_OK);
  ASSERT_EQ(policy_reader_begin(other, 0, 0, nullptr), POLICY_OK);
  EXPECT_EQ(policy_reader_check(other, club.sam, POLICY_RIGHT_read, boat), 0);
  policy_reader_close(other);
  club.look();
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "until it is set again";
  const policy_value wrong = value_of(0, 2), unknown = value_of(9, 1), place = text_of(1, "here");
  EXPECT_EQ(policy_reader_set_context(club.reader, &wrong, 1), POLICY_INVALID);
  EXPECT_EQ(policy_reader_set_context(club.reader, &unknown, 1), POLICY_UNKNOWN);
  EXPECT_EQ(policy_reader_set_context(club.reader, nullptr, 1), POLICY_INVALID);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "nothing has changed";
  EXPECT_EQ(policy_reader_set_context(club.reader, &place, 1), POLICY_OK);
  EXPECT_FALSE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "those that are not named have no value";
}

TEST(AbiReaderContext, GoesAlongWithAProgramThatAsksForTheSame) {
  Club club;
  Writing change(club.store);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  change.commit();
  club.look();
  const policy_value open = value_of(0, 1);
  ASSERT_EQ(policy_reader_set_context(club.reader, &open, 1), POLICY_OK);
  Program next;
  ASSERT_EQ(policy_store_replace(club.store, next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, boat)) << "it still looks at the version before";
  club.look();
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, boat));
}

// To go on without it would allow what a condition on the context denies.
TEST(AbiReaderContext, ThatFitsNoMoreDeniesEverythingUntilItIsSetAnew) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  const policy_value open = value_of(0, 1);
  ASSERT_EQ(policy_reader_set_context(club.reader, &open, 1), POLICY_OK);
  policy_reader* other = nullptr;
  ASSERT_EQ(policy_reader_open(club.store, &other, nullptr), POLICY_OK);
  ProgramTables tables = club_tables();
  tables.context_attributes = lay_out({attribute("open", POLICY_TYPE_BOOLEAN), attribute("place", POLICY_TYPE_STRING),
                                       attribute("today", POLICY_TYPE_DATE)},
                                      tables.context_attribute_bytes);
  Program next(std::move(tables));
  ASSERT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_MISS, nullptr, nullptr, nullptr, nullptr),
            POLICY_OK);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip)) << "it still looks at the version before";
  club.look();
  ASSERT_EQ(policy_reader_begin(other, 0, 0, nullptr), POLICY_OK);
  EXPECT_EQ(policy_reader_check(other, club.sam, POLICY_RIGHT_read, trip), 1) << "it never set one";
  policy_reader_close(other);

  policy_decision decision{};
  uint64_t allowed = ~uint64_t{0};
  uint32_t page[4];
  size_t count = 7;
  policy_cursor cursor{};
  EXPECT_EQ(policy_reader_check(club.reader, club.sam, POLICY_RIGHT_read, trip), 0);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, trip, &decision), POLICY_STALE);
  EXPECT_EQ(decision.effect, POLICY_DENY);
  EXPECT_EQ(policy_reader_check_many(club.reader, club.sam, POLICY_RIGHT_read, &trip, 1, &allowed), POLICY_STALE);
  EXPECT_EQ(allowed, 0u);
  EXPECT_EQ(policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, 0, &cursor, page, 4, &count), POLICY_STALE);
  EXPECT_EQ(count, 0u);
  EXPECT_EQ(policy_reader_who(club.reader, POLICY_RIGHT_read, trip, &cursor, page, 4, &count), POLICY_STALE);
  ASSERT_EQ(policy_reader_set_context(club.reader, &open, 1), POLICY_OK);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
}

TEST(AbiReaderQuestions, GiveWhatTheThinWayAsksWith) {
  Club club;
  const uint32_t trip = club.trip(club.ana);
  const policy_program* program = policy_reader_program(club.reader);
  const policy_subject* sam = policy_reader_subject(club.reader, club.sam);
  const policy_record* record = policy_reader_record(club.reader, trip);
  ASSERT_TRUE(program != nullptr && sam != nullptr && record != nullptr);
  EXPECT_EQ(policy_check(program, sam, policy_reader_table(club.reader, trip), POLICY_RIGHT_read, record, nullptr), 1);
  EXPECT_EQ(policy_reader_subject(club.reader, 99), nullptr);
  EXPECT_EQ(policy_reader_record(club.reader, 999), nullptr);
  EXPECT_EQ(policy_reader_table(club.reader, 999), POLICY_NONE);
}

TEST(AbiReaderLog, TakesOnlyALog) {
  Club club;
  EXPECT_EQ(policy_reader_set_log(nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_reader_set_log(club.reader, reinterpret_cast<policy_log*>(club.store)), POLICY_INVALID);
  EXPECT_EQ(policy_reader_set_log(club.reader, nullptr), POLICY_OK);
}

TEST(AbiReaderLog, EveryCheckAndDecideIsLogged) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  const std::string path = std::string(::testing::TempDir()) + "abi_reader_log.jsonl";
  std::remove(path.c_str());
  policy_log* log = nullptr;
  ASSERT_EQ(policy_log_open(path.c_str(), nullptr, &log, nullptr), POLICY_OK);
  ASSERT_EQ(policy_reader_set_log(club.reader, log), POLICY_OK);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  EXPECT_FALSE(club.may(club.ana, POLICY_RIGHT_read, trip));
  EXPECT_FALSE(club.may(99, POLICY_RIGHT_read, 999));
  policy_decision decision{};
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, trip, &decision), POLICY_OK);
  uint64_t allowed = 0;
  EXPECT_EQ(policy_reader_check_many(club.reader, club.sam, POLICY_RIGHT_read, &trip, 1, &allowed), POLICY_OK);
  ASSERT_EQ(policy_reader_set_log(club.reader, nullptr), POLICY_OK);
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  ASSERT_EQ(policy_log_flush(log), POLICY_OK);
  policy_log_counts counts{};
  counts.struct_size = sizeof counts;
  ASSERT_EQ(policy_log_count(log, &counts), POLICY_OK);
  EXPECT_EQ(counts.written, 4u);
  policy_log_close(log);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace policy::test
