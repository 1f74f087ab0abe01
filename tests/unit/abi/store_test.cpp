// Stores, and how transactions and readers begin and end.
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

TEST(AbiStore, IsCreatedEmptyAndOutlivesItsProgramsOwner) {
  Program program;
  policy_store* store = nullptr;
  policy_error error = no_error();
  ASSERT_EQ(policy_store_create(program, nullptr, &store, &error), POLICY_OK);
  const std::weak_ptr<const ProgramTables> tables = program.close();
  EXPECT_FALSE(tables.expired());
  EXPECT_EQ(policy_store_revision(store), 1u);
  policy_program* of = policy_store_program(store);
  EXPECT_EQ(policy_find(of, POLICY_NAME_TABLE, 0, "boat"), kBoat);
  policy_program_close(of);
  EXPECT_EQ(policy_store_close(store), POLICY_OK);
  EXPECT_TRUE(tables.expired());
}

TEST(AbiStore, RefusesWhatMakesNoSense) {
  Program program;
  policy_store* store = reinterpret_cast<policy_store*>(&program);
  policy_error error = no_error();
  EXPECT_EQ(policy_store_create(nullptr, nullptr, &store, &error), POLICY_INVALID);
  EXPECT_EQ(store, nullptr);
  EXPECT_EQ(error.status, POLICY_INVALID);
  EXPECT_STRNE(error.message, "");
  EXPECT_EQ(policy_store_create(program, nullptr, nullptr, &error), POLICY_INVALID);
  policy_store_options options{.struct_size = 4, .no_lists = 0};
  EXPECT_EQ(policy_store_create(program, &options, &store, nullptr), POLICY_INVALID);
  options = {.struct_size = sizeof options, .no_lists = 2};
  EXPECT_EQ(policy_store_create(program, &options, &store, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_store_close(nullptr), POLICY_OK);
  EXPECT_EQ(policy_store_program(nullptr), nullptr);
  EXPECT_EQ(policy_store_revision(nullptr), 0u);
  EXPECT_EQ(policy_transaction_commit(nullptr, nullptr, nullptr), POLICY_INVALID);
  policy_transaction_abandon(nullptr);
  policy_reader_close(nullptr);
}

TEST(AbiStore, ErrorsOfTheCallBeforeAreForgotten) {
  Program program;
  policy_store* store = nullptr;
  policy_error error = no_error();
  ASSERT_EQ(policy_store_create(nullptr, nullptr, &store, &error), POLICY_INVALID);
  ASSERT_EQ(policy_store_create(program, nullptr, &store, &error), POLICY_OK);
  EXPECT_EQ(error.status, POLICY_OK);
  EXPECT_STREQ(error.message, "");
  policy_reader* reader = nullptr;
  ASSERT_EQ(policy_reader_open(nullptr, &reader, &error), POLICY_INVALID);
  policy_transaction* transaction = nullptr;
  ASSERT_EQ(policy_transaction_begin(store, &transaction, &error), POLICY_OK);
  EXPECT_STREQ(error.message, "");
  ASSERT_EQ(policy_reader_open(nullptr, &reader, &error), POLICY_INVALID);
  ASSERT_EQ(policy_transaction_commit(transaction, nullptr, &error), POLICY_OK);
  EXPECT_EQ(error.status, POLICY_OK);
  // One without a size is nobody's to write to.
  error = {.struct_size = 0, .status = POLICY_BUSY, .message = "mine"};
  ASSERT_EQ(policy_store_replace(store, program, 0, nullptr, nullptr, nullptr, &error), POLICY_OK);
  EXPECT_EQ(error.status, POLICY_BUSY);
  EXPECT_STREQ(error.message, "mine");
  EXPECT_EQ(policy_store_close(store), POLICY_OK);
}

TEST(AbiStore, NoticesHandlesOfAnotherKind) {
  Club club;
  auto* as_store = reinterpret_cast<policy_store*>(static_cast<policy_program*>(club.program));
  policy_transaction* transaction = nullptr;
  policy_reader* reader = nullptr;
  EXPECT_EQ(policy_transaction_begin(as_store, &transaction, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_reader_open(as_store, &reader, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_store_close(as_store), POLICY_INVALID);
  auto* as_transaction = reinterpret_cast<policy_transaction*>(club.store);
  uint32_t unit = 7;
  EXPECT_EQ(policy_add_unit(as_transaction, 0, &unit), POLICY_INVALID);
  EXPECT_EQ(unit, POLICY_NONE);
  EXPECT_EQ(policy_reader_begin(reinterpret_cast<policy_reader*>(club.store), 0, 0, nullptr), POLICY_INVALID);
}

TEST(AbiStore, StaysWhileItIsInUse) {
  Program program;
  policy_store* store = nullptr;
  ASSERT_EQ(policy_store_create(program, nullptr, &store, nullptr), POLICY_OK);
  policy_reader* reader = nullptr;
  ASSERT_EQ(policy_reader_open(store, &reader, nullptr), POLICY_OK);
  EXPECT_EQ(policy_store_close(store), POLICY_BUSY);
  policy_reader_close(reader);
  policy_transaction* transaction = nullptr;
  ASSERT_EQ(policy_transaction_begin(store, &transaction, nullptr), POLICY_OK);
  EXPECT_EQ(policy_store_close(store), POLICY_BUSY);
  policy_transaction_abandon(transaction);
  EXPECT_EQ(policy_store_close(store), POLICY_OK);
}

TEST(AbiStore, HasAThousandPlacesForReaders) {
  Club club;
  std::vector<policy_reader*> readers;
  policy_reader* last = nullptr;
  policy_error error = no_error();
  while (policy_reader_open(club.store, &last, &error) == POLICY_OK) readers.push_back(last);
  EXPECT_GE(readers.size(), 1000u);
  EXPECT_EQ(error.status, POLICY_BUSY);
  EXPECT_EQ(last, nullptr);
  for (policy_reader* reader : readers) policy_reader_close(reader);
  ASSERT_EQ(policy_reader_open(club.store, &last, nullptr), POLICY_OK);
  policy_reader_close(last);
}

TEST(AbiTransaction, IsSeenAfterItsCommitAndNotBefore) {
  Club club;
  const uint64_t before = policy_store_revision(club.store);
  uint32_t trip = POLICY_NONE;
  {
    Writing change(club.store);
    trip = club.trip(change, club.ana);
    club.look();
    EXPECT_EQ(policy_reader_table(club.reader, trip), POLICY_NONE);
    EXPECT_EQ(change.commit(), before + 1);
  }
  EXPECT_EQ(policy_reader_table(club.reader, trip), POLICY_NONE);
  EXPECT_EQ(policy_store_revision(club.store), before + 1);
  uint64_t revision = 0;
  EXPECT_EQ(policy_reader_begin(club.reader, before + 1, 0, &revision), POLICY_OK);
  EXPECT_EQ(revision, before + 1);
  EXPECT_EQ(policy_reader_table(club.reader, trip), kTrip);
  EXPECT_TRUE(club.may(club.ana, POLICY_RIGHT_read, trip));
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
}

TEST(AbiTransaction, LeavesNothingWhereItIsAbandoned) {
  Club club;
  const uint64_t before = policy_store_revision(club.store);
  uint32_t unit = 0, user = 0, trip = 0;
  {
    Writing change(club.store);
    EXPECT_EQ(policy_add_unit(change, club.harbour, &unit), POLICY_OK);
    EXPECT_EQ(policy_add_user(change, unit, &user), POLICY_OK);
    trip = club.trip(change, club.sam);
  }
  EXPECT_EQ(policy_store_revision(club.store), before);
  Writing change(club.store);
  uint32_t again = 0;
  EXPECT_EQ(policy_add_user(change, unit, &again), POLICY_UNKNOWN);
  EXPECT_EQ(again, POLICY_NONE);
  EXPECT_EQ(policy_remove_row(change, trip), POLICY_UNKNOWN);
  EXPECT_EQ(policy_add_unit(change, club.harbour, &again), POLICY_OK);
  EXPECT_EQ(again, unit) << "the number is free again";
}

ProgramTables renamed_boat() {
  ProgramTables tables = club_tables();
  tables.tables[kBoat].name = "ship";
  return tables;
}

TEST(AbiTransaction, ItsThreadCannotWaitForItself) {
  Club club;
  Writing change(club.store);
  policy_transaction* second = nullptr;
  policy_error error = no_error();
  EXPECT_EQ(policy_transaction_begin(club.store, &second, &error), POLICY_BUSY);
  EXPECT_EQ(second, nullptr);
  EXPECT_EQ(policy_store_replace(club.store, club.program, 0, nullptr, nullptr, nullptr, &error), POLICY_BUSY);
}

TEST(AbiTransaction, AnotherThreadWaits) {
  Club club;
  std::atomic<bool> has_begun{false};
  std::thread other;
  {
    Writing change(club.store);
    other = std::thread([&] {
      Writing second(club.store);
      has_begun = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_FALSE(has_begun);
  }
  other.join();
  EXPECT_TRUE(has_begun);
  Writing third(club.store);
}

TEST(AbiTransaction, IsHandedOverToAnotherThread) {
  Club club;
  policy_transaction* change = nullptr;
  std::thread([&] { ASSERT_EQ(policy_transaction_begin(club.store, &change, nullptr), POLICY_OK); }).join();
  const uint32_t trip = club.trip(change, club.sam);
  std::thread([&] { EXPECT_EQ(policy_transaction_commit(change, nullptr, nullptr), POLICY_OK); }).join();
  club.look();
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  Writing again(club.store);
}

TEST(AbiTransaction, WaitsNoLongerThanItIsTold) {
  Club club;
  policy_transaction* second = nullptr;
  auto try_begin = [&](uint64_t wait_ns) {
    policy_status status = POLICY_INTERNAL;
    std::thread([&] { status = policy_transaction_try_begin(club.store, wait_ns, &second, nullptr); }).join();
    return status;
  };
  {
    Writing change(club.store);
    EXPECT_EQ(try_begin(0), POLICY_BUSY);
    EXPECT_EQ(try_begin(1'000'000), POLICY_BUSY);
    EXPECT_EQ(second, nullptr);
    EXPECT_EQ(policy_transaction_try_begin(club.store, 0, &second, nullptr), POLICY_BUSY) << "its own thread";
  }
  EXPECT_EQ(policy_transaction_try_begin(club.store, UINT64_MAX, &second, nullptr), POLICY_OK);
  policy_transaction_abandon(second);
  EXPECT_EQ(policy_store_close(nullptr), POLICY_OK);
}

TEST(AbiTransaction, HasTheProgramThatItsNumbersAreOf) {
  Club club;
  EXPECT_EQ(policy_transaction_program(nullptr), nullptr);
  Program next(renamed_boat());
  std::thread replacer;
  {
    Writing change(club.store);
    replacer = std::thread([&] {
      EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_LOSE, nullptr, nullptr, nullptr, nullptr),
                POLICY_OK);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(policy_transaction_program(change), static_cast<policy_program*>(club.program));
  }
  replacer.join();
  Writing change(club.store);
  EXPECT_EQ(policy_transaction_program(change), static_cast<policy_program*>(next));
}

TEST(AbiTransaction, SaysOfWhichTableARowIs) {
  Club club;
  Writing change(club.store);
  const uint32_t boat = club.add(change, row_of(kBoat, user_of(club.sam)));
  EXPECT_EQ(policy_transaction_table(change, boat), kBoat);
  EXPECT_EQ(policy_transaction_table(change, boat + 1), POLICY_NONE);
  EXPECT_EQ(policy_remove_row(change, boat), POLICY_OK);
  EXPECT_EQ(policy_transaction_table(change, boat), POLICY_NONE);
  EXPECT_EQ(policy_transaction_table(nullptr, 0), POLICY_NONE);
}

// A role's number of the one program may be another role's in the other.
TEST(AbiTransaction, ItsProgramIsTheStoresHoweverOftenThatIsReplaced) {
  Club club;
  std::atomic<bool> done{false};
  std::thread replacer([&] {
    for (int i = 0; i < 300; ++i) {
      Program next;
      EXPECT_EQ(policy_store_replace(club.store, next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
    }
    done = true;
  });
  size_t wrong = 0;
  while (!done) {
    Writing change(club.store);
    policy_program* asked = policy_store_program(club.store);
    wrong += asked != policy_transaction_program(change) ? 1 : 0;
    policy_program_close(asked);
  }
  replacer.join();
  EXPECT_EQ(wrong, 0u);
}

TEST(AbiTransaction, NothingToCommitIsTheRevisionBefore) {
  Club club;
  const uint64_t before = policy_store_revision(club.store);
  EXPECT_EQ(Writing(club.store).commit(), before);
}

TEST(AbiReader, LooksAtNothingBeforeItBeginsAndAfterItsEnd) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  policy_reader_end(club.reader);
  policy_decision decision{};
  decision.effect = POLICY_ALLOW;
  EXPECT_EQ(policy_reader_check(club.reader, club.sam, POLICY_RIGHT_read, trip), 0);
  EXPECT_EQ(policy_reader_decide(club.reader, club.sam, POLICY_RIGHT_read, trip, &decision), POLICY_STALE);
  EXPECT_EQ(decision.effect, POLICY_DENY);
  EXPECT_EQ(decision.reason, POLICY_REASON_unknown);
  uint64_t allowed = 7;
  EXPECT_EQ(policy_reader_check_many(club.reader, club.sam, POLICY_RIGHT_read, &trip, 1, &allowed), POLICY_STALE);
  EXPECT_EQ(allowed, 0u);
  EXPECT_EQ(policy_reader_set_context(club.reader, nullptr, 0), POLICY_STALE);
  EXPECT_EQ(policy_reader_subject(club.reader, club.sam), nullptr);
  EXPECT_EQ(policy_reader_record(club.reader, trip), nullptr);
  EXPECT_EQ(policy_reader_table(club.reader, trip), POLICY_NONE);
  EXPECT_EQ(policy_reader_program(club.reader), nullptr);
  club.look();
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
}

TEST(AbiReader, WaitsForARevisionOnlySoLong) {
  Club club;
  const uint64_t next = policy_store_revision(club.store) + 1;
  uint64_t revision = 7;
  EXPECT_EQ(policy_reader_begin(club.reader, next, 1'000'000, &revision), POLICY_STALE);
  EXPECT_EQ(revision, 0u);
  EXPECT_EQ(policy_reader_program(club.reader), nullptr) << "it looks at nothing";
  std::thread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Writing change(club.store);
    (void)club.trip(change, club.sam);
    change.commit();
  });
  EXPECT_EQ(policy_reader_begin(club.reader, next, UINT64_MAX, &revision), POLICY_OK);
  EXPECT_EQ(revision, next);
  writer.join();
}

// --- another version of the policy

struct Told {
  std::vector<std::string> lost, missing;
  static void tell(void* self, int32_t is_lost, const char* what) {
    auto* told = static_cast<Told*>(self);
    (is_lost != 0 ? told->lost : told->missing).push_back(what);
  }
};

TEST(AbiReplace, ReadersThatLookGoOnWithTheProgramBefore) {
  Club club;
  const uint32_t trip = club.trip(club.sam);
  auto next = std::make_unique<Program>();
  uint64_t revision = 0;
  const uint64_t before = policy_store_revision(club.store);
  ASSERT_EQ(policy_store_replace(club.store, *next, 0, nullptr, nullptr, &revision, nullptr), POLICY_OK);
  EXPECT_EQ(revision, before + 1);
  EXPECT_EQ(policy_reader_program(club.reader), static_cast<policy_program*>(club.program));
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  policy_program* of = policy_store_program(club.store);
  EXPECT_EQ(of, static_cast<policy_program*>(*next));
  policy_program_close(of);
  const std::weak_ptr<const ProgramTables> first = club.program.close();
  EXPECT_FALSE(first.expired());
  club.look();
  EXPECT_EQ(policy_reader_program(club.reader), static_cast<policy_program*>(*next));
  EXPECT_TRUE(club.may(club.sam, POLICY_RIGHT_read, trip));
  (void)club.trip(club.sam);  // a commit frees what nobody looks at
  EXPECT_TRUE(first.expired());
}

TEST(AbiReplace, TellsWhatIsLostAndAsksLeave) {
  Club club;
  {
    Writing change(club.store);
    (void)club.add(change, row_of(kBoat, user_of(club.sam)));
    change.commit();
  }
  const uint64_t before = policy_store_revision(club.store);
  Program next(renamed_boat());
  Told told;
  policy_error error = no_error();
  uint64_t revision = 7;
  EXPECT_EQ(policy_store_replace(club.store, next, 0, Told::tell, &told, &revision, &error), POLICY_LOSSY);
  EXPECT_EQ(revision, 0u);
  EXPECT_EQ(error.status, POLICY_LOSSY);
  EXPECT_NE(std::string_view(error.message).find("table `boat`"), std::string_view::npos) << error.message;
  EXPECT_EQ(told.lost, std::vector<std::string>{"table `boat`"});
  EXPECT_TRUE(told.missing.empty());
  EXPECT_EQ(policy_store_revision(club.store), before);
  EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_MISS, nullptr, nullptr, nullptr, nullptr),
            POLICY_LOSSY);
  EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_LOSE, nullptr, nullptr, nullptr, nullptr),
            POLICY_OK);
}

TEST(AbiReplace, TellsWhatIsMissing) {
  Club club;
  ProgramTables tables = club_tables();
  tables.user_attributes = lay_out({attribute("level", POLICY_TYPE_INTEGER), attribute("nick", POLICY_TYPE_STRING),
                                    attribute("born", POLICY_TYPE_DATE)},
                                   tables.user_attribute_bytes);
  tables.context_attributes = lay_out({attribute("place", POLICY_TYPE_STRING), attribute("open", POLICY_TYPE_BOOLEAN),
                                       attribute("today", POLICY_TYPE_DATE)},
                                      tables.context_attribute_bytes);
  Program next(std::move(tables));
  Told told;
  EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_LOSE, Told::tell, &told, nullptr, nullptr),
            POLICY_LOSSY);
  EXPECT_TRUE(told.lost.empty());
  const std::vector<std::string> missing = {"attribute `user.born`", "context attribute `today`"};
  EXPECT_EQ(told.missing, missing) << "contexts are given with each question: only what is new is missing";
  EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_MISS, nullptr, nullptr, nullptr, nullptr),
            POLICY_OK);
}

TEST(AbiReplace, RefusesWhatMakesNoSense) {
  Club club;
  EXPECT_EQ(policy_store_replace(club.store, nullptr, 0, nullptr, nullptr, nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_store_replace(nullptr, club.program, 0, nullptr, nullptr, nullptr, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_store_replace(club.store, club.program, 4, nullptr, nullptr, nullptr, nullptr), POLICY_INVALID);
}

// Who is told is called while the store is held: it may not wait for itself.
TEST(AbiReplace, WhoIsToldCannotBegin) {
  Club club;
  {
    Writing change(club.store);
    (void)club.add(change, row_of(kBoat, user_of(club.sam)));
    change.commit();
  }
  struct Trying {
    policy_store* store;
    policy_status status = POLICY_OK;
    static void tell(void* self, int32_t, const char*) {
      auto* trying = static_cast<Trying*>(self);
      policy_transaction* transaction = nullptr;
      trying->status = policy_transaction_begin(trying->store, &transaction, nullptr);
    }
  } trying{club.store};
  Program next(renamed_boat());
  EXPECT_EQ(policy_store_replace(club.store, next, POLICY_REPLACE_MAY_LOSE, Trying::tell, &trying, nullptr, nullptr),
            POLICY_OK);
  EXPECT_EQ(trying.status, POLICY_BUSY);
  Writing change(club.store);
}

}  // namespace
}  // namespace policy::test
