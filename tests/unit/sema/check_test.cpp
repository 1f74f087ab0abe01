#include "compiler/sema/check.h"

#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

TEST(Check, DeclarationsOfAllFilesCount) {
  Checked checked = check_files({
      "policy base follows guide settings { delete_needs_read: false } table trip owned by user "
      "scenario \"its own\" { unit u }",
      "policy club follows guide use base role skipper { trip: read at user }",
  });
  EXPECT_EQ(listed(checked),
            "W2011 `settings { delete_needs_read: false }` `settings { }` of a used file does not count\n");
  ASSERT_TRUE(checked.result.policy);
  EXPECT_EQ(checked.result.policy->name, "club");
  EXPECT_EQ(checked.result.policy->grants.size(), 1u);
  EXPECT_TRUE(checked.result.policy->scenarios.empty());
  EXPECT_TRUE(checked.result.policy->settings.is(Switch::delete_needs_read)) << "a module's settings are its own";
}

TEST(Check, FilesFollowOneRuleBook) {
  EXPECT_EQ(listed(check_files({"policy base follows dataverse", "policy club follows guide use base"})),
            "E2008 `dataverse` `base` follows dataverse, this policy follows guide\n");
  EXPECT_EQ(problems("", "guides"), "E2003 `guides` unknown rule book `guides`\n");
}

TEST(Check, ANameInTwoFilesIsDeclaredTwice) {
  EXPECT_EQ(listed(check_files(
                {"policy a follows guide table t owned by user", "policy b follows guide table t owned by user"})),
            "E2002 `t` table `t` is declared twice\n");
}

TEST(Check, AllMistakesInOneRun) {
  EXPECT_EQ(problems(R"(table trip owned by usr
role skipper includes mate { trp: read at user }
flow f on creat of trip { owner a trigger via b s: create trip via c })"),
            "E3001 `usr` unknown ownership `usr`\n"
            "E2001 `mate` unknown role `mate`\n"
            "E2001 `trp` unknown table `trp`\n"
            "E5005 `creat` unknown event `creat`\n");
}

TEST(Check, WarningsLeaveThePolicy) {
  Checked checked = check_text("table t owned by user role r { t: read at none }");
  EXPECT_EQ(listed(checked), "W7006 `none` level `none` grants nothing\n");
  EXPECT_TRUE(checked.result.policy);
}

TEST(Check, NothingIsSaidToBeMissingInADamagedFile) {
  std::string text = problems("relationship r: a.b -> { } flow f on create of t { owner }");
  for (std::string_view code : {"E4008", "E5006"}) EXPECT_EQ(text.find(code), std::string::npos) << text;
}

TEST(Check, ADamagedFileGivesNoPolicy) {
  Checked checked = check_text("table a owned by user role r { : read at user }");
  EXPECT_TRUE(checked.parsed[0].diagnostics.has_errors());
  EXPECT_FALSE(checked.result.policy);
}

TEST(Check, AnEmptyListGivesNothing) { EXPECT_FALSE(check({}).policy); }

}  // namespace
}  // namespace policyc::test
