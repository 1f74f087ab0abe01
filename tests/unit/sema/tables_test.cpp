#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

TEST(Tables, EveryTypeAndOwnershipIsUnderstood) {
  Checked checked = check_text(R"(
user { region: string grade: integer }
context { channel: choice { web, phone } }
table trip "Boat Trip" owned by user {
  a: boolean b: integer c: decimal d: money e: string f: date g: datetime h: choice { open, closed } secured
}
table site owned by business_unit
table city owned by organization
)");
  EXPECT_EQ(listed(checked), "");
  ASSERT_TRUE(checked.result.policy);
  const Policy& policy = *checked.result.policy;
  const Table& trip = policy.tables[find_table(policy, "trip")];
  EXPECT_EQ(trip.title, "Boat Trip");
  ASSERT_EQ(trip.attributes.size(), 8u);
  EXPECT_EQ(trip.attributes[7].type, ValueType::Choice);
  EXPECT_TRUE(trip.attributes[7].secured);
  EXPECT_EQ(policy.choice_labels[trip.attributes[7].choices[1]], "closed");
  EXPECT_EQ(policy.tables[find_table(policy, "site")].ownership, Ownership::BusinessUnit);
  ASSERT_EQ(policy.context_attributes.size(), 3u);
  EXPECT_EQ(policy.context_attributes[0].name, "now");
  EXPECT_EQ(policy.context_attributes[1].name, "today");
  EXPECT_EQ(blank_record(policy, find_table(policy, "trip")).attributes.size(), 8u);
}

TEST(Tables, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(problems("table a owned by team"), "E3001 `team` unknown ownership `team`\n");
  EXPECT_EQ(problems("table a owned by user { x: number }"), "E3006 `number` unknown type `number`\n");
  EXPECT_EQ(problems("table a owned by user { x: choice { } }"), "E3007 `x` choice `x` has no labels\n");
  EXPECT_EQ(problems("table a owned by user { x: choice { on, on } }"), "E2002 `on` label `on` is declared twice\n");
  EXPECT_EQ(problems("table a owned by user { x: date x: date }"), "E2002 `x` attribute `x` is declared twice\n");
  EXPECT_EQ(problems("table a owned by user table a owned by user"), "E2002 `a` table `a` is declared twice\n");
  EXPECT_EQ(problems("context { now: date }"),
            "E3008 `now` context attribute `now` has a name that the language gives\n");
  EXPECT_EQ(problems("user { x: date secured }"),
            "E3009 `x: date secured` attribute `x` of users is secured; security is for a table's columns\n");
  EXPECT_EQ(problems("privilege go privilege go"), "E2002 `go` privilege `go` is declared twice\n");
}

TEST(Tables, AWrongTableIsNotSaidToBeUnknownElsewhere) {
  EXPECT_EQ(problems("table a owned by nobody role r { a: share at user read at business_unit }"),
            "E3001 `nobody` unknown ownership `nobody`\n");
  EXPECT_EQ(problems("table a owned by user { x: number } role r { a: read at user when record.x > 1 }"),
            "E3006 `number` unknown type `number`\n");
}

TEST(Tables, SecuredColumnsAreBounded) {
  auto table = [](size_t count) {
    std::string text = "table t owned by user {";
    for (size_t i = 0; i < count; ++i) text += " c" + std::to_string(i) + ": date secured";
    return text + " }";
  };
  EXPECT_EQ(problems(table(64)), "");
  EXPECT_EQ(problems(table(65)), "E3010 `t` table `t` has more than 64 secured columns\n");
}

TEST(Tables, RightsAndLevelsOfEachOwnership) {
  EXPECT_TRUE(has(rights_of(Ownership::User, RuleBook::Dataverse), Right::Share));
  EXPECT_TRUE(has(rights_of(Ownership::BusinessUnit, RuleBook::Guide), Right::Assign));
  EXPECT_FALSE(has(rights_of(Ownership::BusinessUnit, RuleBook::Dataverse), Right::Share));
  EXPECT_FALSE(has(rights_of(Ownership::Organization, RuleBook::Guide), Right::Assign));
  EXPECT_EQ(levels_of(Ownership::User, Right::Read), 0b11111);
  EXPECT_EQ(levels_of(Ownership::BusinessUnit, Right::Read), 0b11101);
  EXPECT_EQ(levels_of(Ownership::Organization, Right::Read), 0b10001);
  EXPECT_EQ(levels_of(Ownership::Organization, Right::Share), 0b00001);
}

}  // namespace
}  // namespace policyc::test
