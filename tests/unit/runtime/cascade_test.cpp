// Cascades over long chains and wide trees: no recursion, a cost that grows with what is reached, and an end where
// links go round.
#include <gtest/gtest.h>

#include <chrono>

#include "runtime/operations/inheritance.h"
#include "tests/unit/runtime/worlds.h"

namespace policy::test {
namespace {

constexpr uint32_t kMany = 100'000;

size_t count(const Outcome& outcome, Effect::Kind kind) {
  size_t found = 0;
  for (const Effect& effect : outcome.effects) found += effect.kind == kind;
  return found;
}

uint32_t make_chain(Ship& ship, uint32_t length) {
  uint32_t first = ship.row(ship.sam);
  for (uint32_t i = 1, above = first; i < length; ++i) above = ship.row_below(above, ship.sam);
  return first;
}

uint32_t make_star(Ship& ship, uint32_t size) {
  uint32_t first = ship.row(ship.sam);
  for (uint32_t i = 1; i < size; ++i) ship.row_below(first, ship.sam);
  return first;
}

class Cascades : public testing::TestWithParam<uint32_t (*)(Ship&, uint32_t)> {};
INSTANTIATE_TEST_SUITE_P(Shapes, Cascades, testing::Values(make_chain, make_star),
                         [](const auto& shape) { return shape.param == make_chain ? "chain" : "star"; });

TEST_P(Cascades, AssignReachesEveryRow) {
  Ship ship;
  uint32_t first = GetParam()(ship, kMany);
  Operation assign{.kind = OperationKind::Assign, .user = ship.sam, .record = first};
  assign.principal = ship.principal(ship.ana);
  Outcome outcome = ship.do_it(assign);
  ASSERT_TRUE(outcome.answer.allowed);
  EXPECT_EQ(count(outcome, Effect::Kind::Owner), kMany);
  EXPECT_EQ(ship.world.records[kMany - 1].owner, ship.principal(ship.ana));
  EXPECT_TRUE(plan(ship.world, assign).effects.empty()) << "it is hers already";
}

TEST_P(Cascades, WhatIsSharedIsInheritedAndTakenBack) {
  Ship ship;
  uint32_t first = GetParam()(ship, kMany);
  Operation share{.kind = OperationKind::Share, .user = ship.sam, .record = first};
  share.principal = ship.principal(ship.ana);
  share.rights = right_bit(POLICY_RIGHT_read);
  EXPECT_EQ(count(ship.do_it(share), Effect::Kind::Inherited), kMany - 1);
  EXPECT_EQ(ship.world.records.heirs(first).size(), kMany - 1);
  share.kind = OperationKind::Revoke;
  EXPECT_EQ(count(ship.do_it(share), Effect::Kind::Inherited), kMany - 1);
  EXPECT_TRUE(ship.world.records.heirs(first).empty());
  EXPECT_TRUE(ship.world.records.shares(kMany - 1).empty());
}

TEST_P(Cascades, DeleteTakesEverythingAlong) {
  Ship ship;
  uint32_t first = GetParam()(ship, kMany);
  Outcome outcome = ship.do_it({.kind = OperationKind::Delete, .user = ship.sam, .record = first});
  ASSERT_TRUE(outcome.answer.allowed);
  EXPECT_EQ(outcome.effects.size(), kMany);
  EXPECT_FALSE(ship.world.records.exists(kMany - 1));
  EXPECT_EQ(plan(ship.world, {.kind = OperationKind::Read, .user = ship.sam, .record = first}).answer.reason,
            POLICY_REASON_unknown);
}

TEST_P(Cascades, ALinkHandsDownAndACutTakesAway) {
  Ship ship;
  uint32_t first = GetParam()(ship, kMany), above = ship.row(ship.ana);
  Operation link{.kind = OperationKind::Link, .user = ship.sam, .record = first, .other = above, .relationship = kUp};
  EXPECT_EQ(count(ship.do_it(link), Effect::Kind::Inherited), kMany);
  EXPECT_EQ(ship.world.records.part_rights(kMany - 1, ship.principal(ship.ana), above, true), 0xff & ~1u);
  Operation unlink{.kind = OperationKind::Unlink, .user = ship.sam, .record = first, .relationship = kUp};
  EXPECT_EQ(count(ship.do_it(unlink), Effect::Kind::Inherited), kMany);
  EXPECT_TRUE(ship.world.records.heirs(above).empty());
}

TEST_P(Cascades, LinksOfTheFactsCountFromTheTopDown) {
  Ship ship;
  uint32_t first = GetParam()(ship, 300);
  ship.world.records.set_share(first, ship.principal(ship.ana), 2);
  inherit_from_links(ship.world);
  EXPECT_EQ(ship.world.records.part_rights(299, ship.principal(ship.ana), first, false), 2);
  EXPECT_EQ(ship.world.records.part_rights(299, ship.principal(ship.sam), first, true), 0xff & ~1u);
}

TEST_P(Cascades, CostGrowsWithWhatIsReached) {
  auto cost = [&](uint32_t rows) {
    Ship ship;
    Operation assign{.kind = OperationKind::Assign, .user = ship.sam, .record = GetParam()(ship, rows)};
    assign.principal = ship.principal(ship.ana);
    auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(ship.do_it(assign).answer.allowed);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  double small = cost(kMany / 4), large = cost(kMany);
  EXPECT_LT(large, 40 * small) << "four times the rows; their square would be sixteen times as much, and more";
}

TEST(Rings, EndWhereTheyClose) {
  Ship ship;
  uint32_t a = ship.row(ship.sam), b = ship.row_below(a, ship.sam), c = ship.row_below(b, ship.sam);
  ship.world.records.link(a, kUp, c);
  inherit_from_links(ship.world);
  EXPECT_TRUE(ship.world.records.shares(a).empty()) << "rows that go round inherit nothing";
  Operation assign{.kind = OperationKind::Assign, .user = ship.sam, .record = a};
  assign.principal = ship.principal(ship.ana);
  EXPECT_EQ(count(ship.do_it(assign), Effect::Kind::Owner), 3u);
  Operation unlink{.kind = OperationKind::Unlink, .user = ship.sam, .record = b, .relationship = kUp};
  EXPECT_TRUE(ship.do_it(unlink).answer.allowed);
  Operation link{.kind = OperationKind::Link, .user = ship.sam, .record = c, .other = b, .relationship = kUp};
  EXPECT_TRUE(ship.do_it(link).answer.allowed);
  link.record = b;
  link.other = a;
  EXPECT_EQ(plan(ship.world, link).answer.reason, POLICY_REASON_cycle);
  EXPECT_EQ(count(ship.do_it({.kind = OperationKind::Delete, .user = ship.sam, .record = b}), Effect::Kind::Delete),
            3u);
}

}  // namespace
}  // namespace policy::test
