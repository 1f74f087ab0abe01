// Readers, a writer and somebody who puts new policies in place, all at once. Run under the thread sanitizer as well.
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/abi/club.h"

namespace policy::test {
namespace {

// Two trips that always have the same owner and title.
struct Pair {
  Pair() {
    Writing change(club.store);
    one = club.trip(change, club.sam);
    other = club.trip(change, club.sam);
    assign(change, 0);
    change.commit();
  }

  void assign(policy_transaction* change, uint64_t turn) {
    const std::string title = "title " + std::to_string(turn % 17);
    const policy_value values[] = {text_of(4, title), value_of(1, turn)};
    for (uint32_t row : {one, other}) {
      EXPECT_EQ(policy_set_row_owner(change, row, user_of(turn % 2 == 0 ? club.sam : club.ana)), POLICY_OK);
      EXPECT_EQ(policy_set_row_values(change, row, values, 2, 0, 0), POLICY_OK);
      EXPECT_EQ(policy_set_share(change, row, user_of(club.ana), turn % 3 == 0 ? 2 : 0), POLICY_OK);
      EXPECT_EQ(policy_set_column_share(change, row, 0, user_of(club.ana), turn % 5 == 0, 0), POLICY_OK);
    }
  }

  // Nothing where all is as it must be.
  std::string wrong_with(policy_reader* reader) const {
    const policy_record* first = policy_reader_record(reader, one);
    const policy_record* second = policy_reader_record(reader, other);
    if (first == nullptr || second == nullptr) return "a row is gone";
    if (first->owner != second->owner || first->owning_unit != second->owning_unit) return "two owners";
    const size_t size = club.program.tables()->tables[kTrip].attribute_bytes;
    if (std::memcmp(first + 1, second + 1, size) != 0) return "two values";
    for (uint32_t user : {club.sam, club.ana}) {
      const int32_t may = policy_reader_check(reader, user, POLICY_RIGHT_read, one);
      if (may != policy_reader_check(reader, user, POLICY_RIGHT_read, other)) return "two answers";
      policy_column_rights rights[2]{};
      for (uint32_t i : {0u, 1u}) {
        rights[i].struct_size = sizeof rights[i];
        (void)policy_reader_columns(reader, user, kTrip, i == 0 ? one : other, &rights[i]);
      }
      if (rights[0].read != rights[1].read || rights[0].secured != 3) return "two columns";
    }
    return "";
  }

  Club club;
  uint32_t one = 0, other = 0;
};

std::string read_until(const std::atomic<bool>& done, const Pair& pair) {
  policy_reader* reader = nullptr;
  if (policy_reader_open(pair.club.store, &reader, nullptr) != POLICY_OK) return "no place";
  const policy_value open = value_of(0, 1);
  uint64_t last = 0;
  std::string wrong;
  while (!done && wrong.empty()) {
    const uint64_t at_least = policy_store_revision(pair.club.store);
    uint64_t revision = 0;
    if (policy_reader_begin(reader, at_least, 0, &revision) != POLICY_OK) wrong = "a committed revision is not there";
    if (revision < last || revision < at_least) wrong = "an older state";
    last = revision;
    if (policy_reader_set_context(reader, &open, 1) != POLICY_OK) wrong = "no context";
    if (policy_count(policy_reader_program(reader), POLICY_NAME_TABLE, 0) != 4) wrong = "another program";
    if (wrong.empty()) wrong = pair.wrong_with(reader);
  }
  policy_reader_close(reader);
  return wrong;
}

TEST(AbiThreads, ReadersAWriterAndAReplacer) {
  Pair pair;
  constexpr int kReaders = 8;
  std::atomic<bool> done{false};
  std::vector<std::string> wrong(kReaders);
  std::vector<std::thread> threads;
  for (std::string& mine : wrong) {
    threads.emplace_back([&] { mine = read_until(done, pair); });
  }
  std::vector<std::weak_ptr<const ProgramTables>> versions;
  std::thread replacer([&] {
    for (int i = 0; i < 12; ++i) {
      Program next;
      EXPECT_EQ(policy_store_replace(pair.club.store, next, 0, nullptr, nullptr, nullptr, nullptr), POLICY_OK);
      versions.push_back(next.close());
      policy_program* now = policy_store_program(pair.club.store);
      EXPECT_EQ(policy_count(now, POLICY_NAME_TABLE, 0), 4u);
      policy_program_close(now);
    }
  });
  for (uint64_t turn = 0; turn < 400; ++turn) {
    Writing change(pair.club.store);
    pair.assign(change, turn);
    if (turn % 7 != 0) change.commit();
  }
  replacer.join();
  done = true;
  for (std::thread& thread : threads) thread.join();
  for (const std::string& what : wrong) EXPECT_EQ(what, "");
  pair.club.look();
  EXPECT_EQ(pair.wrong_with(pair.club.reader), "");
  (void)pair.club.trip(pair.club.sam);
  EXPECT_FALSE(versions.back().expired());
  versions.pop_back();
  for (const auto& version : versions) EXPECT_TRUE(version.expired());
}

TEST(AbiThreads, WritersTakeTurns) {
  Club club;
  std::vector<std::thread> writers;
  std::atomic<uint32_t> added{0};
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      for (int turn = 0; turn < 50; ++turn) {
        Writing change(club.store);
        (void)club.trip(change, club.sam);
        if (turn % 3 == 0) continue;
        change.commit();
        ++added;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  club.look();
  policy_cursor cursor{};
  std::vector<uint32_t> page(1000);
  size_t found = 0;
  while (!POLICY_CURSOR_AT_END(cursor)) {
    size_t count = 0;
    ASSERT_EQ(
        policy_reader_list(club.reader, club.sam, POLICY_RIGHT_read, kTrip, &cursor, page.data(), page.size(), &count),
        POLICY_OK);
    found += count;
  }
  EXPECT_EQ(found, added);
}

// Subjects of one program, of which many are alike and share a profile.
TEST(AbiThreads, SubjectsAreResolvedAndAskedAtOnce) {
  Program program;
  std::atomic<uint32_t> wrong = 0;
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (uint32_t turn = 0; turn < 300; ++turn) {
        const policy_role_held held = {POLICY_SELF, kLocal, {turn % 5, turn % 5}};
        policy_standing standing{};
        standing.struct_size = sizeof standing;
        standing.user = user_of(thread);
        standing.unit = turn % 5;
        standing.role_count = 1;
        standing.roles = &held;
        const policy_subject* subject = nullptr;
        wrong += policy_subject_resolve(program, &standing, &subject, nullptr) != POLICY_OK;
        const policy_record own = {user_of(thread), 0, 0}, others = {user_of(thread + 1), 99, 0};
        wrong += policy_check(program, subject, kFlag + 7, POLICY_RIGHT_read, &own, nullptr) != 0;
        wrong += policy_check(program, subject, kTrip, POLICY_RIGHT_read, &own, nullptr) != 1;
        wrong += policy_check(program, subject, kTrip, POLICY_RIGHT_read, &others, nullptr) != 0;
        policy_subject_free(subject);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0u);
}

}  // namespace
}  // namespace policy::test
