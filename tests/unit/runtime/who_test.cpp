// Every user whom check allows, once, whatever the page; and how a call ends where something is not there.
#include "runtime/query/who.h"

#include <gtest/gtest.h>

#include <array>

#include "runtime/query/world_view.h"
#include "tests/unit/runtime/query_worlds.h"

namespace policy::test {
namespace {

std::vector<uint32_t> asked(const QueryView& view, uint32_t row, size_t page) {
  return in_pages<WhoCursor>(page, [&](WhoCursor& cursor, std::span<uint32_t> users) {
    return who(view, POLICY_RIGHT_read, row, cursor, users);
  });
}

void expect_all_users(const QuerySizes& sizes, uint32_t rows_asked) {
  QueryWorld made(sizes);
  WorldView view(made.world);
  size_t users = 0;
  for (uint32_t row = 0; row < sizes.rows; row += std::max(1u, sizes.rows / rows_asked)) {
    std::vector<uint32_t> expected = made.users_of(row);
    users += expected.size();
    for (size_t page : {1u, 7u, 100u, 100'000u}) ASSERT_EQ(asked(view, row, page), expected) << "row " << row;
  }
  EXPECT_GT(users, 0u);
}

TEST(Who, GivesWhomCheckAllows) {
  for (uint64_t seed = 1; seed <= 5; ++seed) expect_all_users({.seed = seed}, 200);
}

TEST(Who, GivesWhomCheckAllowsThroughTeamsAndReportsAlone) {
  expect_all_users({.role_one_in = 1, .widest = POLICY_LEVEL_user}, 200);
}

TEST(Who, GoesThroughManyUsers) {
  expect_all_users({.units = 50, .users = 10'000, .teams = 50, .rows = 1'000, .shares = 20'000, .role_one_in = 1}, 8);
}

// Shared with everybody, and hardly anybody holds the privilege; or everybody does.
TEST(Who, AsksEverybodyWhereARowIsSharedWithTheOrganization) {
  for (uint32_t role_one_in : {1u, 100u}) {
    QueryWorld made({.users = 10'000, .role_one_in = role_one_in});
    ASSERT_TRUE(
        made.world.records.set_share(7, POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0), right_bit(POLICY_RIGHT_read)) ||
        !made.world.records.exists(7));
    WorldView view(made.world);
    EXPECT_EQ(asked(view, 7, 100), made.users_of(7));
  }
}

TEST(Who, EndsAtOnceWhereSomethingIsNotThere) {
  QueryWorld made({});
  uint32_t gone = 0;
  while (made.world.records.exists(gone)) ++gone;
  uint32_t there = 0;
  while (!made.world.records.exists(there)) ++there;
  WorldView view(made.world);
  std::array<uint32_t, 10> page;
  struct Question {
    uint32_t right, row;
  };
  for (Question q : {Question{POLICY_RIGHT_read, gone}, Question{POLICY_RIGHT_read, POLICY_NONE},
                     Question{POLICY_RIGHT_write, there}, Question{POLICY_RIGHT_COUNT, there}}) {
    WhoCursor cursor;
    EXPECT_EQ(who(view, q.right, q.row, cursor, page), 0u);
    EXPECT_TRUE(cursor.at_end());
  }
  WhoCursor strange{.key = 5, .source = 0x7fff'ffff, .user = 3};
  EXPECT_EQ(who(view, POLICY_RIGHT_read, there, strange, page), 0u);
  EXPECT_TRUE(strange.at_end());
}

}  // namespace
}  // namespace policy::test
