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
  const auto& share = std::get<MayExpectation>(scenario.steps[3]);
  EXPECT_EQ(share.operation.kind, OperationKind::Share);
  EXPECT_EQ(share.operation.principal, Principal::of(TeamId{1}));
  EXPECT_EQ(share.operation.rights, bit(Right::Read));
  EXPECT_FALSE(share.operation.asks_sign_in);
  const auto& assign = std::get<MayExpectation>(scenario.steps[4]);
  EXPECT_EQ(assign.operation.principal, Principal::of(UserId{0}));
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
  EXPECT_EQ(event(6).operation.principal, Principal::organization());
  EXPECT_EQ(event(8).operation.kind, OperationKind::Assign);
  EXPECT_EQ(event(8).operation.principal, Principal::of(TeamId{0}));
  EXPECT_EQ(event(9).operation.kind, OperationKind::Create);
  EXPECT_EQ(event(9).operation.record, RecordId{4});
  const Record& created = scenario.facts.records[RecordId{4}];
  EXPECT_FALSE(created.exists);
  EXPECT_TRUE(scenario.facts.records[RecordId{0}].exists);
  EXPECT_EQ(created.owner, Principal::of(UserId{0}));
  EXPECT_EQ(created.unit, UnitId{3});
  EXPECT_EQ(created.links[0].parent, RecordId{1});
}

TEST(ScenarioEvents, MistakesAreFoundAtTheirPlace) {
  EXPECT_EQ(with_people("sam can read t3 when sam creates t3: trip"), "E2001 `t3` unknown record `t3`\n");
  EXPECT_EQ(with_people("when sam creates t1: trip"), "E2002 `t1` record `t1` is declared twice\n");
  EXPECT_EQ(with_people("when north is given mate", "dataverse"),
            "E8008 `north` unit `north` as a principal under this rule book\n");
  EXPECT_EQ(with_people("when sam joins north"), "E2001 `north` unknown team `north`\n");
  EXPECT_EQ(with_people("when sam moves to crew"), "E2001 `crew` unknown unit `crew`\n");
  EXPECT_EQ(with_people("when sam assigns t1 to organization"),
            "E2001 `organization` unknown user or team `organization`\n");
  EXPECT_EQ(with_people("when sam assigns c1 to ana"),
            "E3005 `c1` right `assign` on organization-owned table `city`\n");
  EXPECT_EQ(with_people("when sam shares t1 with ana for create"), "E8017 `create` right `create` on a row\n");
}

constexpr std::string_view kClub = R"(
privilege go
table trip owned by user { status: choice { open, closed } fee: money secured name: string }
table log owned by user
table city owned by organization
relationship log_of: log.trip -> trip parental
relationship log_of_city: log.trip -> city referential
relationship visited: trip <-> city
relationship friends: trip <-> trip
role skipper { trip: all at user log: all at user }
column_profile treasurer { trip.fee: read }
plugin stamp on update of trip { run as sam note: create log as invoker fix: write trip as system elevated }
)";

constexpr std::string_view kOrganisation = R"(
unit club { unit north: skipper { unit harbour } unit south }
user sam in north: skipper, ana in south, roohi in club
team crew in south: skipper { sam, ana }
access team watchers in north { sam }
default team northerners in north
record t1: trip owned by ana
record t2: trip owned by crew
record c1: city
record e1: log owned by sam { trip: t1 }
)";

Scenario sound_club(std::string_view body) {
  Checked checked =
      check_text(std::string(kClub) + "scenario \"s\" {\n" + std::string(kOrganisation) + std::string(body) + "\n}");
  EXPECT_EQ(listed(checked), "");
  return checked.result.policy ? checked.result.policy->scenarios.at(0) : Scenario{};
}

std::string club_problems(std::string_view body, std::string_view rule_book = "guide") {
  std::string people(kOrganisation);
  if (rule_book != "guide") people.replace(people.find(": skipper { unit"), 9, "");
  return problems(std::string(kClub) + "scenario \"s\" {\n" + people + std::string(body) + "\n}", rule_book);
}

TEST(ScenarioFacts, PeopleInFull) {
  Scenario scenario = sound_club(R"(
disabled read user kim in north administrative user adi in north
group team divers in north { sam }
roohi manages sam, ana
position captain held by roohi { position mate held by sam, ana position boy }
profile treasurer for sam, crew
inactive record old: trip owned by sam
share t1 with sam for read inherited share t1 with sam for write
share t1.fee with crew for read share t1.fee with crew for update
associate t1 with c1 through visited associate c1 with t2 through visited associate t1 with t2 through friends
)");
  const Facts& facts = scenario.facts;
  EXPECT_EQ(facts.units[UnitId{1}].roles, (std::vector<RoleHeld>{{RoleId{0}, UnitId{1}}}));
  EXPECT_EQ(facts.users[find_user(facts, "kim")].access_mode, AccessMode::Read);
  EXPECT_TRUE(facts.users[find_user(facts, "kim")].disabled);
  EXPECT_EQ(facts.users[find_user(facts, "adi")].access_mode, AccessMode::Administrative);
  EXPECT_EQ(facts.teams[find_team(facts, "watchers")].kind, TeamKind::Access);
  EXPECT_EQ(facts.teams[find_team(facts, "divers")].kind, TeamKind::Group);
  EXPECT_TRUE(is_member(facts, UserId{0}, find_team(facts, "northerners")));
  EXPECT_EQ(facts.users[UserId{0}].manager, UserId{2});
  ASSERT_EQ(facts.positions.size(), 3u);
  EXPECT_EQ(facts.positions[PositionId{2}].parent, PositionId{0});
  EXPECT_EQ(facts.users[UserId{1}].position, PositionId{1});
  EXPECT_EQ(facts.users[UserId{0}].profiles, std::vector<ProfileId>{ProfileId{0}});
  EXPECT_EQ(facts.teams[TeamId{0}].profiles, std::vector<ProfileId>{ProfileId{0}});
  EXPECT_FALSE(facts.records[RecordId{4}].active);
  ASSERT_EQ(facts.shares.size(), 1u);
  EXPECT_EQ(facts.shares[0].rights, bit(Right::Write));
  EXPECT_EQ(facts.shares[0].inherited, (std::vector<InheritedRights>{{{}, false, bit(Right::Read)}}));
  ASSERT_EQ(facts.column_shares.size(), 1u);
  EXPECT_TRUE(facts.column_shares[0].read && facts.column_shares[0].update);
  ASSERT_EQ(facts.associations.size(), 3u);
  EXPECT_EQ(facts.associations[1].first, RecordId{1}) << "stored in the relationship's order";
  EXPECT_EQ(facts.associations[1].second, RecordId{2});
}

TEST(ScenarioFacts, PeopleAreLegal) {
  EXPECT_EQ(club_problems("admin user kim in north"), "E2001 `admin` unknown access mode `admin`\n");
  EXPECT_EQ(club_problems("acess team x in north"), "E2001 `acess` unknown kind of team `acess`\n");
  EXPECT_EQ(club_problems("inactve record x: city"), "E2001 `inactve` unknown state `inactve`\n");
  EXPECT_EQ(club_problems("access team x in north: skipper"), "E8020 `skipper` access team `x` holds role `skipper`\n");
  EXPECT_EQ(club_problems("record x: trip owned by watchers"), "E8020 `watchers` access team `watchers` owns a row\n");
  EXPECT_EQ(club_problems("default team x in north"), "E8022 `x` second default team `x` of unit `north`\n");
  EXPECT_EQ(club_problems("default team x in south { ana }"), "E8021 `ana` `ana` as a member of default team `x`\n");
  EXPECT_EQ(club_problems("roohi manages sam ana manages sam"), "E8023 `sam` second manager `ana` of user `sam`\n");
  EXPECT_EQ(club_problems("roohi manages roohi"), "E8024 `roohi` managers above `roohi` go round\n");
  EXPECT_EQ(club_problems("roohi manages sam sam manages ana, roohi").substr(0, 5), "E8024");
  EXPECT_EQ(club_problems("position a held by sam { position b held by sam } position a"),
            "E8025 `sam` second position `b` of user `sam`\nE2002 `a` position `a` is declared twice\n");
  EXPECT_EQ(club_problems("profile tresurer for sam profile treasurer for north, ana, ana"),
            "E2001 `tresurer` unknown column profile `tresurer`\nE2001 `north` unknown user or team `north`\n"
            "E2007 `ana` profile `treasurer` of `ana` is written twice\n");
  EXPECT_EQ(club_problems("user system in north"), "E3008 `system` user `system` has a name that the language gives\n");
  EXPECT_EQ(problems("role r { } scenario \"s\" { unit a: r }", "dataverse"),
            "E8008 `a` unit `a` as a principal under this rule book\n");
}

TEST(ScenarioFacts, ColumnSharesAndAssociationsAreLegal) {
  EXPECT_EQ(club_problems("share t1.name with sam for read"), "E7003 `name` column `name` of `trip` is not secured\n");
  EXPECT_EQ(club_problems("share t1.fee with north for reed, create"),
            "E2001 `north` unknown user or team `north`\nE7004 `reed` unknown column permission `reed`\n"
            "E8013 `create` `create` goes with column profiles alone\n");
  EXPECT_EQ(club_problems("share t1.fee with sam for read inherited"),
            "E8013 `inherited` `inherited` goes with shares of whole rows alone\n");
  EXPECT_EQ(club_problems("associate e1 with t1 through log_of"),
            "E8026 `log_of` relationship `log_of` is a lookup, not many-to-many\n");
  EXPECT_EQ(club_problems("associate t1 with t2 through visited"), "E6007 `t2` `t2` is no row of `city`\n");
  EXPECT_EQ(club_problems("associate e1 with c1 through visited"), "E6007 `e1` `e1` is no row of `trip`\n");
  EXPECT_EQ(club_problems("associate t1 with c1 through visited associate c1 with t1 through visited"),
            "E2007 `associate c1 with t1 through visited` `c1` with `t1` through `visited` is written twice\n");
}

TEST(ScenarioEvents, EveryOperation) {
  Scenario scenario = sound_club(R"(
when roohi reads t1, ana updates t1 { status: open fee: null }
when ana updates e1 { trip: null }, ana updates e1 { trip: c1 }
when ana modifies t1 with sam for read, sam links e1.trip to c1, sam unlinks e1.trip
when sam associates c1 with t1 through visited, sam disassociates t1 from c1 through visited, sam merges t1 into t2
when sam deactivates t1, sam activates t1, roohi moves t1 to south, roohi moves sam to south, roohi moves crew to north
when roohi adds ana to watchers, roohi removes ana from watchers
when ana shares t1.fee with sam for read, ana revokes t1.fee from sam, roohi on behalf of ana reads t1
when north is given skipper, ana is given treasurer, crew loses treasurer
when sam creates t3: trip, ana creates t4: trip owned by crew
)");
  ASSERT_EQ(scenario.steps.size(), 25u);
  auto event = [&](size_t i) { return std::get<Event>(scenario.steps.at(i)); };
  auto done = [&](size_t i) { return std::get<Event>(scenario.steps.at(i)).operation; };
  EXPECT_EQ(done(0).kind, OperationKind::Read);
  ASSERT_EQ(done(1).columns.size(), 2u);
  EXPECT_TRUE(done(1).columns[1].value.is_null);
  EXPECT_EQ(done(2).links, (std::vector<Link>{{RelationshipId{0}, {}}}));
  EXPECT_EQ(done(3).links, (std::vector<Link>{{RelationshipId{1}, RecordId{2}}}));
  EXPECT_EQ(done(4).kind, OperationKind::Modify);
  EXPECT_EQ(done(5).relationship, RelationshipId{1}) << "which of a lookup's relationships: by the row above";
  EXPECT_EQ(done(6).relationship, RelationshipId{0});
  EXPECT_EQ(done(7).record, RecordId{0}) << "in the relationship's order";
  EXPECT_EQ(done(7).other, RecordId{2});
  EXPECT_EQ(done(8).kind, OperationKind::Disassociate);
  EXPECT_EQ(done(9).other, RecordId{1});
  EXPECT_EQ(done(12).kind, OperationKind::SetUnit);
  EXPECT_EQ(done(12).unit, UnitId{3});
  EXPECT_EQ(done(13).kind, OperationKind::MoveUser);
  EXPECT_EQ(done(13).principal, Principal::of(UserId{0}));
  EXPECT_EQ(done(14).kind, OperationKind::MoveTeam);
  EXPECT_EQ(done(14).team, TeamId{0});
  EXPECT_EQ(done(15).kind, OperationKind::AddMember);
  EXPECT_EQ(done(15).team, TeamId{1});
  ASSERT_TRUE(event(17).column_share);
  EXPECT_TRUE(event(17).column_share->read);
  EXPECT_EQ(event(17).operation.kind, OperationKind::Share);
  EXPECT_EQ(event(18).operation.kind, OperationKind::Revoke);
  ASSERT_TRUE(event(18).column_share);
  EXPECT_EQ(done(19).user, UserId{1});
  EXPECT_EQ(done(19).impersonator, UserId{2});
  EXPECT_EQ(event(20).holder, Principal::of(UnitId{1}));
  EXPECT_EQ(event(21).profile, ProfileId{0});
  EXPECT_FALSE(event(21).role.role);
  EXPECT_EQ(scenario.facts.records[done(24).record].unit, UnitId{1}) << "where crew has moved to";
}

TEST(ScenarioEvents, OperationsAreWrittenInFull) {
  EXPECT_EQ(club_problems("when sam asigns t1 to ana"), "E2001 `asigns` unknown operation `asigns`\n");
  EXPECT_EQ(club_problems("when sam assign t1 to ana"), "E2001 `assign` unknown operation `assign`\n");
  EXPECT_EQ(club_problems("when sam assigns t1"), "E8018 `assigns` `assigns` without `to`\n");
  EXPECT_EQ(club_problems("when sam shares t1 with ana"), "E8018 `shares` `shares` without `for`\n");
  EXPECT_EQ(club_problems("when sam links e1 to t1"), "E8018 `links` `links` without a lookup\n");
  EXPECT_EQ(club_problems("when sam creates t3"), "E8018 `creates` `creates` without a table\n");
  EXPECT_EQ(club_problems("when sam associates t1 with c1"), "E8018 `associates` `associates` without `through`\n");
  EXPECT_EQ(club_problems("when sam assigns t1 with ana"),
            "E8013 `ana` `with` goes with `shares`, `modifies` or `associates` alone\n");
  EXPECT_EQ(club_problems("when sam reads t1 { fee: 3 }"),
            "E8013 `fee` `{ }` goes with `creates` or `updates` alone\n");
  EXPECT_EQ(club_problems("when sam deletes t1 owned by ana"), "E8013 `ana` `owned by` goes with `creates` alone\n");
  EXPECT_EQ(club_problems("when sam updates t1.fee"),
            "E8013 `fee` `.fee` goes with `shares`, `revokes`, `links` or `unlinks` alone\n");
  EXPECT_EQ(club_problems("when sam links e1.trp to t1"), "E2001 `trp` unknown lookup `trp`\n");
  EXPECT_EQ(club_problems("when sam links e1.trip to e1"), "E6007 `e1` `e1` is no row of `trip` or `city`\n");
  EXPECT_EQ(club_problems("when sam moves t9 to south"), "E2001 `t9` unknown record, user or team `t9`\n");
  EXPECT_EQ(club_problems("when sam moves north to south"), "E2001 `north` unknown record, user or team `north`\n");
  EXPECT_EQ(club_problems("record ana: city when sam moves ana to south"),
            "E8019 `ana` `ana` is a record and a user\n");
  EXPECT_EQ(club_problems("when ana joins northerners"),
            "E8021 `northerners` `ana` as a member of default team `northerners`\n");
  EXPECT_EQ(club_problems("when watchers is given skipper"),
            "E8020 `skipper` access team `watchers` holds role `skipper`\n");
  EXPECT_EQ(club_problems("when ana is given skiper"), "E2001 `skiper` unknown role `skiper`\n");
  EXPECT_EQ(club_problems("when ana is given treasurer from north"), "E8013 `north` `from` goes with roles alone\n");
  EXPECT_EQ(club_problems("when bt on behalf of an updates t1"),
            "E2001 `bt` unknown user `bt`\nE2001 `an` unknown user `an`\n");
}

TEST(ScenarioExpectations, WholeOperations) {
  Scenario scenario = sound_club(R"(
sam may assign t1 to ana
roohi on behalf of sam may not delete t1 because no_act_on_behalf
sam may create log owned by ana { trip: t1 }
sam may not assign t1 to organization because cannot_own
sam may not assign c1 to ana because illegal
sam may not share t1 with sam for create because illegal
sam may not sign in because disabled
sam can read, update t1.fee
sam cannot create trip.fee because column
stamp.note runs as nobody
stamp.fix runs as system
stamp.fix may run
stamp.note may not run because no_privilege
)");
  ASSERT_EQ(scenario.steps.size(), 14u);
  auto may = [&](size_t i) { return std::get<MayExpectation>(scenario.steps.at(i)); };
  EXPECT_TRUE(may(0).operation.asks_sign_in);
  EXPECT_EQ(may(1).operation.impersonator, UserId{2});
  EXPECT_EQ(may(1).because->reason, Reason::NoActOnBehalf);
  ASSERT_TRUE(may(2).operation.proposed);
  EXPECT_EQ(may(2).operation.proposed->owner, Principal::of(UserId{1}));
  EXPECT_EQ(may(2).operation.proposed->links.size(), 1u);
  EXPECT_FALSE(may(2).operation.record);
  EXPECT_EQ(may(3).operation.principal, Principal::organization());
  const auto& sign_in = std::get<SignInExpectation>(scenario.steps[6]);
  EXPECT_EQ(sign_in.because->reason, Reason::Disabled);
  const auto& update = std::get<ColumnExpectation>(scenario.steps[8]);
  EXPECT_EQ(update.permission, ColumnPermission::Update);
  EXPECT_EQ(update.attribute, 1u);
  const auto& create = std::get<ColumnExpectation>(scenario.steps[9]);
  EXPECT_FALSE(create.record);
  EXPECT_EQ(create.table, TableId{0});
  EXPECT_FALSE(std::get<RunsAsExpectation>(scenario.steps[10]).user);
  EXPECT_TRUE(std::get<RunsAsExpectation>(scenario.steps[11]).system);
  EXPECT_TRUE(std::get<RunExpectation>(scenario.steps[12]).may);
  EXPECT_FALSE(std::get<RunExpectation>(scenario.steps[13]).may);
}

TEST(ScenarioExpectations, MistakesInWholeOperations) {
  EXPECT_EQ(club_problems("sam may asign t1 to ana"), "E2001 `asign` unknown operation `asign`\n");
  EXPECT_EQ(club_problems("sam may sing in"), "E2001 `sing` unknown operation `sing`\n");
  EXPECT_EQ(club_problems("sam may sign in because owner"),
            "E8013 `owner` `because` goes with `may not sign in` alone\n");
  EXPECT_EQ(club_problems("sam may assign t1 to organization"),
            "E2001 `organization` unknown user or team `organization`\n");
  EXPECT_EQ(club_problems("sam may not assign c1 to ana"),
            "E3005 `c1` right `assign` on organization-owned table `city`\n");
  EXPECT_EQ(club_problems("sam may delete t1 because restrict"),
            "E8001 `restrict` reason `restrict` explains a `may not`, the line says `may`\n");
  EXPECT_EQ(club_problems("sam may create t1"), "E2001 `t1` unknown table `t1`\n");
  EXPECT_EQ(club_problems("sam may create t3: trip"), "E8013 `trip` `: trip` goes with `creates` in `when` alone\n");
  EXPECT_EQ(club_problems("sam may share t1.fee with ana for read"),
            "E8013 `fee` `.fee` goes with `link` or `unlink` alone\n");
  EXPECT_EQ(club_problems("sam cannot read t1.fee because level"),
            "E8001 `level` reason `level` explains access to a row, the line says which column\n");
  EXPECT_EQ(club_problems("sam can read t1.fee because column"),
            "E8001 `column` reason `column` explains a `cannot`, the line says `can`\n");
  EXPECT_EQ(club_problems("sam can write t1.fee"), "E7004 `write` unknown column permission `write`\n");
  EXPECT_EQ(club_problems("sam can read t1.name"), "E7003 `name` column `name` of `trip` is not secured\n");
  EXPECT_EQ(club_problems("sam can create t1.fee"), "E2001 `t1` unknown table `t1`\n");
  EXPECT_EQ(club_problems("sam can share t1 with ana"), "E8018 `share` `share` without `for`\n");
  EXPECT_EQ(club_problems("stamp.nte may run"), "E2001 `nte` unknown step `nte`\n");
}

TEST(Scenarios, TitlesAreTheirNames) {
  EXPECT_EQ(problems("scenario \"a\" { } scenario \"a\" { }"), "E2002 `\"a\"` scenario `a` is declared twice\n");
}

}  // namespace
}  // namespace policyc::test
