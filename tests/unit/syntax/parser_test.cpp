// The parser: what constructs become, and the bounds.
#include "compiler/syntax/parser.h"

#include <gtest/gtest.h>

#include "compiler/base/limits.h"
#include "tests/unit/syntax/syntax_support.h"

namespace policyc {
namespace {

template <typename T>
const T& only(const Parsed& parsed) {
  EXPECT_EQ(parsed.short_form, "");
  EXPECT_EQ(parsed.ast().declarations.size(), 1u);
  return std::get<T>(parsed.ast().declarations.at(0).value);
}

std::string repeated(std::string_view text, size_t count) {
  std::string result;
  result.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Parser, HeaderAndPlaces) {
  Parsed parsed("policy club follows guide\n");
  ASSERT_TRUE(parsed.ast().header);
  EXPECT_EQ(parsed.ast().header->name.text, "club");
  EXPECT_EQ(parsed.ast().header->follows.text, "guide");
  EXPECT_EQ(parsed.sources.text(parsed.ast().header->follows.span), "guide");
  EXPECT_EQ(parsed.sources.text(parsed.ast().header->span), "policy club follows guide");
}

TEST(Parser, PlacesAreBytesBehindTextThatIsNotASCII) {
  Parsed parsed = parse_body("/* \xc3\xa4\xe2\x82\xac */ table city owned by organization");
  const auto& table = only<ast::Table>(parsed);
  EXPECT_EQ(parsed.sources.text(table.name.span), "city");
  EXPECT_EQ(parsed.sources.text(table.span), "table city owned by organization");
}

TEST(Parser, ByteOrderMarkAndBothLineEnds) {
  Parsed parsed("\xef\xbb\xbfpolicy a follows guide\r\ntable t owned by user\r\n");
  EXPECT_EQ(parsed.short_form, "");
  EXPECT_EQ(parsed.ast().declarations.size(), 1u);
}

TEST(Parser, StringEscapes) {
  Parsed parsed = parse_body(R"(privilege p "a\"b\\c\nd\te")");
  EXPECT_EQ(only<ast::Privilege>(parsed).title, "a\"b\\c\nd\te");
}

TEST(Parser, KeywordsAreNames) {
  Parsed parsed = parse_body("table role owned by user { table: string secured secured: boolean }");
  const auto& table = only<ast::Table>(parsed);
  EXPECT_EQ(table.name.text, "role");
  ASSERT_EQ(table.attributes.size(), 2u);
  EXPECT_TRUE(table.attributes[0].secured);
  EXPECT_EQ(table.attributes[1].name.text, "secured");
}

TEST(Parser, BackquotedNames) {
  Parsed parsed = parse_body("table `when` owned by user");
  const auto& table = only<ast::Table>(parsed);
  EXPECT_EQ(table.name.text, "when");
  EXPECT_EQ(parsed.sources.text(table.name.span), "`when`");
}

TEST(Parser, DeclarationsInOneLine) {
  Parsed parsed = parse_body("relationship r: a <-> b table x owned by user use std.y role z {}");
  EXPECT_EQ(parsed.short_form, "");
  EXPECT_EQ(parsed.ast().declarations.size(), 4u);
}

TEST(Parser, ConditionsBindAsWritten) {
  Parsed parsed = parse_body("role r { t: read at user when not record.a and record.b == 1 or record.c is not null }");
  const ast::Expression& condition = *only<ast::Role>(parsed).tables.at(0).grants.at(0).condition;
  ASSERT_EQ(condition.kind, ast::Expression::Kind::Or);
  ASSERT_EQ(condition.children.size(), 2u);
  EXPECT_EQ(condition.children[0].kind, ast::Expression::Kind::And);
  EXPECT_EQ(condition.children[0].children[0].kind, ast::Expression::Kind::Not);
  EXPECT_EQ(condition.children[1].kind, ast::Expression::Kind::IsNotNull);
}

TEST(Parser, LiteralKinds) {
  Parsed parsed = parse_body(
      "role r { t: read at user when record.a in { x, -1.5, \"s\", 2026-01-31, 2026-01-31T12:00:00.5Z, null, `null` } "
      "}");
  const auto& members = only<ast::Role>(parsed).tables.at(0).grants.at(0).condition->members;
  ASSERT_EQ(members.size(), 7u);
  using Kind = ast::Literal::Kind;
  Kind kinds[] = {Kind::Word, Kind::Number, Kind::String, Kind::Date, Kind::DateTime, Kind::Null, Kind::Word};
  for (size_t i = 0; i < members.size(); ++i) EXPECT_EQ(members[i].kind, kinds[i]) << i;
}

TEST(Parser, SeveralUsersInOneStatement) {
  Parsed parsed = parse_body("scenario \"s\" { unit u disabled user a in u, b in u: r and s from v { x: 1 } }");
  const auto& scenario = only<ast::Scenario>(parsed);
  ASSERT_EQ(scenario.statements.size(), 3u);
  const auto& b = std::get<ast::UserFact>(scenario.statements[2]);
  EXPECT_TRUE(b.disabled);
  ASSERT_EQ(b.roles.size(), 2u);
  EXPECT_EQ(b.roles[1].unit.text, "v");
  EXPECT_EQ(b.values.size(), 1u);
}

TEST(Parser, EventsEndARightsList) {
  Parsed parsed = parse_body("scenario \"s\" { when a shares t with b for read, write, c joins d a can read t }");
  const auto& scenario = only<ast::Scenario>(parsed);
  ASSERT_EQ(scenario.statements.size(), 2u);
  const auto& when = std::get<ast::When>(scenario.statements[0]);
  ASSERT_EQ(when.events.size(), 2u);
  EXPECT_EQ(when.events[0].operation.rights.size(), 2u);
  EXPECT_EQ(when.events[1].kind, ast::Event::Kind::Joins);
}

const ast::Scenario& scenario_of(const Parsed& parsed) { return only<ast::Scenario>(parsed); }

TEST(Parser, OperationsAreWordsAndParts) {
  Parsed parsed = parse_body(
      "scenario \"s\" {\n"
      "  when bot on behalf of ana links e.trip to t, roohi moves t to south, roohi moves to south\n"
      "  when sam creates t3: trip owned by ana in south { status: open }\n"
      "  bot on behalf of ana may not share t with sam for read, write because other_party\n"
      "}\n");
  const ast::Scenario& scenario = scenario_of(parsed);
  ASSERT_EQ(scenario.statements.size(), 3u);
  const auto& when = std::get<ast::When>(scenario.statements[0]);
  ASSERT_EQ(when.events.size(), 3u);
  EXPECT_EQ(when.events[0].agent.text, "bot");
  EXPECT_EQ(when.events[0].who.text, "ana");
  EXPECT_EQ(when.events[0].operation.verb.text, "links");
  EXPECT_EQ(when.events[0].operation.column.text, "trip");
  EXPECT_EQ(when.events[0].operation.connector.text, "to");
  EXPECT_EQ(when.events[1].operation.target.text, "t");
  EXPECT_EQ(when.events[2].kind, ast::Event::Kind::MovesTo);
  const ast::Operation& creates = std::get<ast::When>(scenario.statements[1]).events.at(0).operation;
  EXPECT_EQ(creates.table.text, "trip");
  EXPECT_EQ(creates.owner.text, "ana");
  EXPECT_EQ(creates.unit.text, "south");
  EXPECT_EQ(creates.values.size(), 1u);
  const auto& may = std::get<ast::MayExpectation>(scenario.statements[2]);
  EXPECT_FALSE(may.may);
  EXPECT_EQ(may.agent.text, "bot");
  EXPECT_EQ(may.operation.rights.size(), 2u);
  EXPECT_EQ(may.because->reason.text, "other_party");
}

TEST(Parser, WordsBeforeUsersTeamsAndRecords) {
  Parsed parsed = parse_body(
      "scenario \"s\" { unit u administrative user a in u disabled read user b in u disabled user c in u "
      "access team t in u { a } inactive record r: x user user in u }");
  const ast::Scenario& scenario = scenario_of(parsed);
  ASSERT_EQ(scenario.statements.size(), 7u);
  EXPECT_EQ(std::get<ast::UserFact>(scenario.statements[1]).mode.text, "administrative");
  EXPECT_EQ(std::get<ast::UserFact>(scenario.statements[2]).mode.text, "read");
  EXPECT_TRUE(std::get<ast::UserFact>(scenario.statements[2]).disabled);
  EXPECT_TRUE(std::get<ast::UserFact>(scenario.statements[3]).disabled);
  EXPECT_TRUE(std::get<ast::UserFact>(scenario.statements[3]).mode.missing());
  EXPECT_EQ(std::get<ast::TeamFact>(scenario.statements[4]).kind.text, "access");
  EXPECT_EQ(std::get<ast::RecordFact>(scenario.statements[5]).state.text, "inactive");
  EXPECT_EQ(std::get<ast::UserFact>(scenario.statements[6]).name.text, "user");
}

TEST(Parser, RunExpectations) {
  Parsed parsed = parse_body(
      "scenario \"s\" { f.a runs as nobody f.a runs as system f.a may run f.b may not run because no_privilege }");
  const ast::Scenario& scenario = scenario_of(parsed);
  ASSERT_EQ(scenario.statements.size(), 4u);
  EXPECT_TRUE(std::get<ast::RunsAsExpectation>(scenario.statements[0]).nobody);
  EXPECT_EQ(std::get<ast::RunsAsExpectation>(scenario.statements[1]).user.text, "system");
  EXPECT_TRUE(std::get<ast::RunExpectation>(scenario.statements[2]).may);
  EXPECT_FALSE(std::get<ast::RunExpectation>(scenario.statements[3]).may);
}

TEST(Parser, Plugins) {
  Parsed parsed = parse_body(
      "plugin p on update of t { run as sam a: create x as invoker elevated elevated: write t as system run: read t as "
      "initiating_user }");
  const auto& plugin = only<ast::Flow>(parsed);
  EXPECT_TRUE(plugin.is_plugin);
  EXPECT_TRUE(plugin.run_as_alone);
  EXPECT_EQ(plugin.run_as.text, "sam");
  ASSERT_EQ(plugin.steps.size(), 3u);
  EXPECT_TRUE(plugin.steps[0].elevated);
  EXPECT_EQ(plugin.steps[1].name.text, "elevated");
  EXPECT_EQ(plugin.steps[1].identity.text, "system");
  EXPECT_EQ(plugin.steps[2].name.text, "run");
}

TEST(Parser, WhatIsMissingIsAnEmptyName) {
  Parsed parsed = parse_body("role r {\n  t: read at\n  u: write at user when record.x ==\n}\n");
  const auto& role = std::get<ast::Role>(parsed.ast().declarations.at(0).value);
  ASSERT_EQ(role.tables.size(), 2u);
  EXPECT_TRUE(role.tables[0].grants.at(0).level.missing());
  EXPECT_TRUE(role.tables[1].grants.at(0).condition->right.attribute.missing());
}

TEST(Parser, NestingWithinTheBound) {
  Parsed conditions =
      parse_body("role r { t: read at user when " + repeated("(", 200) + "record.x" + repeated(")", 200) + " }");
  EXPECT_EQ(conditions.short_form, "");
  Parsed units = parse_body("scenario \"s\" { " + repeated("unit u {", 200) + repeated("}", 200) + " }");
  EXPECT_EQ(units.short_form, "");
}

TEST(Parser, NestingBeyondTheBoundIsOneMistake) {
  Parsed parsed = parse_body("role r { t: read at user when " + repeated("(", 300) + "record.x" + repeated(")", 300) +
                             " }\nrole s { t: read at user }\n");
  EXPECT_EQ(parsed.short_form, "p:2:286: error[E1003]: brackets nested more than 256 deep\n");
  EXPECT_EQ(parsed.ast().declarations.size(), 2u);
}

TEST(Parser, NotCountsAsNesting) {
  Parsed parsed = parse_body("role r { t: read at user when " + repeated("not ", 300000) + "record.x }");
  EXPECT_EQ(parsed.short_form, "p:2:1051: error[E1003]: brackets nested more than 256 deep\n");
}

TEST(Parser, LongConditionsAreNoNesting) {
  Parsed parsed =
      parse_body("role r { t: read at user when record.x" + repeated(" or record.x and record.y", 20000) + " }");
  EXPECT_EQ(parsed.short_form, "");
}

TEST(Parser, HugeFilesThatAreNoPolicies) {
  for (std::string_view piece : {"{", "(", "}", "\"", "/*", "a ", "`", "role x {\n", "\xff", "role x {\n a b\n"}) {
    Parsed parsed(repeated(piece, (1u << 20) / piece.size()));
    EXPECT_TRUE(parsed.result.diagnostics.has_errors()) << piece;
    EXPECT_LE(parsed.result.diagnostics.size(), limits::kSyntaxErrors + 1) << piece;
  }
}

TEST(Parser, ErrorsBeyondTheBoundAreNotLookedFor) {
  Parsed parsed = parse_body("role r {\n" + repeated("  foo bar\n", 200000));
  EXPECT_EQ(parsed.result.diagnostics.size(), limits::kSyntaxErrors + 1);
}

TEST(Parser, BinaryGarbage) {
  uint32_t state = 12345;
  std::string text;
  for (size_t i = 0; i < 100000; ++i) {
    state = state * 1664525u + 1013904223u;
    text.push_back(static_cast<char>(state >> 24));
  }
  Parsed parsed(std::move(text));
  EXPECT_EQ(parsed.result.diagnostics.size(), limits::kSyntaxErrors + 1);
}

TEST(Parser, StopsAfterTooManyErrors) {
  Parsed parsed = parse_body(repeated("table x owned by\n", 1000));
  EXPECT_EQ(parsed.result.diagnostics.error_count(), limits::kSyntaxErrors + 1);
  const Diagnostic* last = nullptr;
  for (const Diagnostic& diagnostic : parsed.result.diagnostics) last = &diagnostic;
  EXPECT_EQ(last->kind, DiagnosticKind::TooManySyntaxErrors);
}

}  // namespace
}  // namespace policyc
