#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

constexpr std::string_view kTables = R"(
privilege go
table trip owned by user { open: boolean }
table site owned by business_unit
table city owned by organization
)";

std::string role_problems(std::string_view text, std::string_view rule_book = "guide") {
  return problems(std::string(kTables) + std::string(text), rule_book);
}

// "create trip at user" for each grant that a role holds, in order.
std::string held(std::string_view text, std::string_view role) {
  Checked checked = check_text(std::string(kTables) + std::string(text));
  if (!checked.result.policy) return listed(checked);
  const Policy& policy = *checked.result.policy;
  std::string result;
  for (GrantId id : policy.roles[find_role(policy, role)].grants) {
    const Grant& grant = policy.grants[id];
    result += std::string(word(grant.right)) + " " + policy.tables[grant.table].name + " at " +
              std::string(word(grant.level)) + (grant.condition ? " when" : "") + "\n";
  }
  return result;
}

TEST(Roles, AGrantIsOneRightOnOneTable) {
  EXPECT_EQ(held("role r { trip: create, write at user read at organization when record.open }", "r"),
            "create trip at user\nwrite trip at user\nread trip at organization when\n");
}

TEST(Roles, AllIsWhatTheTableTakes) {
  EXPECT_EQ(held("role r { city: all at organization }", "r"),
            "create city at organization\nread city at organization\ndelete city at organization\n"
            "write city at organization\nappend city at organization\nappend_to city at organization\n");
}

TEST(Roles, EveryTableTakesWhatItCan) {
  EXPECT_EQ(held("role r { every table: read, share at user }", "r"), "read trip at user\nshare trip at user\n");
  EXPECT_EQ(held("role r { every table: share at parent_child }", "r"),
            "share trip at parent_child\nshare site at parent_child\n");
  EXPECT_EQ(held("role r { every table: read at organization }", "r"),
            "read trip at organization\nread site at organization\nread city at organization\n");
}

TEST(Roles, IncludedRolesAreHeldToo) {
  EXPECT_EQ(held("role a includes b, c { trip: read at user } role b includes c { trip: write at user } "
                 "role c { trip: delete at user }",
                 "a"),
            "read trip at user\nwrite trip at user\ndelete trip at user\n");
  Checked checked = check_text("privilege p privilege q role a includes b { privilege p } role b { every privilege }");
  ASSERT_TRUE(checked.result.policy);
  EXPECT_EQ(checked.result.policy->roles[RoleId{0}].privileges.size(), 2u);
}

TEST(Roles, LevelsThatATableCannotTake) {
  EXPECT_EQ(role_problems("role r { city: read, write at business_unit }"),
            "E3003 `business_unit` level `business_unit` on organization-owned table `city`\n");
  EXPECT_EQ(details(std::string(kTables) + "role r { city: all at user }"),
            "label `city` `city` has no owning business unit\n"
            "note an organization-owned table takes `none` or `organization`\n");
  EXPECT_EQ(role_problems("role r { site: read at user }"),
            "E3003 `user` level `user` on business_unit-owned table `site`\n");
  EXPECT_EQ(role_problems("role r { site: read at parent_child }"), "");
}

TEST(Roles, RightsThatATableCannotTake) {
  EXPECT_EQ(role_problems("role r { city: share at organization }"),
            "E3005 `share` right `share` on organization-owned table `city`\n");
  EXPECT_EQ(role_problems("role r { site: assign at organization }"), "");
  EXPECT_EQ(role_problems("role r { site: assign at organization }", "dataverse"),
            "E3005 `assign` right `assign` on business_unit-owned table `site`\n");
}

TEST(Roles, UnknownWords) {
  EXPECT_EQ(role_problems("role r includes s { trp: raed at usr privilege gone }"),
            "E2001 `s` unknown role `s`\nE2001 `trp` unknown table `trp`\nE3004 `raed` unknown right `raed`\n"
            "E3002 `usr` unknown level `usr`\nE2001 `gone` unknown privilege `gone`\n");
  EXPECT_NE(details(std::string(kTables) + "role r { trip: update at user }").find("help the right is called `write`"),
            std::string::npos);
}

TEST(Roles, RingsAreReportedOnce) {
  EXPECT_EQ(role_problems("role a includes a { }"), "E7001 `a` role `a` includes itself\n");
  EXPECT_EQ(role_problems("role a includes b { } role b includes c { } role c includes a { }"),
            "E7001 `a` role `a` includes itself\n");
  EXPECT_EQ(details("role a includes b { } role b includes a { }"), "label `b` `a` includes `b`\n");
  EXPECT_EQ(role_problems("role a includes b, b { } role b { }"), "E2007 `b` included role `b` is written twice\n");
}

TEST(Roles, CreateHasNoStoredRowToRead) {
  EXPECT_EQ(role_problems("role r { trip: create at user when record.open }"),
            "E6006 `record.open` condition of `create` reads the stored record\n");
  EXPECT_EQ(role_problems("role r { trip: all at user when not (record.open) }"),
            "E6006 `record.open` condition of `create` reads the stored record\n");
  EXPECT_EQ(role_problems("role r { trip: create at user when context.today > 2020-01-01 }"), "");
}

TEST(CoveredGrants, AWiderLevelCovers) {
  EXPECT_EQ(role_problems("role r { trip: read at user write at user read at organization }"),
            "W7002 `read` grant of `read` on `trip` gives nothing new\n");
  EXPECT_EQ(role_problems("role r { trip: read at user when record.open read at user }"),
            "W7002 `read` grant of `read` on `trip` gives nothing new\n");
  EXPECT_EQ(role_problems("role r { trip: read at user read at organization when record.open }"), "");
  EXPECT_EQ(role_problems("role r includes s { trip: read at user } role s { trip: read at user }"),
            "W7002 `read` grant of `read` on `trip` gives nothing new\n");
  EXPECT_EQ(
      role_problems("role r { every table: all at organization } role s includes r { city: all at organization }"),
      "W7002 `all` grant of `all` on `city` gives nothing new\n");
  EXPECT_EQ(role_problems("role r { every table: read at user trip: read at organization site: read at organization }"),
            "W7002 `read` grant of `read` on every table gives nothing new\n");
}

TEST(CoveredGrants, WithModernUnitsAWiderLevelNeedNotReachOnesOwnRows) {
  constexpr std::string_view kModern = "organization { business_units: modern } ";
  EXPECT_EQ(role_problems(std::string(kModern) + "role r { trip: read at user read at parent_child }"), "");
  EXPECT_EQ(role_problems(std::string(kModern) + "role r { trip: read at user read at organization }"),
            "W7002 `read` grant of `read` on `trip` gives nothing new\n");
}

TEST(CoveredGrants, TheFixLeavesSoundText) {
  auto fix = [](std::string_view text) {
    std::string all = details(std::string(kTables) + std::string(text));
    size_t place = all.find("fix ");
    return place == std::string::npos ? all : all.substr(place);
  };
  EXPECT_EQ(fix("role r { trip: read, write at user read at organization }"),
            "fix `read, write` -> `write` keep `write`\n");
  EXPECT_EQ(fix("role r { trip: read at user read at organization }"), "fix `read at user` -> `` remove the grant\n");
  EXPECT_EQ(fix("role r { every table: read at organization trip: read at user }"),
            "fix `trip: read at user` -> `` remove the line\n");
}

TEST(Roles, TooManyGrantsAreRefused) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "table t" + std::to_string(i) + " owned by user\n";
  std::string role = "role r {\n";
  for (int i = 0; i < 1060; ++i) role += "every table: all at user\n";
  EXPECT_EQ(problems(text + role + "}"), "E7005 `r` grants of role `r` bring its number above 4194304\n");
}

}  // namespace
}  // namespace policyc::test
