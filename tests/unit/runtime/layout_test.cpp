// The layouts that compiled code has in its instructions: a change here breaks every image ever built.
#include "policy/layout.h"

#include <gtest/gtest.h>

#include <cstddef>

TEST(Layout, Sizes) {
  EXPECT_EQ(sizeof(policy_reach), 32u);
  EXPECT_EQ(sizeof(policy_subject), 64u);
  EXPECT_EQ(sizeof(policy_report), 8u);
  EXPECT_EQ(sizeof(policy_record), 16u);
  EXPECT_EQ(sizeof(policy_share), 8u);
  EXPECT_EQ(sizeof(policy_share_list), 8u);
  EXPECT_EQ(sizeof(policy_context), 16u);
  EXPECT_EQ(sizeof(policy_string), 16u);
  EXPECT_EQ(sizeof(policy_decision), 16u);
}

TEST(Layout, OffsetsThatTheQuestionsUse) {
  EXPECT_EQ(offsetof(policy_reach, first), 0u);
  EXPECT_EQ(offsetof(policy_reach, count), 4u);
  EXPECT_EQ(offsetof(policy_reach, own), 8u);
  EXPECT_EQ(offsetof(policy_reach, flags), 12u);
  EXPECT_EQ(offsetof(policy_reach, lists), 16u);
  EXPECT_EQ(offsetof(policy_reach, interval_count), 20u);
  EXPECT_EQ(offsetof(policy_reach, owner_count), 24u);
  EXPECT_EQ(offsetof(policy_reach, away_count), 28u);
  EXPECT_EQ(offsetof(policy_subject, user), 4u);
  EXPECT_EQ(offsetof(policy_subject, unit_index), 8u);
  EXPECT_EQ(offsetof(policy_subject, team_count), 16u);
  EXPECT_EQ(offsetof(policy_subject, report_count), 20u);
  EXPECT_EQ(offsetof(policy_subject, reaches), 24u);
  EXPECT_EQ(offsetof(policy_subject, lists), 32u);
  EXPECT_EQ(offsetof(policy_subject, attributes), 40u);
  EXPECT_EQ(offsetof(policy_subject, reports), 48u);
  EXPECT_EQ(offsetof(policy_report, principal), 0u);
  EXPECT_EQ(offsetof(policy_report, rights), 4u);
  EXPECT_EQ(offsetof(policy_record, owning_unit), 4u);
  EXPECT_EQ(offsetof(policy_record, shares), 8u);
  EXPECT_EQ(offsetof(policy_share_list, count), 0u);
  EXPECT_EQ(offsetof(policy_share, rights), 4u);
  EXPECT_EQ(offsetof(policy_share, inherited), 6u);
  EXPECT_EQ(offsetof(policy_context, attributes), 8u);
}

TEST(Layout, ValuesThatTheQuestionsUse) {
  EXPECT_EQ(POLICY_REACH_HELD, 1);
  EXPECT_EQ(POLICY_REACH_SHARE_USER, 2);
  EXPECT_EQ(POLICY_REACH_SHARE_UNIT, 4);
  EXPECT_EQ(POLICY_REACH_UNIT_LEVEL, 8);
  EXPECT_EQ(POLICY_AWAY, 1u);
  EXPECT_EQ(POLICY_SELF, 0xffffffffu);
  EXPECT_EQ(POLICY_PRINCIPAL(POLICY_TEAM, 0), 1073741824u);
  EXPECT_EQ(POLICY_PRINCIPAL(POLICY_UNIT, 0), 1610612736u);
  EXPECT_EQ(POLICY_PRINCIPAL_SHIFT, 29);
  EXPECT_EQ(POLICY_PRINCIPAL_KIND(POLICY_PRINCIPAL(POLICY_USER, POLICY_PRINCIPAL_LIMIT - 1)), POLICY_USER);
}

TEST(Layout, ZeroedMemoryDenies) {
  EXPECT_EQ(POLICY_DENY, 0);
  EXPECT_EQ(POLICY_NOBODY, 0);
  EXPECT_EQ(POLICY_LEVEL_none, 0);
  EXPECT_EQ(POLICY_REASON_none, 0);
}

TEST(Layout, ReadLiesBetweenCreateAndDelete) {
  EXPECT_EQ(POLICY_RIGHT_create + 1, POLICY_RIGHT_read);
  EXPECT_EQ(POLICY_RIGHT_read + 1, POLICY_RIGHT_delete);
}

TEST(Layout, ReadLiesBeforeWhatHierarchyOpens) {
  EXPECT_LT(POLICY_RIGHT_read, POLICY_RIGHT_write);
  EXPECT_LT(POLICY_RIGHT_read, POLICY_RIGHT_append);
  EXPECT_LT(POLICY_RIGHT_read, POLICY_RIGHT_append_to);
}
