#include <gtest/gtest.h>

#include "compiler/sema/policy_print.h"
#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

std::string text_with(std::string_view condition) {
  return R"(user { region: string grade: integer team_mate: boolean }
context { channel: choice { web, phone } }
table trip owned by user {
  open: boolean seats: integer seats_left: integer length: decimal fee: money title: string
  day: date start: datetime status: choice { open, closed } was: choice { closed, open } other: choice { open, lost }
}
table city owned by organization
relationship visit: trip.city -> city referential
role r { trip: read at user when )" +
         std::string(condition) + " }";
}

// The condition as the policy holds it, or what is wrong with it.
std::string condition(std::string_view text) {
  Checked checked = check_text(text_with(text));
  if (!checked.result.policy) return listed(checked);
  return print(*checked.result.policy, checked.result.policy->conditions[ConditionId{0}]);
}

TEST(Conditions, AreResolvedAndWrittenOut) {
  EXPECT_EQ(condition("record.open"), "record.open == true");
  EXPECT_EQ(condition("not record.open and user.grade >= 3"), "not (record.open == true) and user.grade >= 3");
  EXPECT_EQ(condition("record.status in { open, closed }"), "record.status == open or record.status == closed");
  EXPECT_EQ(condition("(record.open or record.seats < 2) and record.length < 500"),
            "(record.open == true or record.seats < 2) and record.length < 500");
  EXPECT_EQ(condition("record.fee is not null or record.title is null"),
            "not (record.fee is null) or record.title is null");
  EXPECT_EQ(condition("5 < record.seats"), "record.seats > 5");
  EXPECT_EQ(condition("record.fee <= 12.50"), "record.fee <= 12.5");
  EXPECT_EQ(condition("record.title == \"a \\\"b\\\"\""), "record.title == \"a \\\"b\\\"\"");
  EXPECT_EQ(condition("record.day == context.today and record.start < context.now"),
            "record.day == context.today and record.start < context.now");
  EXPECT_EQ(condition("context.channel == web"), "context.channel == web");
  EXPECT_EQ(condition("record.status == record.was"), "record.status == record.was");
  EXPECT_EQ(condition("record.day < 2026-01-31 and record.start >= 2026-01-31T12:00:00Z"),
            "record.day < 2026-01-31 and record.start >= 2026-01-31T12:00:00Z");
}

TEST(Conditions, NamesAreLookedUp) {
  EXPECT_EQ(condition("record.statu == open"), "E6001 `statu` unknown record attribute `statu`\n");
  EXPECT_EQ(condition("user.grad > 1"), "E6001 `grad` unknown user attribute `grad`\n");
  EXPECT_EQ(condition("context.x > 1"), "E6001 `x` unknown context attribute `x`\n");
  EXPECT_EQ(condition("rec.open"), "E6002 `rec` a condition reads `record`, `user` and `context`; found `rec`\n");
  EXPECT_EQ(details(text_with("record.city == north")), "note `city` is a lookup; conditions read attributes\n");
  EXPECT_EQ(condition("record.status == opne"), "E6011 `opne` unknown label `opne` of choice `status`\n");
}

TEST(Conditions, TypesAreExact) {
  EXPECT_EQ(condition("record.seats == record.length"),
            "E6003 `record.seats == record.length` integer `record.seats` compared with decimal `record.length`\n");
  EXPECT_EQ(condition("record.status == record.other"),
            "E6003 `record.status == record.other` choice `record.status` compared with choice `record.other`\n");
  EXPECT_EQ(condition("record.seats == 1.5"), "E6007 `1.5` `1.5` is no integer\n");
  EXPECT_EQ(condition("record.seats == \"1\""), "E6007 `\"1\"` `\"1\"` is no integer\n");
  EXPECT_EQ(condition("record.title == open"), "E6007 `open` `open` is no string\n");
  EXPECT_EQ(condition("record.status == \"open\""), "E6007 `\"open\"` `\"open\"` is no choice\n");
  EXPECT_EQ(condition("record.open == yes"), "E6007 `yes` `yes` is no boolean\n");
  EXPECT_EQ(condition("record.start > 2026-01-31"), "E6007 `2026-01-31` `2026-01-31` is no datetime\n");
  EXPECT_EQ(condition("record.day > 2026-02-30"), "E6007 `2026-02-30` `2026-02-30` is no date\n");
  EXPECT_EQ(condition("record.fee > 0.00001"), "E6007 `0.00001` `0.00001` is no money\n");
}

TEST(Conditions, OrderIsForWhatHasOne) {
  EXPECT_EQ(condition("record.status < closed"), "E6004 `record.status < closed` `<` on choice `record.status`\n");
  EXPECT_EQ(condition("record.title >= user.region"),
            "E6004 `record.title >= user.region` `>=` on string `record.title`\n");
  EXPECT_EQ(condition("record.open > false"), "E6004 `record.open > false` `>` on boolean `record.open`\n");
}

TEST(Conditions, YesOrNoAndNothingElse) {
  EXPECT_EQ(condition("record.seats"), "E6005 `record.seats` integer `record.seats` where a yes or no is expected\n");
  EXPECT_EQ(condition("open"), "E6005 `open` `open` where a yes or no is expected\n");
  EXPECT_EQ(details(text_with("open")), "help an attribute of the row is written `record.open`\n");
  EXPECT_EQ(condition("true"), "E6010 `true` condition reads no attribute; it is always the same\n");
  EXPECT_EQ(condition("1 < 2"), "E6010 `1 < 2` condition reads no attribute; it is always the same\n");
  EXPECT_EQ(condition("1 is null"), "E6010 `1 is null` condition reads no attribute; it is always the same\n");
}

TEST(Conditions, NullIsNotCompared) {
  EXPECT_EQ(condition("record.fee == null"), "E6008 `record.fee == null` comparison with `null`\n");
  EXPECT_EQ(details(text_with("record.fee != null")),
            "note a comparison with null is never true\nhelp `record.fee is not null`\n");
  EXPECT_EQ(condition("record.status in { open, null }"), "E6008 `null` comparison with `null`\n");
}

TEST(Conditions, AllMistakesAtOnce) {
  EXPECT_EQ(condition("record.x and (user.y or not record.seats == a)"),
            "E6001 `x` unknown record attribute `x`\nE6001 `y` unknown user attribute `y`\n"
            "E6007 `a` `a` is no integer\n");
}

TEST(Conditions, AreBounded) {
  std::string members = "1";
  for (int i = 0; i < 4096; ++i) members += ", 1";
  std::string text = condition("record.seats in { " + members + " }");
  EXPECT_EQ(text.substr(0, 5), "E6009");
  EXPECT_NE(text.find("condition of more than 4096 comparisons"), std::string::npos);
}

TEST(Conditions, UnderEveryTableEachTableIsAsked) {
  EXPECT_EQ(problems("table a owned by user { x: integer } table b owned by user "
                     "role r { every table: read at user when record.x > 1 }"),
            "E6001 `x` unknown record attribute `x`\n");
  EXPECT_EQ(problems("user { x: integer } table a owned by user table b owned by user "
                     "role r { every table: read at user when user.x > 1 }"),
            "");
}

}  // namespace
}  // namespace policyc::test
