// Rows, and the lists that let a cascade cost what it reaches: they stay right whatever comes and goes.
#include "runtime/records/records.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/runtime/worlds.h"

namespace policy::test {
namespace {

std::vector<Child> sorted_children(const Records& records, uint32_t row) {
  std::vector<Child> children(records.children(row).begin(), records.children(row).end());
  std::sort(children.begin(), children.end());
  return children;
}

TEST(Records, ALookupHoldsOneLink) {
  Ship ship;
  Records& records = ship.world.records;
  uint32_t a = ship.row(ship.sam), b = ship.row(ship.sam), child = ship.row_below(a, ship.sam);
  EXPECT_TRUE(records.link(child, kSide, a));
  EXPECT_TRUE(records.link(child, kUp, b));
  EXPECT_EQ(sorted_children(records, a), (std::vector<Child>{{kSide, child}}));
  EXPECT_EQ(sorted_children(records, b), (std::vector<Child>{{kUp, child}}));
  EXPECT_FALSE(records.link(child, kBoth, b)) << "no lookup";
  EXPECT_FALSE(records.link(child, kUp, 77));
  EXPECT_TRUE(records.unlink(child, kUp));
  EXPECT_FALSE(records.unlink(child, kUp));
  EXPECT_TRUE(records.children(b).empty());
}

TEST(Records, ChildrenAndHeirsAreThoseThatTheRowsSay) {
  Ship ship;
  Records& records = ship.world.records;
  constexpr uint32_t kRows = 40;
  for (uint32_t i = 0; i < kRows; ++i) ship.row(ship.sam);
  std::mt19937 random(7);
  auto below = [&](uint32_t bound) { return static_cast<uint32_t>(random() % bound); };
  for (int step = 0; step < 4000; ++step) {
    uint32_t row = below(kRows), other = below(kRows);
    policy_principal principal = POLICY_PRINCIPAL(POLICY_USER, below(3));
    switch (below(5)) {
      case 0:
        if (records.exists(row)) records.link(row, below(2), other);
        break;
      case 1:
        records.unlink(row, below(2));
        break;
      case 2:
      case 3: {
        Part part{.from = other, .from_owner = below(2) == 0, .rights = static_cast<RightSet>(below(3))};
        if (records.exists(row) && records.exists(other)) records.set_part(row, principal, part);
        break;
      }
      default:
        if (below(10) == 0) records.exists(row) ? records.remove(row) : records.create(row);
        break;
    }
  }
  for (uint32_t above = 0; above < kRows; ++above) {
    std::vector<Child> children;
    size_t heirs = 0;
    for (uint32_t row = 0; row < kRows; ++row) {
      for (const RowLink& link : records[row].links) {
        if (records.exists(row) && link.parent == above) children.push_back({link.relationship, row});
      }
      for (const RowShare& share : records.shares(row)) {
        heirs += static_cast<size_t>(
            std::count_if(share.parts.begin(), share.parts.end(), [&](const Part& p) { return p.from == above; }));
      }
    }
    std::sort(children.begin(), children.end());
    EXPECT_EQ(sorted_children(records, above), children) << above;
    EXPECT_EQ(records.heirs(above).size(), heirs) << above;
    for (const Heir& heir : records.heirs(above)) {
      EXPECT_NE(records.part_rights(heir.row, heir.principal, above, heir.from_owner), 0);
    }
  }
}

TEST(Records, HeadersTellWhatIsSharedAndInherited) {
  Ship ship;
  Records& records = ship.world.records;
  uint32_t trip = ship.row(ship.sam), above = ship.row(ship.sam);
  EXPECT_EQ(records.header(trip).shares, 0u);
  ASSERT_TRUE(records.set_share(trip, ship.principal(ship.ana), 2));
  ASSERT_TRUE(records.set_part(trip, ship.principal(ship.ana), {.from = above, .from_owner = true, .rights = 8}));
  ASSERT_TRUE(records.set_part(trip, ship.principal(ship.ana), {.from = above, .from_owner = false, .rights = 16}));
  std::span<const policy_share> shares = shares_of(records.header(trip));
  ASSERT_EQ(shares.size(), 1u);
  EXPECT_EQ(records.header(trip).shares & POLICY_AWAY, 0u);
  EXPECT_EQ(shares[0].rights, 2);
  EXPECT_EQ(shares[0].inherited, 24);
  EXPECT_TRUE(records.set_share(trip, ship.principal(ship.ana), 0));
  EXPECT_EQ(shares_of(records.header(trip)).size(), 1u) << "it still inherits";
  EXPECT_TRUE(records.remove(above));
  EXPECT_EQ(records.header(trip).shares, 0u);
  EXPECT_FALSE(records.set_share(trip, POLICY_NOBODY, 2));
  EXPECT_FALSE(records.set_share(77, ship.principal(ship.ana), 2));
}

TEST(Records, ARowIsAwayWhereItsOwnerIsNot) {
  Ship ship;
  Records& records = ship.world.records;
  uint32_t trip = ship.row(ship.sam);
  ASSERT_TRUE(ship.world.organization.move_user(ship.sam, ship.dock));
  records.owner_moved(ship.principal(ship.sam));
  EXPECT_EQ(records.header(trip).shares, uint64_t{POLICY_AWAY});
  records.set_unit(trip, ship.dock);
  EXPECT_EQ(records.header(trip).shares, 0u);
  EXPECT_EQ(records.header(trip).owning_unit, ship.world.organization.unit_interval(ship.dock).first);
}

TEST(Records, WhatIsDeletedIsLinkedToNothing) {
  Ship ship;
  Records& records = ship.world.records;
  uint32_t a = ship.row(ship.sam), b = ship.row_below(a, ship.sam), c = ship.row_below(b, ship.sam);
  ASSERT_TRUE(records.set_association(kBoth, a, b, true));
  ASSERT_TRUE(records.set_association(kBoth, b, c, true));
  ASSERT_TRUE(records.remove(b));
  EXPECT_FALSE(records.remove(b));
  EXPECT_TRUE(records.children(a).empty());
  EXPECT_TRUE(records[c].links.empty());
  EXPECT_FALSE(records.is_associated(kBoth, a, b));
  EXPECT_FALSE(records.is_associated(kBoth, b, c));
  EXPECT_FALSE(records.set_association(kUp, a, c, true)) << "a lookup";
  EXPECT_TRUE(records.create(b));
  EXPECT_FALSE(records.create(b));
}

TEST(Records, LinksOfARowThatIsNotThereYetBeginWhenItIs) {
  Ship ship;
  Records& records = ship.world.records;
  uint32_t above = ship.row(ship.sam);
  Row later = records[above];
  later.exists = false;
  later.links = {{kUp, above, POLICY_NONE}, {kSide, 99, POLICY_NONE}};
  uint32_t row = records.add(later);
  EXPECT_EQ(records[row].links.size(), 1u) << "one leads to a row that is not there";
  EXPECT_TRUE(records.children(above).empty());
  EXPECT_TRUE(records.create(row));
  EXPECT_EQ(sorted_children(records, above), (std::vector<Child>{{kUp, row}}));
}

}  // namespace
}  // namespace policy::test
