// Whose rows a superior has: distance, units, disabled reports, rings, positions.
#include <gtest/gtest.h>

#include "runtime/organization/organization.h"

namespace policy {
namespace {

constexpr uint32_t kReads = 1u << POLICY_RIGHT_read;
constexpr uint32_t kWrites =
    kReads | 1u << POLICY_RIGHT_write | 1u << POLICY_RIGHT_append | 1u << POLICY_RIGHT_append_to;

class Hierarchy : public testing::Test {
 protected:
  Hierarchy() {
    tables.hierarchy = {HierarchyModel::Manager, 2, 1, ManagerUnit::Any, false, true};
    root = *organization.add_unit(POLICY_NONE);
    north = *organization.add_unit(root);
    harbour = *organization.add_unit(north);
    organization.number_units();
    for (uint32_t unit : {root, north, harbour, harbour}) users.push_back(*organization.add_user(unit));
    for (uint32_t i = 1; i < 4; ++i) EXPECT_TRUE(organization.set_manager(users[i], users[i - 1]));
    crew = *organization.add_team(harbour);
    EXPECT_TRUE(organization.join(users[2], crew));
  }

  uint32_t rights_through(uint32_t superior, policy_principal principal) {
    Subject subject = organization.resolve(superior, pool);
    return report_rights(subject.view(), principal);
  }
  uint32_t rights(uint32_t superior, uint32_t report) {
    return rights_through(superior, POLICY_PRINCIPAL(POLICY_USER, report));
  }

  ProgramTables tables;
  Organization organization{tables};
  ProfilePool pool{tables};
  uint32_t root, north, harbour, crew;
  std::vector<uint32_t> users;  // each manages the next
};

TEST_F(Hierarchy, ReachesAsFarAsItsDepthAndWritesLess) {
  EXPECT_EQ(rights(users[0], users[0]), 0u) << "nobody is their own report";
  EXPECT_EQ(rights(users[0], users[1]), kWrites);
  EXPECT_EQ(rights(users[0], users[2]), kReads);
  EXPECT_EQ(rights(users[0], users[3]), 0u);
  EXPECT_EQ(rights_through(users[0], POLICY_PRINCIPAL(POLICY_TEAM, crew)), kReads);
  EXPECT_EQ(rights_through(users[1], POLICY_PRINCIPAL(POLICY_TEAM, crew)), kWrites);
  EXPECT_EQ(organization.superiors_of(users[3]), (std::vector<uint32_t>{users[2], users[1]}));
}

TEST_F(Hierarchy, TheNearestReportOfATeamCounts) {
  ASSERT_TRUE(organization.join(users[1], crew));
  EXPECT_EQ(rights_through(users[0], POLICY_PRINCIPAL(POLICY_TEAM, crew)), kWrites);
  EXPECT_EQ(organization.resolve(users[0], pool).view().report_count, 3u) << "each principal once";
}

TEST_F(Hierarchy, UnitsAreThoseOfTheSuperiorAndTheReport) {
  tables.hierarchy.manager_unit = ManagerUnit::Same;
  EXPECT_EQ(rights(users[2], users[3]), kWrites);
  EXPECT_EQ(rights(users[1], users[2]), 0u);
  tables.hierarchy.manager_unit = ManagerUnit::Parent;
  EXPECT_EQ(rights(users[1], users[2]), kWrites);
  EXPECT_EQ(rights(users[0], users[2]), 0u) << "two units up";
  tables.hierarchy.manager_unit = ManagerUnit::Ancestor;
  EXPECT_EQ(rights(users[0], users[2]), kReads);
}

TEST_F(Hierarchy, DisabledReportsDropAloneWhereTheyDoNotCount) {
  ASSERT_TRUE(organization.set_disabled(users[1], true));
  EXPECT_EQ(rights(users[0], users[1]), kWrites);
  tables.hierarchy.disabled_reports_count = false;
  EXPECT_EQ(rights(users[0], users[1]), 0u);
  EXPECT_EQ(rights(users[0], users[2]), kReads) << "the chain goes on";
}

TEST_F(Hierarchy, ARingOfManagersEndsWhereItCloses) {
  tables.hierarchy.depth = 100;
  ASSERT_TRUE(organization.set_manager(users[0], users[3]));
  for (uint32_t user : users) {
    EXPECT_EQ(rights(user, user), 0u);
    EXPECT_EQ(organization.resolve(user, pool).view().report_count, user == users[2] ? 3u : 4u)
        << "three, and the team";
  }
}

TEST_F(Hierarchy, PositionsCountByThemselves) {
  tables.hierarchy.model = HierarchyModel::Position;
  tables.hierarchy.manager_unit = ManagerUnit::Same;
  uint32_t captain = *organization.add_position(), mate = *organization.add_position();
  ASSERT_TRUE(organization.set_parent(mate, captain));
  ASSERT_TRUE(organization.set_position(users[3], captain));
  ASSERT_TRUE(organization.set_position(users[0], mate));
  ASSERT_TRUE(organization.set_position(users[1], mate));
  EXPECT_EQ(rights(users[3], users[0]), kWrites) << "units do not count";
  EXPECT_EQ(rights(users[0], users[1]), 0u) << "beside, not below";
  EXPECT_EQ(rights(users[0], users[2]), 0u) << "managers do not count";
  EXPECT_EQ(organization.superiors_of(users[0]), (std::vector<uint32_t>{users[3]}));
}

TEST_F(Hierarchy, IsNothingWhereItIsOff) {
  tables.hierarchy = {};
  EXPECT_EQ(organization.resolve(users[0], pool).view().report_count, 0u);
  EXPECT_TRUE(organization.superiors_of(users[3]).empty());
}

TEST(Units, ComeInAnyOrderAndNothingReachesTheAir) {
  ProgramTables tables;
  Organization organization(tables);
  const uint32_t parents[] = {2, POLICY_NONE, 1, 4, 3, 99};
  ASSERT_TRUE(organization.add_units(parents));
  EXPECT_FALSE(organization.add_units(parents)) << "once";
  organization.number_units();
  EXPECT_EQ(organization.unit_interval(1).last, 2u);
  EXPECT_EQ(organization.unit_interval(0).first, 2u);
  for (uint32_t unit : {3u, 4u, 5u}) EXPECT_EQ(organization.unit_interval(unit).first, POLICY_NONE) << unit;
}

}  // namespace
}  // namespace policy
