// Mistakes: what is said, where, and that reading goes on behind each.
#include <gtest/gtest.h>

#include "tests/unit/syntax/syntax_support.h"

namespace policyc {
namespace {

struct Case {
  const char* body;  // starts in line 2
  const char* expected;
};

void expect_all(std::initializer_list<Case> cases) {
  for (const Case& each : cases) EXPECT_EQ(parse_body(each.body).short_form, each.expected) << each.body;
}

TEST(SyntaxErrors, Headers) {
  const char* note = "note: the rule book that a policy follows decides what the platform leaves open\n";
  std::string missing = "error[E1009]: file does not start with `policy NAME follows guide` or `follows dataverse`\n";
  EXPECT_EQ(Parsed("").short_form, "p:1:1: " + missing + "p:1:1: " + note);
  EXPECT_EQ(Parsed("// x\ntable t owned by user\n").short_form, "p:2:1: " + missing + "p:2:1: " + note);
  EXPECT_EQ(Parsed("policy a\n").short_form,
            "p:1:9: error[E1004]: expected `follows` after `a`, found the end of the file\n");
  EXPECT_EQ(Parsed("policy a follows\nuse b\n").short_form,
            "p:1:17: error[E1004]: expected `guide` or `dataverse` after `follows`, found `use`\n");
  EXPECT_EQ(parse_body("policy b follows guide\n").short_form,
            "p:2:1: error[E1011]: expected a declaration, found `policy`\n"
            "p:2:1: note: the header of a policy stands at its start, once\n");
}

TEST(SyntaxErrors, Characters) {
  expect_all({
      {"table t owned by user %%% \n", "p:2:23: error[E1005]: unexpected character `%`\n"},
      {"table t \xc2\xa0owned by user\n", "p:2:9: error[E1005]: unexpected character U+00A0\n"},
      {"table t \xe2\x82\xac owned by user\n", "p:2:9: error[E1005]: unexpected character `\xe2\x82\xac`\n"},
      {"// \xff \xfe\n", "p:2:4: error[E1002]: byte 0xff is not UTF-8 text\n"},
      {"/* open\n", "p:2:1: error[E1007]: comment without its closing `*/`\n"},
      {"privilege p \"open\nprivilege q\n", "p:2:13: error[E1006]: string without its closing quote\n"},
      {"privilege p \"a\\qb\"\n",
       "p:2:15: error[E1010]: unknown escape `\\q` in a string\n"
       "p:2:15: note: escapes are `\\\"`, `\\\\`, `\\n` and `\\t`\n"},
      {"role r { t: read at user when record.a = 1 }\n",
       "p:2:40: error[E1005]: unexpected character `=`\np:2:40: help: `==` compares\n"},
  });
}

TEST(SyntaxErrors, Declarations) {
  expect_all({
      {"tabel t owned by user\n",
       "p:2:1: error[E1011]: expected a declaration, found `tabel`\np:2:1: help: did you mean `table`?\n"},
      {"}\ntable t owned by user\n", "p:2:1: error[E1011]: expected a declaration, found `}`\n"},
      {"use std.\ntable t owned by user\n",
       "p:2:9: error[E1004]: expected the rest of the path after `.`, found `table`\n"},
      {"table owned by user\n", "p:2:7: error[E1004]: expected the table's name after `table`, found `owned`\n"},
      {"table t owned user\n", "p:2:15: error[E1004]: expected `by` after `owned`, found `user`\n"},
      {"table t owned by\nrole r {}\n",
       "p:2:17: error[E1004]: expected `user`, `business_unit` or `organization` after `by`, found `role`\n"},
      {"table t owned by user { a b }\n", "p:2:27: error[E1004]: expected `:` after `a`, found `b`\n"},
      {"table t owned by user { c: choice { a b } secured }\n",
       "p:2:39: error[E1004]: expected `,` or `}` after `a`, found `b`\n"},
      {"relationship r: a.b -> c\ntable t owned by user\n",
       "p:2:25: error[E1004]: expected `parental`, `referential`, `restrict_delete` or `{` after `c`, found `table`\n"},
      {"organization { business_units modern }\n",
       "p:2:31: error[E1004]: expected `:` after `business_units`, found `modern`\n"},
      {"settings { a: }\n", "p:2:15: error[E1004]: expected a value after `:`, found `}`\n"},
      {"flow f on of x {}\n", "p:2:11: error[E1004]: expected `create`, `update` or `delete` after `on`, found `of`\n"},
      {"plugin p on create of x {\n  run sam\n}\n",
       "p:3:7: error[E1004]: expected `as` or `:` after `run`, found `sam`\n"},
      {"flow f on create of x {\n  trigger via a run as b\n  run as c\n}\n",
       "p:4:3: error[E2007]: `run as` is written twice\n"},
      {"flow f on create of x {\n  owner a\n  owner b\n}\n", "p:4:3: error[E2007]: `owner` is written twice\n"},
  });
}

TEST(SyntaxErrors, Roles) {
  expect_all({
      {"role r incldes a {}\n",
       "p:2:8: error[E1004]: expected a text in quotes, `includes`, `team_privileges_only` or `{` after `r`, found "
       "`incldes`\np:2:8: help: did you mean `includes`?\n"},
      {"role r {\n  t: read at\n  u: read at user\n}\n",
       "p:3:13: error[E1004]: expected an access level after `at`, found `u`\n"},
      {"role r {\n  t: read at }\n", "p:3:14: error[E1004]: expected an access level after `at`, found `}`\n"},
      {"role r {\n  t: read, at user\n}\n", "p:3:12: error[E1004]: expected a right after `,`, found `at`\n"},
      {"role r {\n  t: read write at user\n}\n",
       "p:3:11: error[E1004]: expected `at` or `,` after `read`, found `write`\n"},
      {"role r {\n  t read at user\n}\n", "p:3:5: error[E1004]: expected `:` after `t`, found `read`\n"},
      {"role r {\n  : foo\n  t: read at user\n}\n",
       "p:3:3: error[E1004]: expected a table and its rights or `}`, found `:`\n"},
      {"role r {\n  t: read at user when record fee == 5\n}\n",
       "p:3:31: error[E1004]: expected `.` after `record`, found `fee`\n"},
      {"role r {\n  t: read at user when record.a is nul\n}\n",
       "p:3:36: error[E1004]: expected `not` or `null` after `is`, found `nul`\np:3:36: help: did you mean `null`?\n"},
      {"role r {\n  t: read at user when (record.a == 1\n}\n",
       "p:3:38: error[E1004]: expected `and`, `or` or `)` after `1`, found `}`\n"},
      {"role r {\n  t: read at user when record.a ==\n  u: read at user\n}\n",
       "p:3:35: error[E1004]: expected a value after `==`, found `u`\n"},
      {"role r {\n  t: read at user\n",
       "p:3:18: error[E1004]: expected a table and its rights or `}`, found the end of the file\n"
       "p:2:8: note: opened here\n"},
      {"role r {\n  t: read at user\nrole s {}\n",
       "p:3:18: error[E1004]: expected a table and its rights or `}`, found `role`\np:2:8: note: opened here\n"},
  });
}

TEST(SyntaxErrors, Scenarios) {
  auto in_scenario = [](std::string line) { return parse_body("scenario \"s\" {\n" + line + "\n  unit u\n}\n"); };
  const Case cases[] = {
      {"user sam", "p:3:9: error[E1004]: expected `in` after `sam`, found `unit`\n"},
      {"user sam in", "p:3:12: error[E1004]: expected a unit after `in`, found `unit`\n"},
      {"record t1 city", "p:3:11: error[E1004]: expected `:` after `t1`, found `city`\n"},
      {"sam can read t1 becase level",
       "p:3:17: error[E1004]: expected a fact or an expectation, or `}`, found `becase`\n"
       "p:3:17: help: did you mean `because`?\n"},
      {"sam can read t1 because", "p:3:24: error[E1004]: expected a reason after `because`, found `unit`\n"},
      {"who can read t1 sam", "p:3:17: error[E1004]: expected `:` after `t1`, found `sam`\n"},
      {"sam can list city for read t1", "p:3:28: error[E1004]: expected `:` after `read`, found `t1`\n"},
      {"a.b runs sam", "p:3:10: error[E1004]: expected `as` after `runs`, found `sam`\n"},
      {"when sam, ana loses x",
       "p:3:9: error[E1004]: expected `is given`, `loses`, `shares` or another event after `sam`, found `,`\n"},
      {"when sam assigns t1 to",
       "p:3:23: error[E1004]: expected a user, a team, a unit or a record after `to`, found `unit`\n"},
      {"when sam assigns", "p:3:17: error[E1004]: expected what it is done to after `assigns`, found `unit`\n"},
      {"when bot on behalf ana updates t1", "p:3:20: error[E1004]: expected `of` after `behalf`, found `ana`\n"},
      {"bot on behalf of ana updates t1", "p:3:22: error[E1004]: expected `may` after `ana`, found `updates`\n"},
      {"sam may not because x", "p:3:13: error[E1004]: expected an operation after `not`, found `because`\n"},
      {"sam may sign", "p:3:13: error[E1004]: expected what it is done to after `sign`, found `unit`\n"},
      {"sam may assign t1 becase restrict",
       "p:3:19: error[E1004]: expected a fact or an expectation, or `}`, found `becase`\n"
       "p:3:19: help: did you mean `because`?\n"},
      {"a.b may rn",
       "p:3:9: error[E1004]: expected `not` or `run` after `may`, found `rn`\np:3:9: help: did you mean `run`?\n"},
      {"roohi manages", "p:3:14: error[E1004]: expected a user after `manages`, found `unit`\n"},
      {"roohi mangaes sam",
       "p:3:7: error[E1004]: expected `can`, `cannot`, `has`, `lacks`, `manages` or `may` after `roohi`, found "
       "`mangaes`\np:3:7: help: did you mean `manages`?\n"},
      {"position p held sam", "p:3:17: error[E1004]: expected `by` after `held`, found `sam`\n"},
      {"profile p sam", "p:3:11: error[E1004]: expected `for` after `p`, found `sam`\n"},
      {"share t1.fee with sam for", "p:3:26: error[E1004]: expected a right after `for`, found `unit`\n"},
      {"associate t1 with oslo", "p:3:23: error[E1004]: expected `through` after `oslo`, found `unit`\n"},
      {"acess tem w in u",
       "p:3:7: error[E1004]: expected `can`, `cannot`, `has`, `lacks`, `manages` or `may` after `acess`, found "
       "`tem`\np:3:7: help: did you mean `team`?\n"},
      {"share t1 with for read", "p:3:15: error[E1004]: expected a user, a team or a unit after `with`, found `for`\n"},
      {"\"foo\"", "p:3:1: error[E1004]: expected a fact or an expectation, or `}`, found `\"foo\"`\n"},
  };
  for (const Case& each : cases) {
    Parsed parsed = in_scenario(each.body);
    EXPECT_EQ(parsed.short_form, each.expected) << each.body;
    const auto& scenario = std::get<ast::Scenario>(parsed.ast().declarations.at(0).value);
    EXPECT_TRUE(!scenario.statements.empty() && std::holds_alternative<ast::UnitFact>(scenario.statements.back()))
        << "the statement behind was not read: " << each.body;
  }
}

TEST(SyntaxErrors, AllMistakesOfAFileOnceEach) {
  Parsed parsed = parse_body(
      "table a owned\n"
      "role r {\n"
      "  t: read at\n"
      "  u: write user\n"
      "  every tables: read at user\n"
      "}\n"
      "flow f on create of t {\n"
      "  owner\n"
      "  trigger by x\n"
      "}\n");
  EXPECT_EQ(parsed.short_form,
            "p:2:14: error[E1004]: expected `by` after `owned`, found `role`\n"
            "p:4:13: error[E1004]: expected an access level after `at`, found `u`\n"
            "p:5:12: error[E1004]: expected `at` or `,` after `write`, found `user`\n"
            "p:6:9: error[E1004]: expected `privilege`, `table` or `:` after `every`, found `tables`\n"
            "p:6:9: help: did you mean `table`?\n"
            "p:9:8: error[E1004]: expected a user after `owner`, found `trigger`\n"
            "p:10:11: error[E1004]: expected `via` or `:` after `trigger`, found `by`\n");
}

}  // namespace
}  // namespace policyc
