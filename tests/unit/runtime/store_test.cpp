// The store under threads: each reader sees one state whole, never an older one than before, and after a commit the new
// one. Run under the thread sanitizer as well.
#include "runtime/store/store.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/runtime/store_world.h"

namespace policy::test {
namespace {

using namespace std::chrono_literals;

// A yard with two trips that always belong to one and the same user, and lie in that user's unit.
struct Pair {
  Pair() : yard(7) {
    Transaction change = yard.store.begin();
    Row row;
    row.table = kTrip;
    one = change.add_row(row);
    row.table = 1;
    other = change.add_row(row);
    assign(change, 0);
    change.commit();
  }

  void assign(Transaction& change, uint32_t user) {
    Records& records = change.records();
    for (uint32_t row : {one, other}) {
      records.set_owner(row, POLICY_PRINCIPAL(POLICY_USER, user));
      records.set_unit(row, change.organization().unit_of(POLICY_PRINCIPAL(POLICY_USER, user)));
      records.set_share(row, POLICY_PRINCIPAL(POLICY_USER, 1), user % 2 == 0 ? RightSet{2} : RightSet{0});
    }
  }

  // Nothing where all is as it must be.
  std::string wrong_with(const Snapshot& snapshot) const {
    const policy_record* first = snapshot.record(one);
    const policy_record* second = snapshot.record(other);
    if (first == nullptr || second == nullptr) return "a row is gone";
    if (first->owner != second->owner) return "two owners";
    uint64_t first_key = pair_key(first->owner, one), second_key = pair_key(second->owner, other);
    if (!snapshot.rows_by_owner(0).contains(first_key)) return "not listed by owner";
    if (!snapshot.rows_by_owner(1).contains(second_key)) return "the other is not listed by owner";
    if (!snapshot.rows_by_unit(0).contains(pair_key(first->owning_unit, one))) return "not listed by unit";
    if (published_shares(first).size() != published_shares(second).size()) return "shared differently";
    const policy_subject& owner = snapshot.subject(POLICY_PRINCIPAL_INDEX(first->owner));
    if (owner.user != first->owner) return "another user";
    if (snapshot.check(POLICY_PRINCIPAL_INDEX(owner.user), 1, one) !=
        snapshot.check(POLICY_PRINCIPAL_INDEX(owner.user), 1, other)) {
      return "two answers for two rows that are alike";
    }
    return "";
  }

  Yard yard;
  uint32_t one = 0, other = 0;
};

TEST(StoreThreads, ReadersSeeOneStateWholeAndNeverAnOlderOne) {
  constexpr int kReaders = 4, kCommits = 1500;
  Pair pair;
  Store& store = pair.yard.store;
  std::atomic<uint64_t> committed{store.revision().number};
  std::atomic<bool> done{false};
  std::vector<std::string> wrong(kReaders);
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&, i] {
      std::optional<Reader> reader = store.reader();
      Revision last;
      while (!done.load() && wrong[i].empty()) {
        Revision asked{committed.load()};
        std::optional<Snapshot> snapshot = reader->snapshot(asked);
        if (!snapshot) wrong[i] = "a committed revision is not there";
        if (!snapshot) break;
        if (snapshot->revision() < last) wrong[i] = "an older state";
        last = snapshot->revision();
        std::string seen = pair.wrong_with(*snapshot);
        if (!seen.empty()) wrong[i] = seen;
      }
    });
  }
  for (int i = 0; i < kCommits; ++i) {
    Transaction change = store.begin();
    pair.assign(change, pair.yard.any_user());
    if (i % 3 == 0) pair.yard.change_something_else(change, {pair.one, pair.other});
    if (i % 7 == 0) continue;
    committed = change.commit().number;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  for (const std::string& what : wrong) EXPECT_EQ(what, "");
  {
    Transaction last = store.begin();
  }
}

TEST(StoreThreads, AnotherPolicyComesBetweenTwoQuestions) {
  Pair pair;
  Store& store = pair.yard.store;
  std::atomic<bool> done{false};
  std::vector<std::string> wrong(3);
  std::vector<std::thread> readers;
  for (std::string& mine : wrong) {
    readers.emplace_back([&] {
      std::optional<Reader> reader = store.reader();
      Revision last;
      while (!done.load() && mine.empty()) {
        Snapshot snapshot = reader->snapshot();
        if (snapshot.revision() < last) mine = "an older state";
        last = snapshot.revision();
        std::string seen = pair.wrong_with(snapshot);
        if (!seen.empty()) mine = seen;
      }
    });
  }
  std::vector<std::weak_ptr<const ProgramTables>> versions;
  for (uint32_t i = 0; i < 30; ++i) {
    auto tables = std::make_shared<const ProgramTables>(pair.yard.tables);
    versions.push_back(tables);
    Store::Ready ready = [](World&, const Translation& told) { return told.is_whole(); };
    EXPECT_TRUE(store.replace(*tables, tables, ready));
    Transaction change = store.begin();
    pair.assign(change, i % static_cast<uint32_t>(change.organization().user_count()));
    change.commit();
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  for (const std::string& what : wrong) EXPECT_EQ(what, "");
  EXPECT_EQ(pair.wrong_with(store.reader()->snapshot()), "");
  {
    Transaction last = store.begin();
    pair.assign(last, 0);
    last.commit();
  }
  versions.pop_back();
  for (const auto& version : versions) EXPECT_TRUE(version.expired());
}

TEST(StoreThreads, WritersTakeTurns) {
  Pair pair;
  Store& store = pair.yard.store;
  uint32_t users = static_cast<uint32_t>(store.world().organization.user_count());
  uint64_t before = store.revision().number;
  std::vector<std::thread> writers;
  for (uint32_t i = 0; i < 3; ++i) {
    writers.emplace_back([&, i] {
      for (uint32_t turn = 0; turn < 100; ++turn) {
        Transaction change = store.begin();
        pair.assign(change, (turn + i) % users);
        change.commit();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(store.revision().number, before + 300);
  EXPECT_EQ(pair.wrong_with(store.reader()->snapshot()), "");
}

TEST(Store, ARevisionThatIsNotThereIsWaitedForAndNoLonger) {
  Pair pair;
  Store& store = pair.yard.store;
  Reader reader = *store.reader();
  Revision next{store.revision().number + 1};
  EXPECT_FALSE(reader.snapshot(next));
  EXPECT_FALSE(reader.snapshot(next, 2ms));
  std::thread writer([&] {
    std::this_thread::sleep_for(5ms);
    Transaction change = store.begin();
    pair.assign(change, 1);
    change.commit();
  });
  EXPECT_TRUE(reader.snapshot(next, 10s));
  writer.join();
}

TEST(Store, MemoryOfASnapshotIsFreedWhenItEnds) {
  Pair pair;
  Store& store = pair.yard.store;
  Reader reader = *store.reader();
  auto assign = [&](uint32_t user) {
    Transaction change = store.begin();
    pair.assign(change, user);
    change.commit();
  };
  {
    Snapshot old = reader.snapshot();
    policy_principal owner = old.record(pair.one)->owner;
    for (uint32_t user : {1u, 2u, 3u}) assign(user);
    EXPECT_GT(store.waiting(), 0u);
    EXPECT_EQ(old.record(pair.one)->owner, owner);
    Snapshot now = reader.snapshot();
    EXPECT_EQ(now.record(pair.one)->owner, POLICY_PRINCIPAL(POLICY_USER, 3));
    old = std::move(now);
    EXPECT_EQ(old.record(pair.one)->owner, POLICY_PRINCIPAL(POLICY_USER, 3));
  }
  assign(4);
  EXPECT_EQ(store.waiting(), 0u);
}

TEST(Store, UnknownUsersAndRowsAreDenied) {
  Pair pair;
  Reader reader = *pair.yard.store.reader();
  Snapshot snapshot = reader.snapshot();
  EXPECT_FALSE(snapshot.check(1'000'000, POLICY_RIGHT_read, pair.one));
  EXPECT_FALSE(snapshot.check(0, POLICY_RIGHT_read, 1'000'000));
  EXPECT_FALSE(snapshot.check(0, 99, pair.one));
  EXPECT_EQ(snapshot.decide(1'000'000, POLICY_RIGHT_read, pair.one).reason, POLICY_REASON_unknown);
  EXPECT_EQ(snapshot.subject(1'000'000).user, POLICY_PRINCIPAL(POLICY_NOBODY, 0));
  EXPECT_EQ(snapshot.record(UINT32_MAX), nullptr);
}

TEST(Store, WithoutListsKeepsRowsAndUsersAlone) {
  Yard yard(3, {.keeps_lists = false});
  Transaction change = yard.store.begin();
  for (int i = 0; i < 20; ++i) yard.change_something(change);
  change.commit();
  Reader reader = *yard.store.reader();
  Snapshot snapshot = reader.snapshot();
  EXPECT_TRUE(snapshot.members().empty());
  EXPECT_TRUE(snapshot.rows_by_owner(0).empty());
  EXPECT_EQ(snapshot.user_count(), yard.world.organization.user_count());
}

// Beyond attributes: 16 bytes for a record, 16 for a share, 64 for a user; the rest are directories.
TEST(Store, TakesLittleMemory) {
  ProgramTables tables = yard_tables();
  World world(tables);
  uint32_t unit = *world.organization.add_unit(POLICY_NONE);
  world.organization.number_units();
  for (uint32_t user = 0; user < 10'240; ++user) (void)world.organization.add_user(unit);
  for (uint32_t i = 0; i < 100'000; ++i) {
    Row row;
    row.table = i % 2;
    row.unit = unit;
    row.attributes.assign(row.table, i);
    uint32_t made = world.records.add_beside(row);
    if (i % 10 == 0) world.records.set_share(made, POLICY_PRINCIPAL(POLICY_USER, i % 100), 2);
  }
  Store store(world);
  StoreMemory memory = store.memory();
  EXPECT_EQ(memory.rows, 100'000u);
  EXPECT_EQ(memory.shares, 10'000u);
  EXPECT_LT(static_cast<double>(memory.rows_bytes - memory.attribute_bytes) / 100'000, 16.2);
  EXPECT_LE(static_cast<double>(memory.share_bytes) / 10'000, 16.0);
  EXPECT_LT(static_cast<double>(memory.user_bytes) / 10'240, 64.1);
}

}  // namespace
}  // namespace policy::test
