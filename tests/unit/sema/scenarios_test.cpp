#include <gtest/gtest.h>

#include "tests/unit/sema/checked.h"

namespace policyc::test {
namespace {

constexpr std::string_view kPolicy = R"(
user { region: string }
context { channel: choice { web, phone } }
privilege go
table trip owned by user { status: choice { open, closed } fee: money }
table log owned by user
table site owned by business_unit
table city owned by organization
relationship log_of: log.trip -> trip parental
relationship visit: trip.city -> city referential
relationship above: trip.main -> trip parental
role skipper { trip: all at user }
role mate { trip: read at user }
flow audit on create of trip { owner sam trigger via ana run as triggering_user write: create log as invoker }
)";

constexpr std::string_view kPeople = R"(
unit club { unit north { unit harbour } unit south }
user sam in north: skipper and mate { region: "west" }
user ana in south
team crew in south: skipper { sam, ana }
record t1: trip owned by ana { status: open city: c1 }
record t2: trip owned by crew { main: t1 }
record c1: city
record s1: site in harbour
)";

Checked check_scenario(std::string_view body, std::string_view rule_book = "guide") {
  return check_text(std::string(kPolicy) + "scenario \"s\" {\n" + std::string(body) + "\n}", rule_book);
}
std::string scenario_problems(std::string_view body, std::string_view rule_book = "guide") {
  return listed(check_scenario(body, rule_book));
}
std::string with_people(std::string_view body, std::string_view rule_book = "guide") {
  return scenario_problems(std::string(kPeople) + std::string(body), rule_book);
}
Scenario sound_scenario(std::string_view body) {
  Checked checked = check_scenario(std::string(kPeople) + std::string(body));
  EXPECT_EQ(listed(checked), "");
  return checked.result.policy ? checked.result.policy->scenarios.at(0) : Scenario{};
}

TEST(ScenarioFacts, BecomeIds) {
  Scenario scenario = sound_scenario(
      "share t1 with sam for read share t1 with sam for write "
      "share t1 with north for read share t1 with organization for read "
      "context { now: 1969-12-31T12:00:00Z channel: phone }");
  const Facts& facts = scenario.facts;
  ASSERT_EQ(facts.units.size(), 4u);
  EXPECT_EQ(facts.units[find_unit(facts, "harbour")].parent, find_unit(facts, "north"));
  EXPECT_FALSE(facts.units[find_unit(facts, "club")].parent);
  const User& sam = facts.users[find_user(facts, "sam")];
  ASSERT_EQ(sam.roles.size(), 2u);
  EXPECT_EQ(sam.roles[0].anchor, find_unit(facts, "north"));
  EXPECT_EQ(sam.attributes[0], Value::string("west"));
  EXPECT_TRUE(facts.users[find_user(facts, "ana")].attributes[0].is_null);
  EXPECT_EQ(facts.teams[TeamId{0}].members.size(), 2u);
  const Record& t1 = facts.records[RecordId{0}];
  EXPECT_EQ(t1.owner, Principal::of(find_user(facts, "ana")));
  EXPECT_EQ(t1.unit, find_unit(facts, "south"));
  EXPECT_FALSE(t1.attributes[0].is_null);
  EXPECT_TRUE(t1.attributes[1].is_null);
  ASSERT_EQ(t1.links.size(), 1u);
  EXPECT_EQ(t1.links[0].parent, RecordId{2});
  EXPECT_EQ(facts.records[RecordId{1}].unit, find_unit(facts, "south")) << "the team's unit";
  EXPECT_TRUE(facts.records[RecordId{2}].owner.is_nobody());
  EXPECT_FALSE(facts.records[RecordId{2}].unit);
  EXPECT_EQ(facts.records[RecordId{3}].unit, find_unit(facts, "harbour"));
  ASSERT_EQ(facts.shares.size(), 3u);
  EXPECT_EQ(facts.shares[0].rights, bit(Right::Read) | bit(Right::Write));
  EXPECT_EQ(facts.context[1], Value::of(ValueType::Date, -1)) << "the day of `now`";
  EXPECT_FALSE(facts.context[2].is_null);
}

TEST(ScenarioFacts, UnitsHaveOneRoot) {
  EXPECT_EQ(scenario_problems("unit a unit b"), "E8006 `b` second root unit `b`\n");
  EXPECT_EQ(scenario_problems("unit a { unit a }"), "E2002 `a` unit `a` is declared twice\n");
  EXPECT_EQ(scenario_problems("user sam in north user ana in north"),
            "E8015 `north` scenario has no unit; users and teams need one\n");
  EXPECT_EQ(with_people("user kim in nort"), "E2001 `nort` unknown unit `nort`\n");
}

TEST(ScenarioFacts, PrincipalsShareTheirNames) {
  EXPECT_EQ(with_people("user north in south"), "E2002 `north` user `north` is declared twice\n");
  EXPECT_EQ(with_people("user organization in south"),
            "E3008 `organization` user `organization` has a name that the language gives\n");
  EXPECT_EQ(scenario_problems("unit organization user sam in organization"),
            "E3008 `organization` unit `organization` has a name that the language gives\n");
  EXPECT_EQ(with_people("user south in club south can read t1"), "E2002 `south` user `south` is declared twice\n")
      << "what the second one is meant for is not an error as well";
  EXPECT_EQ(with_people("team t in south { crew, ana, ana }"),
            "E2001 `crew` unknown user `crew`\nE2007 `ana` member `ana` is written twice\n");
}

TEST(ScenarioFacts, RolesCountInTheirUnit) {
  EXPECT_EQ(with_people("user kim in north: mate from south"),
            "E8005 `south` role `mate` in another unit than `north` with classic business units\n");
  EXPECT_EQ(listed(check_text("organization { business_units: modern }" + std::string(kPolicy) + "scenario \"s\" {" +
                              std::string(kPeople) + "user kim in north: mate from south and mate }")),
            "");
  EXPECT_EQ(with_people("user kim in north: mte"), "E2001 `mte` unknown role `mte`\n");
  EXPECT_EQ(with_people("user kim in north: mate and mate"), "E2007 `mate` role `mate` is written twice\n");
  EXPECT_EQ(with_people("disabled user kim in north: mate"), "E8014 `mate` role `mate` for disabled user `kim`\n");
}

TEST(ScenarioFacts, RowsHaveTheOwnersTheirTableTakes) {
  EXPECT_EQ(with_people("record x: trip"), "E8004 `trip` row of `trip` without an owner\n");
  EXPECT_EQ(with_people("record x: site"), "E8004 `site` row of `site` without an owner\n");
  EXPECT_EQ(with_people("record x: city owned by sam"),
            "E8003 `sam` user `sam` as owner of a row of organization-owned table `city`\n");
  EXPECT_EQ(with_people("record x: site owned by sam"),
            "E8003 `sam` user `sam` as owner of a row of business_unit-owned table `site`\n");
  EXPECT_EQ(with_people("record x: trip owned by sam in south"),
            "E8005 `south` row in another unit than `north` with classic business units\n");
  EXPECT_EQ(with_people("record x: trip owned by north"), "");
  EXPECT_EQ(with_people("record x: trip owned by north", "dataverse"),
            "E8008 `north` unit `north` as a principal under this rule book\n");
  EXPECT_EQ(with_people("record x: trp owned by sam"), "E2001 `trp` unknown table `trp`\n");
  EXPECT_EQ(with_people("record t1: trip owned by sam"), "E2002 `t1` record `t1` is declared twice\n");
}

TEST(ScenarioFacts, ValuesAreTyped) {
  EXPECT_EQ(with_people("record x: trip owned by sam { status: opn fee: \"1\" fe: 1 status: open }"),
            "E6011 `opn` unknown label `opn` of choice `status`\nE6007 `\"1\"` `\"1\"` is no money\n"
            "E6001 `fe` unknown record attribute `fe`\nE2007 `status` `status` is written twice\n");
  EXPECT_EQ(with_people("record x: trip owned by sam { fee: null city: null }"), "");
  EXPECT_EQ(with_people("record x: trip owned by sam { city: t1 }"), "E6007 `t1` `t1` is no row of `city`\n");
  EXPECT_EQ(with_people("record x: trip owned by sam { city: \"c1\" }"),
            "E6007 `\"c1\"` `\"c1\"` is no row of `city`\n");
  EXPECT_EQ(with_people("record x: trip owned by sam { city: c9 }"), "E2001 `c9` unknown record `c9`\n");
  EXPECT_EQ(with_people("record x: trip owned by sam { main: y } record y: trip owned by sam { main: x }"),
            "E8016 `y` parental links above record `y` go round\n");
  EXPECT_EQ(with_people("user kim in north { regio: 1 }"), "E6001 `regio` unknown user attribute `regio`\n");
  EXPECT_EQ(with_people("context { now: 2026-01-01 } context { }"),
            "E6007 `2026-01-01` `2026-01-01` is no datetime\nE2007 `context { }` `context { }` is written twice\n");
}

TEST(ScenarioFacts, SharesAreLegal) {
  EXPECT_EQ(with_people("share t1 with sam for create"), "E8017 `create` right `create` on a row\n");
  EXPECT_EQ(with_people("share c1 with sam for read"), "E3005 `c1` right `share` on organization-owned table `city`\n");
  EXPECT_EQ(
      with_people("share t9 with sm for rad"),
      "E2001 `t9` unknown record `t9`\nE2001 `sm` unknown user, team or unit `sm`\nE3004 `rad` unknown right `rad`\n");
  EXPECT_EQ(with_people("share t1 with north for read", "dataverse"),
            "E8008 `north` unit `north` as a principal under this rule book\n");
}

TEST(ScenarioExpectations, BecomeSteps) {
  Scenario scenario = sound_scenario(R"(
sam can read, write t1
sam cannot create trip owned by ana { status: closed } because level
sam can share t1 with roohi_team for read
team roohi_team in north
ana can assign t2 to sam because share by skipper
sam has go
who can read t2: ana, sam
sam can list trip for read: t2, t1
audit.write runs as sam
sam cannot assign c1 because illegal
)");
  ASSERT_EQ(scenario.steps.size(), 10u);
  const auto& write = std::get<CanExpectation>(scenario.steps[1]);
  EXPECT_EQ(write.right, Right::Write);
  EXPECT_EQ(write.record, RecordId{0});
  const auto& create = std::get<CanExpectation>(scenario.steps[2]);
  ASSERT_TRUE(create.proposed);
  EXPECT_EQ(create.proposed->owner, Principal::of(UserId{1}));
  EXPECT_EQ(create.because->reason, Reason::Level);
  const auto& share = std::get<CanExpectation>(scenario.steps[3]);
  EXPECT_EQ(share.recipient, Principal::of(TeamId{1}));
  EXPECT_EQ(share.given, bit(Right::Read));
  const auto& assign = std::get<CanExpectation>(scenario.steps[4]);
  EXPECT_EQ(assign.recipient, Principal::of(UserId{0}));
  EXPECT_EQ(assign.because->role, RoleId{0});
  EXPECT_EQ(std::get<WhoExpectation>(scenario.steps[6]).users, (std::vector<UserId>{UserId{0}, UserId{1}}));
  EXPECT_EQ(std::get<ListExpectation>(scenario.steps[7]).records, (std::vector<RecordId>{RecordId{0}, RecordId{1}}));
  EXPECT_EQ(std::get<RunsAsExpectation>(scenario.steps[8]).flow, FlowId{0});
}

TEST(ScenarioExpectations, CreateIsAskedForOneself) {
  Scenario scenario = sound_scenario("sam can create trip sam can create site sam can create city");
  auto proposed = [&](size_t i) { return *std::get<CanExpectation>(scenario.steps.at(i)).proposed; };
  EXPECT_EQ(proposed(0).owner, Principal::of(UserId{0}));
  EXPECT_EQ(proposed(0).unit, UnitId{1});
  EXPECT_TRUE(proposed(1).owner.is_nobody());
  EXPECT_EQ(proposed(1).unit, UnitId{1});
  EXPECT_FALSE(proposed(2).unit);
}

TEST(ScenarioExpectations, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(with_people("sam can read t1 because level"),
            "E8001 `level` reason `level` explains a `cannot`, the line says `can`\n");
  EXPECT_EQ(with_people("sam cannot read t1 because owner"),
            "E8001 `owner` reason `owner` explains a `can`, the line says `cannot`\n");
  EXPECT_EQ(with_people("sam can read t1 because ownr by skiper"),
            "E8002 `ownr` unknown reason `ownr`\nE2001 `skiper` unknown role `skiper`\n");
  EXPECT_EQ(with_people("sam can read t1 because none"), "E8002 `none` unknown reason `none`\n");
  EXPECT_EQ(with_people("san can reed t9"), "E3004 `reed` unknown right `reed`\n")
      << "one right that is unknown asks nothing";
  EXPECT_EQ(with_people("san can read t9"), "E2001 `san` unknown user `san`\nE2001 `t9` unknown record `t9`\n");
  EXPECT_EQ(with_people("crew can read t1"), "E2001 `crew` unknown user `crew`\n");
  EXPECT_EQ(with_people("sam can create t1"), "E2001 `t1` unknown table `t1`\n");
  EXPECT_EQ(with_people("sam can assign c1"), "E3005 `assign` right `assign` on organization-owned table `city`\n");
  EXPECT_EQ(with_people("sam can read t1 owned by ana"), "E8013 `ana` `owned by` goes with `create` alone\n");
  EXPECT_EQ(with_people("sam can read t1 with ana for read"),
            "E8013 `ana` `with` goes with `share` alone\nE8013 `read` `for` goes with `share` alone\n");
  EXPECT_EQ(with_people("sam can share t1 with ana for create"), "E8017 `create` right `create` on a row\n");
  EXPECT_EQ(with_people("sam has gone"), "E2001 `gone` unknown privilege `gone`\n");
  EXPECT_EQ(with_people("who can create t1: sam, sam"),
            "E8017 `create` right `create` on a row\nE2007 `sam` user `sam` is written twice\n");
  EXPECT_EQ(with_people("sam can list trip for read: t1, c1"), "E6007 `c1` `c1` is no row of `trip`\n");
  EXPECT_EQ(with_people("audit.wrte runs as sam"), "E2001 `wrte` unknown step `wrte`\n");
  EXPECT_EQ(with_people("audt.write runs as sam"), "E2001 `audt` unknown flow `audt`\n");
}

TEST(ScenarioEvents, BecomeSteps) {
  Scenario scenario = sound_scenario(R"(
when ana is given skipper, crew loses skipper, sam joins crew, sam leaves crew
when sam moves to south, sam is given mate
when ana shares t1 with organization for read, ana revokes t1 from crew, ana assigns t1 to crew
when sam creates t3: trip { main: t2 }, sam updates t3, sam deletes t3
sam can read t3
)");
  ASSERT_EQ(scenario.steps.size(), 13u);
  auto event = [&](size_t i) { return std::get<Event>(scenario.steps.at(i)); };
  EXPECT_EQ(event(0).role.anchor, UnitId{3}) << "ana's own unit";
  EXPECT_EQ(event(1).holder, Principal::of(TeamId{0}));
  EXPECT_EQ(event(2).kind, Event::Kind::Joins);
  EXPECT_EQ(event(4).unit, UnitId{3});
  EXPECT_EQ(event(5).role.anchor, UnitId{3}) << "where sam has moved to";
  EXPECT_EQ(event(6).recipient, Principal::organization());
  EXPECT_EQ(event(8).kind, Event::Kind::Assigns);
  EXPECT_EQ(event(8).recipient, Principal::of(TeamId{0}));
  EXPECT_EQ(event(9).kind, Event::Kind::Creates);
  ASSERT_EQ(scenario.created_later, (std::vector<RecordId>{RecordId{4}}));
  const Record& created = scenario.facts.records[RecordId{4}];
  EXPECT_EQ(created.owner, Principal::of(UserId{0}));
  EXPECT_EQ(created.unit, UnitId{3});
  EXPECT_EQ(created.links[0].parent, RecordId{1});
}

TEST(ScenarioEvents, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(with_people("sam can read t3 when sam creates t3: trip"), "E2001 `t3` unknown record `t3`\n");
  EXPECT_EQ(with_people("when sam creates t1: trip"), "E2002 `t1` record `t1` is declared twice\n");
  EXPECT_EQ(with_people("when north is given mate"), "E2001 `north` unknown user or team `north`\n");
  EXPECT_EQ(with_people("when sam joins north"), "E2001 `north` unknown team `north`\n");
  EXPECT_EQ(with_people("when sam moves to crew"), "E2001 `crew` unknown unit `crew`\n");
  EXPECT_EQ(with_people("when sam assigns t1 to organization"),
            "E2001 `organization` unknown user or team `organization`\n");
  EXPECT_EQ(with_people("when sam assigns c1 to ana"),
            "E3005 `c1` right `assign` on organization-owned table `city`\n");
  EXPECT_EQ(with_people("when sam shares t1 with ana for create"), "E8017 `create` right `create` on a row\n");
}

TEST(Scenarios, TitlesAreTheirNames) {
  EXPECT_EQ(problems("scenario \"a\" { } scenario \"a\" { }"), "E2002 `\"a\"` scenario `a` is declared twice\n");
}

}  // namespace
}  // namespace policyc::test
