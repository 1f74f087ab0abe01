// The printer: canonical text, and that it reads back the same.
#include "compiler/syntax/printer.h"

#include <gtest/gtest.h>

#include "tests/unit/syntax/syntax_support.h"

namespace policyc {
namespace {

std::string printed_again(const std::string& text) {
  Parsed parsed(text);
  EXPECT_EQ(parsed.short_form, "") << text;
  return print(parsed.ast());
}

// Each is canonical text: it prints as it stands.
const char* const kCanonical[] = {
    "use std.ownership\nuse a.b.c\n",
    "organization {\n  business_units: modern\n  hierarchy:      manager { depth: 3 }\n}\n",
    "settings {\n  delete_needs_read: false\n  assign_needs:      assign, write\n}\n",
    "settings {}\n",
    "user {\n  region: string\n  grade:  integer\n}\n",
    "context {\n  channel: choice { web, phone }\n}\n",
    "privilege export \"Export to \\\"Excel\\\"\"\nprivilege go_offline\n",
    "table city owned by organization\ntable log \"Log\" owned by user\n",
    "table t owned by business_unit {\n  status: choice { open, closed } secured\n  `at`:   money\n}\n",
    "relationship a: b.c -> d parental\nrelationship e: b <-> d\n",
    "relationship a: b.c -> d {\n  assign: user_owned\n  share:  none\n}\n",
    "role r {}\n",
    "role r \"R\" team_privileges_only includes a, `when` {\n"
    "  t:           create, write at user\n"
    "               read          at business_unit when record.a == 1\n"
    "  every table: read at organization\n"
    "  privilege a, b\n"
    "  every privilege\n"
    "}\n",
    "column_profile p \"P\" {\n  t.fee:        read, update\n  every column: read_one_unmasked\n}\n",
    "flow f \"F\" on create, update of t {\n"
    "  owner soul\n"
    "  trigger via roohi run as record_owner\n"
    "  a:    create log as invoker\n"
    "  bill: create invoice via roohi\n"
    "  c:    update t elevated\n"
    "}\n",
    "plugin p \"P\" on update of t {\n"
    "  run as sam\n"
    "  a:          create log as invoker elevated\n"
    "  `elevated`: write t as system\n"
    "}\n",
    "scenario \"facts\" {\n"
    "  unit club { unit north: skipper and clerk { unit harbour }  unit south }\n"
    "  user sam in north: skipper and clerk from harbour { region: \"west\" grade: 3 }\n"
    "  disabled user kim in north\n"
    "  disabled read user bob in north\n"
    "  administrative user adi in north: clerk\n"
    "  `user` user eva in north\n"
    "  team crew in south: skipper { sam, ana }\n"
    "  access team watchers in north { sam }\n"
    "  roohi manages sam, ana\n"
    "  `position` manages roohi\n"
    "  position captain held by roohi { position mate held by sam, ana  position boy }\n"
    "  profile treasurer for sam, crew\n"
    "  inactive record q1: quote owned by sam\n"
    "  record t1: boat owned by sam in north { status: closed due: 2026-01-31 none: null }\n"
    "  record c1: city\n"
    "  share t1 with organization for read, write\n"
    "  share t1 with ana for read inherited\n"
    "  share t1.fee with sam for read, update\n"
    "  associate t1 with oslo through visited\n"
    "  context { now: 2026-01-31T12:00:00Z }\n"
    "}\n",
    "scenario \"expectations\" {\n"
    "  sam can read, write t1\n"
    "  sam cannot delete t1 because level by skipper\n"
    "  sam can create boat owned by crew in south { status: open } because role_level\n"
    "  sam cannot share t1 with roohi for delete because level\n"
    "  sam can assign t1 to ana\n"
    "  sam has export\n"
    "  sam lacks go_offline\n"
    "  who can read t1: sam, ana\n"
    "  who can read t2: nobody\n"
    "  sam can list boat for read: t1, t2\n"
    "  sam can list boat for read: nothing\n"
    "  audit.write_log runs as sam\n"
    "  audit.write_log runs as nobody\n"
    "  audit.write_log runs as `nobody`\n"
    "  audit.write_log may run\n"
    "  audit.write_log may not run because no_privilege\n"
    "  sam cannot read t1.fee because column\n"
    "  sam may assign t1 to ana\n"
    "  sam may not delete t1 because restrict\n"
    "  bot on behalf of ana may update t1 { fee: 3 } because owner by skipper\n"
    "  sam may create boat owned by ana in south { fee: 3 trip: t1 }\n"
    "  sam may not share t1 with ana for read, write\n"
    "  kim may not sign in because disabled\n"
    "}\n",
    "scenario \"events\" {\n"
    "  user sam in north\n"
    "\n"
    "  when sam is given skipper from south, sam loses clerk, sam joins crew, sam leaves crew, sam moves to south\n"
    "    sam can read t1\n"
    "  when sam shares t1 with ana for read, write, sam revokes t1 from ana, sam assigns t1 to ana, sam updates t1,\n"
    "       sam creates t3: boat owned by ana in south { status: open }, sam deletes t1\n"
    "  when ana shares t1.fee with sam for read, ana revokes t1.fee from sam, sam links e1.trip to t1, sam unlinks\n"
    "       e1.trip, sam associates t1 with oslo through visited, sam merges t1 into t2, roohi moves t1 to south,\n"
    "       bot on behalf of ana updates t1 { trip: null }, sam `joins` t1, roohi moves `to` to south\n"
    "}\n",
};

TEST(Printer, CanonicalTextPrintsAsItStands) {
  for (const char* body : kCanonical) {
    std::string text = std::string(kHeader) + "\n" + body;
    EXPECT_EQ(printed_again(text), text);
  }
}

const char* const kConditions[] = {
    "record.a",
    "not record.a",
    "record.a == 1 and record.b != x or record.c < 2026-01-31",
    "(record.a <= 1 or record.b > -1.5) and record.c >= 2",
    "not (record.a and record.b)",
    "not not record.a",
    "(record.a and record.b) and record.c",
    "record.a is null or record.b is not null",
    "record.a in { open, \"b c\", `null` }",
    "user.region == record.region and context.`when` == `in`",
};

TEST(Printer, ConditionsKeepTheirGrouping) {
  for (std::string condition : kConditions) {
    Parsed parsed = parse_body("role r {\n  t: read at user when " + condition + "\n}\n");
    ASSERT_EQ(parsed.short_form, "") << condition;
    const auto& role = std::get<ast::Role>(parsed.ast().declarations.at(0).value);
    EXPECT_EQ(print(*role.tables.at(0).grants.at(0).condition), condition);
  }
}

TEST(Printer, LongListsAreWrapped) {
  std::string names;
  for (int i = 0; i < 60; ++i) names += (i == 0 ? "" : ", ") + ("name_" + std::to_string(i));
  std::string text =
      printed_again(std::string(kHeader) + "role r includes " + names + " { t: " + names + " at user privilege " +
                    names + " }\ntable t owned by user { c: choice { " + names + " } }\n");
  EXPECT_EQ(printed_again(text), text);
  for (size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1) {
    EXPECT_LE(text.find('\n', begin) - begin, 115u) << text.substr(begin, 80);
  }
}

TEST(Printer, CommentsBecomeLines) {
  ast::Ast ast;
  ast.comment = {"first\nsecond", ""};
  ast.header = ast::Header{{"a", {}}, {"guide", {}}, {}};
  ast.declarations.push_back({ast::Use{{{"b", {}}}, {}}, {"why"}});
  EXPECT_EQ(print(ast), "// first\n// second\n//\npolicy a follows guide\n\n// why\nuse b\n");
}

TEST(Printer, NamesThatAreNotPlainAreQuoted) {
  ast::Ast ast;
  ast.header = ast::Header{{"a-b", {}}, {"guide", {}}, {}};
  ast.declarations.push_back({ast::Table{{"in", {}}, "", {"user", {}}, {}, {}}, {}});
  EXPECT_EQ(print(ast), "policy `a-b` follows guide\n\ntable `in` owned by user\n");
}

}  // namespace
}  // namespace policyc
