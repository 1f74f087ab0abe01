// Every row that check allows, once, whatever the page; and how a call ends where something is not there.
#include "runtime/query/list.h"

#include <gtest/gtest.h>

#include <array>

#include "runtime/query/world_view.h"
#include "tests/unit/runtime/query_worlds.h"

namespace policy::test {
namespace {

std::vector<uint32_t> listed(const QueryView& view, uint32_t user, size_t page) {
  return in_pages<ListCursor>(page, [&](ListCursor& cursor, std::span<uint32_t> rows) {
    return list(view, user, POLICY_RIGHT_read, kVisit, cursor, rows);
  });
}

void expect_all_rows(const QuerySizes& sizes, uint32_t users_asked) {
  QueryWorld made(sizes);
  WorldView view(made.world);
  size_t rows = 0;
  for (uint32_t user = 0; user < sizes.users; user += std::max(1u, sizes.users / users_asked)) {
    std::vector<uint32_t> expected = made.rows_of(user);
    rows += expected.size();
    for (size_t page : {1u, 7u, 100u, 100'000u}) ASSERT_EQ(listed(view, user, page), expected) << "user " << user;
  }
  EXPECT_GT(rows, 0u);
}

TEST(List, GivesWhatCheckAllows) {
  for (uint64_t seed = 1; seed <= 5; ++seed) expect_all_rows({.seed = seed}, 50);
}

TEST(List, GivesWhatCheckAllowsThroughTeamsAndReportsAlone) {
  expect_all_rows({.role_one_in = 1, .widest = POLICY_LEVEL_user}, 50);
}

TEST(List, GoesThroughManyRows) {
  expect_all_rows({.units = 100, .users = 300, .rows = 150'000, .shares = 30'000}, 12);
}

TEST(List, EndsAtOnceWhereSomethingIsNotThere) {
  QueryWorld made({});
  WorldView view(made.world);
  std::array<uint32_t, 10> page;
  struct Question {
    uint32_t user, right, table;
  };
  for (Question q : {Question{9'999, POLICY_RIGHT_read, kVisit}, Question{POLICY_NONE, POLICY_RIGHT_read, kVisit},
                     Question{0, POLICY_RIGHT_read, 1}, Question{0, POLICY_RIGHT_write, kVisit},
                     Question{0, POLICY_RIGHT_COUNT, kVisit}}) {
    ListCursor cursor;
    EXPECT_EQ(list(view, q.user, q.right, q.table, cursor, page), 0u);
    EXPECT_TRUE(cursor.at_end());
  }
  ListCursor strange{.key = 5, .source = 77};
  EXPECT_EQ(list(view, 0, POLICY_RIGHT_read, kVisit, strange, page), 0u);
  EXPECT_TRUE(strange.at_end());
}

TEST(List, AtTheEndNothingMoreComes) {
  QueryWorld made({});
  WorldView view(made.world);
  std::array<uint32_t, 10> page;
  ListCursor cursor{.source = POLICY_NONE};
  EXPECT_EQ(list(view, 0, POLICY_RIGHT_read, kVisit, cursor, page), 0u);
  EXPECT_TRUE(cursor.at_end());
}

// A cursor of yesterday goes on behind the last row that it gave, whatever has been added or deleted since.
TEST(List, ACursorOutlivesChanges) {
  QueryWorld made({.role_one_in = 1});
  uint32_t user = 0;
  while (made.rows_of(user).size() < 20) ++user;
  ListCursor cursor;
  std::array<uint32_t, 10> first;
  {
    WorldView view(made.world);
    ASSERT_EQ(list(view, user, POLICY_RIGHT_read, kVisit, cursor, first), first.size());
  }
  for (uint32_t row : first) (void)made.world.records.remove(row);
  WorldView view(made.world);
  std::vector<uint32_t> rest(10'000);
  size_t count = 0;
  while (!cursor.at_end()) {
    count += list(view, user, POLICY_RIGHT_read, kVisit, cursor, std::span(rest).subspan(count));
  }
  rest.resize(count);
  std::sort(rest.begin(), rest.end());
  EXPECT_EQ(rest, made.rows_of(user));
}

}  // namespace
}  // namespace policy::test
