#include "compiler/facts/facts_json.h"

#include <gtest/gtest.h>

#include <chrono>

#include "compiler/base/diagnostic_render.h"
#include "compiler/sema/check.h"
#include "compiler/syntax/parser.h"

namespace policyc {
namespace {

constexpr std::string_view kTables = R"(
user { region: string  grade: integer }
context { channel: choice { web, phone } }
table trip owned by user {
  km: decimal  fee: money  status: choice { open, closed }  day: date  moment: datetime  urgent: boolean  name: string
  pay: money secured
}
table entry owned by user
table city owned by organization
table dock owned by business_unit
relationship trip_log: entry.trip -> trip parental
relationship trip_before: trip.before -> trip parental
relationship entry_city: entry.city -> city referential
relationship visited: trip <-> city
column_profile purser { trip.pay: read, update }
role skipper { trip: all at user }
role clerk { entry: all at user }
)";

class FactsJson : public testing::Test {
 protected:
  void follow(std::string_view book, std::string_view more = "") {
    sources_ = {};
    SourceId id = sources_.add("p.policy", fmt::format("policy p follows {}\n{}\n{}", book, kTables, more));
    ParseResult parsed = parse(sources_, id);
    for (const Diagnostic& diagnostic : parsed.diagnostics) ADD_FAILURE() << render_short(diagnostic, sources_);
    ast_ = std::move(parsed.ast);
    CheckResult checked = check({&ast_});
    ASSERT_TRUE(checked.policy.has_value());
    policy_ = std::move(*checked.policy);
  }

  void SetUp() override { follow("guide"); }

  FactsResult read(std::string text) {
    return read_facts(policy_, sources_, sources_.add("org.json", std::move(text)));
  }

  // Each mistake as "line:column code message", a line each.
  std::string mistakes(std::string text) {
    std::string lines;
    FactsResult result = read(std::move(text));
    EXPECT_EQ(result.facts.has_value(), result.diagnostics.empty());
    for (const Diagnostic& diagnostic : result.diagnostics) {
      LineColumn at = sources_.line_column(diagnostic.span);
      lines += fmt::format("{}:{} {} {}\n", at.line, at.column, diagnostic_code(diagnostic.kind), diagnostic.message);
    }
    return lines;
  }

  // A small organization with `more` top-level keys.
  std::string with(std::string_view more) {
    return fmt::format(
        R"({{"units":[{{"name":"club"}},{{"name":"north","parent":"club"}}],
"users":[{{"name":"sam","unit":"north"}},{{"name":"ana","unit":"club"}}],
"teams":[{{"name":"crew","unit":"north"}}],
{}}})",
        more);
  }

  SourceMap sources_;
  ast::Ast ast_;
  Policy policy_;
};

TEST_F(FactsJson, ReadsAWholeOrganization) {
  FactsResult result = read(R"({
    "units": [{"name": "north", "parent": "club"}, {"name": "club"}],
    "users": [{"name": "sam", "unit": "north", "roles": ["skipper"], "attributes": {"region": "w\u00e9st", "grade": 3}},
              {"name": "kim", "unit": "club", "disabled": true}],
    "teams": [{"name": "crew", "unit": "club", "members": ["sam", "kim"], "roles": ["clerk"]}],
    "records": [{"id": "e1", "table": "entry", "owner": "crew", "links": {"trip": "trip/x", "city": "x"}},
                {"id": "x", "table": "trip", "owner": {"unit": "north"},
                 "attributes": {"km": 0.1, "fee": "12.50", "status": "closed", "day": "2026-01-31", "urgent": true}},
                {"id": "x", "table": "city"}, {"id": "d", "table": "dock", "unit": "north"}],
    "shares": [{"record": "trip/x", "with": "organization", "rights": ["read", "write"]}],
    "context": {"now": "2026-01-31T12:00:00Z", "channel": "phone"}
  })");
  for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << render_short(diagnostic, sources_);
  ASSERT_TRUE(result.facts);
  const Facts& facts = *result.facts;
  UnitId north = find_unit(facts, "north"), club = find_unit(facts, "club");
  EXPECT_EQ(facts.units[north].parent, club);
  const User& sam = facts.users[find_user(facts, "sam")];
  EXPECT_EQ(sam.roles, (std::vector<RoleHeld>{{find_role(policy_, "skipper"), north}}));
  EXPECT_EQ(sam.attributes[0].text, "w\u00e9st");
  EXPECT_EQ(sam.attributes[1].number, 3);
  EXPECT_TRUE(facts.users[find_user(facts, "kim")].disabled);
  EXPECT_EQ(facts.teams[find_team(facts, "crew")].members.size(), 2u);
  const Record& trip = facts.records[RecordId{1}];
  EXPECT_EQ(trip.owner, Principal::of(north));
  EXPECT_EQ(trip.unit, north);
  EXPECT_EQ(trip.attributes[0], *parse_number("0.1", ValueType::Decimal));
  EXPECT_EQ(trip.attributes[1], *parse_number("12.5", ValueType::Money));
  EXPECT_TRUE(trip.attributes[4].is_null);
  const Record& entry = facts.records[RecordId{0}];
  ASSERT_EQ(entry.links.size(), 2u);
  EXPECT_EQ(entry.links[0].parent, RecordId{1});
  EXPECT_EQ(entry.links[1].parent, RecordId{2});
  EXPECT_EQ(facts.shares[0].rights, bit(Right::Read) | bit(Right::Write));
  EXPECT_EQ(facts.context[1], *parse_date("2026-01-31"));
}

TEST_F(FactsJson, TextThatIsNoJson) {
  EXPECT_EQ(mistakes("").substr(0, 9), "1:1 E9001");
  EXPECT_EQ(mistakes("{\n  \"units\": [}").substr(0, 10), "2:13 E9001");
  EXPECT_EQ(mistakes("[]"), "1:1 E9004 `facts` is a list, expected an object\n");
  EXPECT_EQ(mistakes(std::string(100000, '[')), "1:33 E9009 more than 32 brackets inside one another\n");
  EXPECT_EQ(mistakes(std::string("{\0}", 3)).substr(4, 5), "E9001");
}

TEST_F(FactsJson, EveryMistakeInOneRun) {
  EXPECT_EQ(mistakes("{\"unit\":[],\n\"users\":{},\n\"teams\":[1]}"),
            "1:1 E9003 facts has no `units`\n"
            "1:2 E9002 unknown key `unit` in facts\n"
            "2:9 E9004 `users` is an object, expected a list\n"
            "3:10 E9004 `team` is a number, expected an object\n");
}

TEST_F(FactsJson, KeysAndNamesAppearOnce) {
  EXPECT_EQ(mistakes(R"({"units":[{"name":"a","name":"b"},{"name":"a","parent":"a"}],"users":[]})"),
            "1:23 E9005 key `name` appears twice\n"
            "1:43 E9005 unit `a` appears twice\n");
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"c","table":"city"},{"id":"c","table":"city"}])")),
            "4:44 E9005 record of `city` `c` appears twice\n");
}

TEST_F(FactsJson, UnitsFormOneTree) {
  EXPECT_EQ(mistakes(R"({"units":[{"name":"a"},{"name":"b"}],"users":[]})"),
            "1:32 E9010 second root unit `b`; every unit but one has a `parent`\n");
  EXPECT_EQ(mistakes(R"({"units":[{"name":"r"},{"name":"a","parent":"b"},{"name":"b","parent":"a"}],"users":[]})"),
            "1:32 E9008 units above `a` go round\n");
  EXPECT_EQ(mistakes(R"({"units":[],"users":[]})"), "1:10 E9010 no unit; an organization has a root unit\n");
  std::string deep = R"({"users":[],"units":[{"name":"u0"})";
  for (int i = 1; i <= 1000; ++i) deep += fmt::format(R"(,{{"name":"u{}","parent":"u{}"}})", i, i - 1);
  EXPECT_NE(mistakes(deep + "]}").find("E9009 more than 1000 units above one another"), std::string::npos);
}

TEST_F(FactsJson, DanglingNamesGetASuggestion) {
  FactsResult result = read(with(R"("records":[{"id":"t","table":"trip","owner":"sma"}])"));
  ASSERT_EQ(result.diagnostics.size(), 1u);
  const Diagnostic& diagnostic = *result.diagnostics.begin();
  EXPECT_EQ(diagnostic.message, "unknown owner `sma`");
  EXPECT_EQ(sources_.text(diagnostic.span), "\"sma\"");
  ASSERT_EQ(diagnostic.helps.size(), 1u);
  EXPECT_EQ(diagnostic.helps[0], "did you mean `sam`?");
}

TEST_F(FactsJson, OneMistakeIsReportedOnce) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"t","table":"tripp","owner":"sam"}],
"shares":[{"record":"t","with":"ana","rights":["read"]},{"record":"tripp/t","with":"crew","rights":["read"]}])")),
            "4:30 E9006 unknown table `tripp`\n5:67 E9006 unknown table `tripp`\n");
}

TEST_F(FactsJson, OwnersFitTheTable) {
  EXPECT_EQ(mistakes(with(R"("records":[
{"id":"a","table":"trip"},
{"id":"b","table":"city","owner":"sam"},
{"id":"c","table":"city","unit":"north"},
{"id":"d","table":"dock"},
{"id":"e","table":"trip","owner":"organization"},
{"id":"f/g","table":"city"}])")),
            "5:7 E9010 record of `trip` without an owner\n"
            "6:34 E9010 owner of a record of `city`, which the organization owns\n"
            "7:33 E9010 unit of a record of `city`, which the organization owns\n"
            "8:7 E9010 record of `dock` without a unit\n"
            "9:34 E9010 `organization` as owner of a record of `trip`\n"
            "10:7 E9007 `f/g` is no record id\n");
}

TEST_F(FactsJson, ClassicUnitsBindRowsAndRoles) {
  std::string text =
      R"({"units":[{"name":"club"},{"name":"north","parent":"club"}],
"users":[{"name":"sam","unit":"north","roles":[{"role":"skipper","unit":"club"}]}],
"records":[{"id":"t","table":"trip","owner":"sam","unit":"club"}]})";
  EXPECT_EQ(mistakes(text),
            "2:73 E9010 role of another unit under classic business units\n"
            "3:58 E9010 record in another unit than its owner's under classic business units\n");
  follow("guide", "organization { business_units: modern }");
  EXPECT_EQ(mistakes(text), "");
}

TEST_F(FactsJson, UnitsAreNoPrincipalsUnderDataverse) {
  std::string text = with(R"("records":[{"id":"t","table":"trip","owner":"north"}])");
  EXPECT_EQ(mistakes(text), "");
  follow("dataverse");
  EXPECT_EQ(mistakes(text), "4:45 E9010 unit as owner under this rule book\n");
}

TEST_F(FactsJson, ANameOfTwoPrincipalsIsAskedBack) {
  EXPECT_EQ(mistakes(R"({"units":[{"name":"north"}],"users":[],"teams":[{"name":"north","unit":"north"}],
"records":[{"id":"t","table":"trip","owner":"north"},{"id":"u","table":"trip","owner":{"team":"north"}}]})"),
            "2:45 E9010 `north` is a team and a unit\n");
}

TEST_F(FactsJson, ValuesFitTheirTypes) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"t","table":"trip","owner":"sam","attributes":{
"km": 1e3,
"fee": "1.23456",
"status": "shut",
"day": "2026-02-30",
"moment": 5,
"urgent": "true",
"nmae": "x",
"name": null}}])")),
            "5:7 E9007 `1e3` is no decimal\n"
            "6:8 E9007 `1.23456` is no money\n"
            "7:11 E9007 `shut` is no label of `status`\n"
            "8:8 E9007 `2026-02-30` is no date\n"
            "9:11 E9004 `moment` is a number, expected a string or null\n"
            "10:11 E9004 `urgent` is a string, expected true or false or null\n"
            "11:1 E9006 unknown attribute of trip `nmae`\n");
}

TEST_F(FactsJson, ParentalLinksMakeNoRing) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"a","table":"trip","owner":"sam","links":{"before":"b"}},
{"id":"b","table":"trip","owner":"sam","links":{"before":"a"}},
{"id":"c","table":"trip","owner":"sam","links":{"before":"c"}}])")),
            "4:18 E9011 parental links above record `a` go round\n"
            "6:7 E9011 parental links above record `c` go round\n");
}

TEST_F(FactsJson, SharesNameRowsAndRightsThatExist) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"t","table":"trip","owner":"sam"},{"id":"o","table":"city"}],
"shares":[{"record":"t","with":"ana","rights":["read","reed","read"]},
{"record":"t","with":{"user":"ana"},"rights":["write"]},
{"record":"o","with":"ana","rights":["read"]},
{"record":"nope","with":"nobody","rights":[]},
{"record":"t","with":"sam","rights":["create"]},
{"record":"t","with":"crew","rights":[]}])")),
            "5:55 E9006 unknown right `reed`\n"
            "5:62 E9005 right `read` appears twice\n"
            "6:22 E9005 share of record `t` with `ana` appears twice\n"
            "7:11 E9010 share of a record of `city`, which takes no shares\n"
            "8:11 E9006 unknown record `nope`\n"
            "8:25 E9006 unknown principal `nobody`\n"
            "9:38 E9010 right `create` on a row that is there already\n"
            "10:1 E9010 share for no right\n");
}

TEST_F(FactsJson, DisabledUsersHoldNoRoles) {
  EXPECT_EQ(mistakes(R"({"units":[{"name":"c"}],"users":[{"name":"k","unit":"c","disabled":true,"roles":["clerk"]}]})"),
            "1:81 E9010 roles for disabled user `k`\n");
}

TEST_F(FactsJson, ReadsPeopleOfEveryKind) {
  FactsResult result = read(R"({
    "units": [{"name": "club", "roles": ["clerk"]}],
    "positions": [{"name": "mate", "parent": "captain"}, {"name": "captain"}],
    "users": [{"name": "sam", "unit": "club", "manager": "ana", "position": "mate", "profiles": ["purser"]},
              {"name": "ana", "unit": "club", "access_mode": "non_interactive"}],
    "teams": [{"name": "club", "unit": "club", "kind": "default", "roles": ["clerk"]},
              {"name": "staff", "unit": "club", "kind": "group", "members": ["ana"], "profiles": ["purser"]},
              {"name": "guests", "unit": "club", "kind": "access"}]
  })");
  for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << render_short(diagnostic, sources_);
  ASSERT_TRUE(result.facts);
  const Facts& facts = *result.facts;
  EXPECT_EQ(facts.units[UnitId{0}].roles, (std::vector<RoleHeld>{{find_role(policy_, "clerk"), UnitId{0}}}));
  UserId sam = find_user(facts, "sam"), ana = find_user(facts, "ana");
  EXPECT_EQ(facts.users[sam].manager, ana);
  EXPECT_EQ(facts.users[sam].position, PositionId{0});
  EXPECT_EQ(facts.positions[PositionId{0}].parent, PositionId{1});
  EXPECT_EQ(facts.users[sam].profiles, std::vector<ProfileId>{ProfileId{0}});
  EXPECT_EQ(facts.users[sam].access_mode, AccessMode::ReadWrite);
  EXPECT_EQ(facts.users[ana].access_mode, AccessMode::NonInteractive);
  EXPECT_EQ(facts.teams[TeamId{0}].kind, TeamKind::Default);
  EXPECT_TRUE(is_member(facts, sam, TeamId{0}));
  EXPECT_EQ(facts.teams[TeamId{1}].kind, TeamKind::Group);
  EXPECT_EQ(facts.teams[TeamId{1}].profiles, std::vector<ProfileId>{ProfileId{0}});
  EXPECT_EQ(facts.teams[TeamId{2}].kind, TeamKind::Access);
}

TEST_F(FactsJson, ReadsWhatIsSharedAndAssociated) {
  FactsResult result = read(with(R"("records":[{"id":"t","table":"trip","owner":"sam","inactive":true},
{"id":"u","table":"trip","owner":"sam","inactive":false},{"id":"oslo","table":"city"}],
"shares":[{"record":"t","with":"ana","inherited":["read","write"]},
{"record":"u","with":"crew","rights":["read"],"inherited":["write"]}],
"column_shares":[{"record":"t","column":"pay","with":{"team":"crew"},"rights":["update"]}],
"associations":[{"relationship":"visited","first":"t","second":"oslo"}])"));
  for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << render_short(diagnostic, sources_);
  ASSERT_TRUE(result.facts);
  const Facts& facts = *result.facts;
  EXPECT_FALSE(facts.records[RecordId{0}].active);
  EXPECT_TRUE(facts.records[RecordId{1}].active);
  RightSet both = bit(Right::Read) | bit(Right::Write);
  EXPECT_EQ(facts.shares[0].rights, 0);
  EXPECT_EQ(facts.shares[0].inherited, (std::vector<InheritedRights>{{RecordId{}, false, both}}));
  EXPECT_EQ(facts.shares[1].rights, bit(Right::Read));
  EXPECT_EQ(facts.shares[1].inherited_rights(), bit(Right::Write));
  ASSERT_EQ(facts.column_shares.size(), 1u);
  EXPECT_EQ(policy_.tables[find_table(policy_, "trip")].attributes[facts.column_shares[0].attribute].name, "pay");
  EXPECT_TRUE(facts.column_shares[0].update);
  EXPECT_FALSE(facts.column_shares[0].read);
  EXPECT_EQ(facts.associations, (std::vector<Association>{{RelationshipId{3}, RecordId{0}, RecordId{2}}}));
}

TEST_F(FactsJson, NobodyIsAboveThemselves) {
  EXPECT_EQ(mistakes(R"({"units":[{"name":"c"}],"positions":[{"name":"p","parent":"p"}],
"users":[{"name":"a","unit":"c","manager":"b"},{"name":"b","unit":"c","manager":"a"},
{"name":"d","unit":"c","manager":"e"}]})"),
            "1:46 E9010 positions above `p` go round\n"
            "2:18 E9010 managers above `a` go round\n"
            "3:34 E9006 unknown user `e`\n");
}

TEST_F(FactsJson, ChainsOfManagersAreBoundedByTheFileAlone) {
  std::string users = R"({"name":"u0","unit":"c"})", positions = R"({"name":"p0"})";
  for (int i = 1; i <= 50000; ++i) {
    users += fmt::format(R"(,{{"name":"u{}","unit":"c","manager":"u{}"}})", i, i - 1);
    positions += i > 1000 ? "" : fmt::format(R"(,{{"name":"p{}","parent":"p{}"}})", i, i - 1);
  }
  EXPECT_EQ(mistakes(fmt::format(R"({{"units":[{{"name":"c"}}],"users":[{}]}})", users)), "");
  std::string found = mistakes(fmt::format(R"({{"units":[{{"name":"c"}}],"users":[],"positions":[{}]}})", positions));
  EXPECT_NE(found.find("E9009 more than 1000 positions above one another"), std::string::npos) << found;
}

TEST_F(FactsJson, TeamsKeepTheRulesOfTheirKind) {
  std::string text = R"({"units":[{"name":"c","roles":["clerk"]}],"users":[{"name":"a","unit":"c"}],
"teams":[{"name":"c","unit":"c","kind":"default","members":["a"]},
{"name":"d","unit":"c","kind":"default"},
{"name":"x","unit":"c","kind":"access","roles":["clerk"]},
{"name":"y","unit":"c","kind":"acess"}],
"records":[{"id":"t","table":"trip","owner":"x"}]})";
  std::string same =
      "2:60 E9010 members of default team `c`, which has all users of its unit\n"
      "3:9 E9010 second default team of unit `c`\n"
      "4:48 E9010 roles for access team `x`, which holds none\n"
      "5:31 E9006 unknown kind of team `acess`\n"
      "6:45 E9010 access team `x` as owner of a record of `trip`\n";
  EXPECT_EQ(mistakes(text), same);
  follow("dataverse");
  EXPECT_EQ(mistakes(text), "1:31 E9010 roles for unit `c` under this rule book\n" + same);
}

TEST_F(FactsJson, ColumnSharesNameSecuredColumnsAndPeople) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"t","table":"trip","owner":"sam"}],
"column_shares":[{"record":"t","column":"pay","with":"ana","rights":["read"]},
{"record":"t","column":"pay","with":{"user":"ana"},"rights":["update"]},
{"record":"t","column":"fee","with":"ana","rights":["read"]},
{"record":"t","column":"pya","with":"ana","rights":["read"]},
{"record":"t","column":"pay","with":"organization","rights":["write"]},
{"record":"t","column":"pay","with":"north","rights":[]},
{"record":"none","column":"pay","with":"sam","rights":["read","read"]}])")),
            "6:37 E9005 share of `pay` of record `t` with `ana` appears twice\n"
            "7:24 E9010 share of column `fee`, which is not secured\n"
            "8:24 E9006 unknown attribute of trip `pya`\n"
            "9:37 E9010 column share with the organization; a user or a team can be shared with\n"
            "9:62 E9006 unknown right on a column `write`\n"
            "10:37 E9010 column share with a unit; a user or a team can be shared with\n"
            "10:54 E9010 column share for no right\n"
            "11:11 E9006 unknown record `none`\n"
            "11:63 E9005 right `read` appears twice\n");
}

TEST_F(FactsJson, AssociationsAreOfManyToMany) {
  EXPECT_EQ(mistakes(with(R"("records":[{"id":"t","table":"trip","owner":"sam"},{"id":"o","table":"city"}],
"associations":[{"relationship":"visited","first":"t","second":"o"},
{"relationship":"visited","first":"trip/t","second":"o"},
{"relationship":"visited","first":"o","second":"t"},
{"relationship":"trip_log","first":"o","second":"t"},
{"relationship":"visit","first":"t"}])")),
            "6:53 E9005 association by `visited` of `t` with `o` appears twice\n"
            "7:35 E9006 unknown record of trip `o`\n"
            "7:48 E9006 unknown record of city `t`\n"
            "8:17 E9010 association by `trip_log`, which is a lookup\n"
            "9:1 E9003 association has no `second`\n"
            "9:17 E9006 unknown relationship `visit`\n");
}

TEST_F(FactsJson, ManyRecordsTakeLinearTime) {
  std::string text = R"({"units":[{"name":"c"}],"users":[{"name":"sam","unit":"c"}],)";
  text += R"("records":[{"id":"t0","table":"trip","owner":"sam"})";
  for (int i = 1; i < 100000; ++i) {
    text += fmt::format(R"(,{{"id":"t{}","table":"trip","owner":"sam","links":{{"before":"t{}"}}}})", i, i - 1);
  }
  auto start = std::chrono::steady_clock::now();
  FactsResult result = read(text + "]}");
  ASSERT_TRUE(result.facts);
  EXPECT_EQ(result.facts->records.size(), 100000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

}  // namespace
}  // namespace policyc
