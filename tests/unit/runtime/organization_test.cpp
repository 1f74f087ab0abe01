#include "runtime/organization/organization.h"

#include <gtest/gtest.h>

#include "runtime/decide/decide.h"

namespace policy {
namespace {

// One slot, one role at each level, another that is for teams alone.
ProgramTables small_tables(bool modern = false) {
  ProgramTables tables;
  tables.modern_units = modern;
  tables.slot_count = 1;
  tables.privileges = {"merge"};
  for (policy_level level :
       {POLICY_LEVEL_user, POLICY_LEVEL_business_unit, POLICY_LEVEL_parent_child, POLICY_LEVEL_organization}) {
    uint32_t role = static_cast<uint32_t>(tables.roles.size());
    tables.grants.push_back({role, level, 0});
    tables.roles.push_back({"role", false, {role}, {}});
  }
  tables.grants.push_back({4, POLICY_LEVEL_user, 0});
  tables.roles.push_back({"team_only", true, {4}, {0}});
  tables.tables.push_back({.name = "t"});
  return tables;
}

class OrganizationTest : public testing::Test {
 protected:
  OrganizationTest() {
    root = *organization.add_unit(POLICY_NONE);
    north = *organization.add_unit(root);
    harbour = *organization.add_unit(north);
    south = *organization.add_unit(root);
    sam = *organization.add_user(north);
    crew = *organization.add_team(south);
    organization.number_units();
  }

  policy_principal user(uint32_t index) const { return POLICY_PRINCIPAL(POLICY_USER, index); }
  policy_principal team(uint32_t index) const { return POLICY_PRINCIPAL(POLICY_TEAM, index); }

  ProgramTables tables = small_tables();
  Organization organization{tables};
  ProfilePool pool{tables};
  uint32_t root, north, harbour, south, sam, crew;
};

TEST_F(OrganizationTest, SubtreesAreIntervals) {
  policy_interval whole = organization.unit_interval(root);
  EXPECT_EQ(whole.first, 0u);
  EXPECT_EQ(whole.last, 3u);
  policy_interval of_north = organization.unit_interval(north), of_harbour = organization.unit_interval(harbour);
  EXPECT_EQ(of_north.first + 1, of_harbour.first);
  EXPECT_EQ(of_north.last, of_harbour.last);
  policy_interval of_south = organization.unit_interval(south);
  EXPECT_EQ(of_south.first, of_south.last);
  EXPECT_EQ(of_south.last, 3u);
}

TEST_F(OrganizationTest, RefusesWhatIsNotThere) {
  EXPECT_FALSE(organization.add_unit(POLICY_NONE)) << "a second root";
  EXPECT_FALSE(organization.add_unit(77));
  EXPECT_FALSE(organization.add_user(77));
  EXPECT_FALSE(organization.add_team(77));
  EXPECT_FALSE(organization.join(77, crew));
  EXPECT_FALSE(organization.join(sam, 77));
  EXPECT_FALSE(organization.give_role(user(77), 0, north));
  EXPECT_FALSE(organization.give_role(user(sam), 77, north));
  EXPECT_FALSE(organization.give_role(POLICY_PRINCIPAL(POLICY_UNIT, north), 0, north));
  EXPECT_FALSE(organization.give_role(user(sam), 0, south)) << "another unit's role under classic units";
  policy_subject nobody = organization.resolve(77, pool).view();
  EXPECT_EQ(nobody.user, 0u);
}

TEST_F(OrganizationTest, LevelsBecomeIntervals) {
  ASSERT_TRUE(organization.give_role(user(sam), 2, north));
  Subject subject = organization.resolve(sam, pool);
  policy_subject view = subject.view();
  ASSERT_EQ(view.slot_count, 1u);
  EXPECT_EQ(view.reaches[0].interval_count, 0u) << "the first lies in the reach";
  EXPECT_EQ(view.reaches[0].first, organization.unit_interval(north).first);
  EXPECT_EQ(view.reaches[0].first + view.reaches[0].count - 1, organization.unit_interval(harbour).last);
  EXPECT_EQ(view.reaches[0].own, 1u);
}

TEST_F(OrganizationTest, TeamPrivilegesOnlyAreNotForOwnRows) {
  ASSERT_TRUE(organization.join(sam, crew));
  ASSERT_TRUE(organization.give_role(team(crew), 4, south));
  Subject subject = organization.resolve(sam, pool);
  policy_subject view = subject.view();
  EXPECT_EQ(view.reaches[0].flags, static_cast<uint32_t>(POLICY_REACH_HELD));
  ASSERT_EQ(view.reaches[0].owner_count, 1u);
  EXPECT_EQ(view.lists[view.reaches[0].lists], team(crew));
  EXPECT_EQ(view.reaches[0].own, 0u);
  EXPECT_EQ(view.reaches[0].count, 0u);
  EXPECT_TRUE(subject.holds_privilege(0));
  EXPECT_FALSE(subject.holds_privilege(1));
}

TEST_F(OrganizationTest, UsersWhoHoldTheSameShareAProfile) {
  uint32_t ana = *organization.add_user(north), eva = *organization.add_user(south);
  for (uint32_t same : {sam, ana}) ASSERT_TRUE(organization.give_role(user(same), 2, north));
  ASSERT_TRUE(organization.give_role(user(eva), 2, south));
  Subject of_sam = organization.resolve(sam, pool), of_ana = organization.resolve(ana, pool);
  EXPECT_EQ(of_sam.profile(), of_ana.profile());
  EXPECT_NE(of_sam.profile(), organization.resolve(eva, pool).profile());
  EXPECT_NE(of_sam.view().user, of_ana.view().user);
  ASSERT_TRUE(organization.join(ana, crew));
  EXPECT_NE(of_sam.profile(), organization.resolve(ana, pool).profile());
}

TEST_F(OrganizationTest, AProfileGoesWithTheLastWhoHasIt) {
  for (uint32_t role = 0; role < 3; ++role) {
    for (int i = 0; i < 100; ++i) {
      uint32_t one = *organization.add_user(north);
      uint32_t team_of_one = *organization.add_team(north);
      ASSERT_TRUE(organization.join(one, team_of_one));
      (void)organization.resolve(one, pool);
    }
  }
  EXPECT_LE(pool.size(), 64u);
}

TEST_F(OrganizationTest, UnknownTablesAndRightsDeny) {
  Subject subject = organization.resolve(sam, pool);
  policy_record record{};
  policy_context context{};
  EXPECT_FALSE(check(tables, subject.view(), 77, POLICY_RIGHT_read, record, context));
  EXPECT_FALSE(check(tables, subject.view(), 0, POLICY_RIGHT_COUNT, record, context));
  EXPECT_FALSE(check(tables, subject.view(), 0, POLICY_RIGHT_read, record, context));
  EXPECT_EQ(decide(tables, subject.view(), 77, POLICY_RIGHT_read, record, context).reason, POLICY_REASON_unknown);
  EXPECT_EQ(decide(tables, subject.view(), 0, POLICY_RIGHT_COUNT, record, context).reason, POLICY_REASON_unknown);
  EXPECT_EQ(decide(tables, subject.view(), 0, POLICY_RIGHT_read, record, context).reason, POLICY_REASON_illegal);
  ProgramTables other = small_tables();
  other.slot_count = 9;
  EXPECT_EQ(decide(other, subject.view(), 0, POLICY_RIGHT_read, record, context).reason, POLICY_REASON_unknown)
      << "a subject of another program";
}

TEST(ModernOrganization, RolesOfOtherUnitsReachThose) {
  ProgramTables tables = small_tables(true);
  Organization organization(tables);
  uint32_t root = *organization.add_unit(POLICY_NONE), south = *organization.add_unit(root);
  uint32_t sam = *organization.add_user(root);
  organization.number_units();
  ProfilePool pool(tables);
  ASSERT_TRUE(organization.give_role(POLICY_PRINCIPAL(POLICY_USER, sam), 1, south));
  Subject subject = organization.resolve(sam, pool);
  policy_subject view = subject.view();
  EXPECT_EQ(view.reaches[0].first, organization.unit_interval(south).first);
  EXPECT_EQ(view.reaches[0].count, 1u);
  ASSERT_EQ(view.reaches[0].away_count, 1u);
  const uint32_t* away = view.lists + view.reaches[0].lists + view.reaches[0].owner_count;
  EXPECT_EQ(away[0], organization.unit_interval(south).first);
  EXPECT_EQ(away[1], POLICY_SELF);
}

}  // namespace
}  // namespace policy
