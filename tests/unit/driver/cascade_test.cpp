// What an operation would change, and whether it may be done: `policyc cascade` and `policyc decide --may`.
#include "compiler/sema/policy.h"
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kPolicy = R"(policy club follows guide
privilege act_on_behalf_of_another_user
privilege merge
privilege reparent_user
table trip owned by user { km: integer  fee: money secured }
table entry owned by user
table note owned by user
table bill owned by user
table city owned by organization
relationship trip_log: entry.trip -> trip parental
relationship entry_note: note.entry -> entry parental
relationship trip_bill: bill.trip -> trip restrict_delete
relationship home: trip.home -> city referential
relationship visited: trip <-> city
role skipper {
  trip: all at user
  entry: all at user
  note: all at user
  bill: all at user
  city: read, append, append_to at organization
}
role clerk { every table: all at organization  privilege act_on_behalf_of_another_user  privilege merge
             privilege reparent_user }
)";
constexpr std::string_view kFacts = R"({"units":[{"name":"club"},{"name":"south","parent":"club"}],
"users":[{"name":"sam","unit":"club","roles":["skipper"]},{"name":"ana","unit":"south","roles":["skipper"]},
{"name":"kim","unit":"club","roles":["clerk"]},{"name":"ben","unit":"south"},
{"name":"off","unit":"club","disabled":true},{"name":"both","unit":"club"},{"name":"test","unit":"club"}],
"teams":[{"name":"crew","unit":"south","members":["ana"]},{"name":"guests","unit":"club","kind":"access"},
{"name":"both","unit":"club"}],
"records":[{"id":"t1","table":"trip","owner":"sam"},{"id":"t2","table":"trip","owner":"sam"},
{"id":"e1","table":"entry","owner":"sam","links":{"trip":"t1"}},
{"id":"e2","table":"entry","owner":"ana","links":{"trip":"t1"}},
{"id":"n1","table":"note","owner":"sam","links":{"entry":"e1"}},
{"id":"t3","table":"trip","owner":"kim"},{"id":"b3","table":"bill","owner":"kim","links":{"trip":"t3"}},
{"id":"oslo","table":"city"}]})";

class Cascade : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("club.policy", kPolicy);
    write("org.json", kFacts);
  }

  int cascade(std::vector<std::string> words) { return ask("cascade", std::move(words)); }

  // What is printed for a phrase that is one text.
  std::string shown(std::string phrase, std::vector<std::string> words = {}) {
    words.push_back(std::move(phrase));
    EXPECT_EQ(cascade(std::move(words)), kFine) << err();
    return out();
  }

  // The verdict of both engines, which agree.
  std::string may(const std::string& user, const std::string& phrase) {
    EXPECT_EQ(decide({"--as", user, "--engine", "reference", "--may", phrase}), kFine) << err();
    std::string reference = out();
    EXPECT_EQ(decide({"--as", user, "--engine", "native", "--may", phrase}), kFine) << err();
    EXPECT_EQ(out(), reference);
    return reference.substr(0, reference.find('\n'));
  }

  void wrong(int code, std::string phrase, std::string_view message) {
    EXPECT_EQ(cascade({std::move(phrase)}), code);
    EXPECT_TRUE(says(message)) << err();
    EXPECT_TRUE(out().empty()) << out();
  }
};

TEST_F(Cascade, AssignGoesDownRowByRow) {
  std::string rows =
      "trip/t1: owner sam -> ana\n"
      "trip/t1: unit club -> south\n"
      "entry/e1: owner sam -> ana (assign through trip_log below trip/t1)\n"
      "entry/e1: unit club -> south (assign through trip_log below trip/t1)\n"
      "note/n1: owner sam -> ana (assign through entry_note below entry/e1)\n"
      "note/n1: unit club -> south (assign through entry_note below entry/e1)\n"
      "3 rows change\n";
  EXPECT_EQ(cascade({"assign", "trip/t1", "to", "ana"}), kFine) << err();
  EXPECT_EQ(out(), rows);
  EXPECT_EQ(shown("assign t1 to user ana"), rows);
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(shown("assign t1 to ana", {"--as", "sam", "--engine", engine}), "allow because owner\n" + rows);
  }
  EXPECT_EQ(shown("assign t1 to sam"), "nothing changes\n");
}

TEST_F(Cascade, ADenialNamesTheMissingPieceAndChangesNothing) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(shown("assign t1 to ana", {"--as", "ana", "--engine", engine}),
              "deny because level\n  missing: user `ana` lacks `assign` on `t1` of `trip`\nnothing changes\n");
    EXPECT_EQ(shown("assign t1 to ben", {"--as", "sam", "--engine", engine}),
              "deny because other_party\n  missing: user `ben` lacks `read` on table `trip`\nnothing changes\n");
    EXPECT_EQ(shown("delete t3", {"--as", "kim", "--engine", engine}),
              "deny because restrict\n  in the way: `b3` of `bill`, which restricts the delete\nnothing changes\n");
  }
  EXPECT_EQ(shown("delete t3"),
            "deny because restrict\n  in the way: `b3` of `bill`, which restricts the delete\nnothing changes\n");
}

TEST_F(Cascade, SharesAreInheritedBelow) {
  EXPECT_EQ(shown("share t1 with ana for read, write"),
            "trip/t1: shared with ana: nothing -> read,write\n"
            "entry/e1: inherited by ana from the share of trip/t1: nothing -> read,write "
            "(share through trip_log below trip/t1)\n"
            "entry/e2: inherited by ana from the share of trip/t1: nothing -> read,write "
            "(share through trip_log below trip/t1)\n"
            "note/n1: inherited by ana from the share of trip/t1: nothing -> read,write "
            "(share through entry_note below entry/e1)\n"
            "4 rows change\n");
  EXPECT_EQ(cascade({"share", "t1", "with", "team", "crew", "for", "read"}), kFine) << err();
  EXPECT_TRUE(prints("trip/t1: shared with team crew: nothing -> read\n")) << out();
  EXPECT_EQ(cascade({"share", "t1", "with", "organization", "for", "read"}), kFine) << err();
  EXPECT_TRUE(prints("shared with organization: nothing -> read\n")) << out();
}

TEST_F(Cascade, ASharesThatHasNoEffectSaysSo) {
  std::string text = shown("share t1 with ben for read", {"--as", "sam"});
  EXPECT_TRUE(text.starts_with("allow because owner\ntrip/t1: shared with ben: nothing -> read\n")) << text;
  EXPECT_TRUE(prints("note: no role gives user `ben` `read` on `trip`, so sharing it has no effect\n")) << text;
  EXPECT_EQ(decide({"--as", "sam", "--explain", "--may", "share", "t1", "with", "ben", "for", "read"}), kFine);
  EXPECT_TRUE(prints("  note: no role gives user `ben` `read` on `trip`")) << out();
  EXPECT_EQ(shown("share t1 with ana for read", {"--as", "sam"}).find("note:"), std::string::npos);
}

TEST_F(Cascade, EveryPhraseIsUnderstood) {
  EXPECT_EQ(shown("delete t1"),
            "trip/t1: deleted\n"
            "entry/e1: deleted (delete through trip_log below trip/t1)\n"
            "entry/e2: deleted (delete through trip_log below trip/t1)\n"
            "note/n1: deleted (delete through entry_note below entry/e1)\n"
            "4 rows change\n");
  EXPECT_EQ(shown("link e1.trip to t2"), "entry/e1: trip trip/t1 -> trip/t2\n1 row changes\n");
  EXPECT_EQ(shown("link t1.home to oslo"), "trip/t1: home nothing -> city/oslo\n1 row changes\n");
  EXPECT_EQ(shown("unlink entry/e1.trip"), "entry/e1: trip trip/t1 -> nothing\n1 row changes\n");
  EXPECT_EQ(shown("associate t1 with oslo through visited"),
            "trip/t1: associated with city/oslo through visited\n1 row changes\n");
  EXPECT_EQ(shown("associate oslo with t1 through visited"),
            "trip/t1: associated with city/oslo through visited\n1 row changes\n");
  EXPECT_EQ(shown("disassociate t1 with oslo through visited"), "nothing changes\n");
  EXPECT_EQ(shown("merge t1 into t2"),
            "trip/t1: state active -> inactive\n"
            "entry/e1: trip trip/t1 -> trip/t2 (merge through trip_log below trip/t1)\n"
            "entry/e2: owner ana -> sam (merge through trip_log below trip/t1)\n"
            "entry/e2: unit south -> club (merge through trip_log below trip/t1)\n"
            "entry/e2: trip trip/t1 -> trip/t2 (merge through trip_log below trip/t1)\n"
            "3 rows change\n");
  EXPECT_EQ(shown("deactivate t1"), "trip/t1: state active -> inactive\n1 row changes\n");
  EXPECT_EQ(shown("activate t1"), "nothing changes\n");
  EXPECT_EQ(shown("read t1"), "nothing changes\n");
  EXPECT_EQ(shown("update t1"), "nothing changes\n");
  EXPECT_EQ(shown("add ben to guests"), "user ben: joins team guests\n1 user changes\n");
  EXPECT_EQ(shown("remove ben from guests"), "nothing changes\n");
  EXPECT_EQ(shown("revoke t1 from ana"), "nothing changes\n");
  EXPECT_EQ(shown("modify t2 with ana for read"), "trip/t2: shared with ana: nothing -> read\n1 row changes\n");
  EXPECT_EQ(shown("create trip owned by team crew"), "trip/new: created\n1 row changes\n");
  EXPECT_EQ(shown("create trip", {"--as", "sam"}), "allow because owner\ntrip/new: created\n1 row changes\n");
}

TEST_F(Cascade, PeopleMoveWithTheirRows) {
  EXPECT_EQ(shown("move ana to club"),
            "user ana: unit south -> club\n"
            "user ana: loses 1 role\n"
            "entry/e2: unit south -> club\n"
            "1 user and 1 row change\n");
  EXPECT_EQ(shown("move crew to club"), "team crew: unit south -> club\n1 team changes\n");
  EXPECT_EQ(shown("move user both to south"), "user both: unit club -> south\n1 user changes\n");
  EXPECT_EQ(shown("move trip/t1 to south"),
            "deny because classic_units\n  in the way: a row lies in its owner's unit under classic business units\n"
            "nothing changes\n");
  wrong(kInputWrong, "move both to south", "`both` is not clear; write `user both` or `team both`");
}

TEST_F(Cascade, WhatIsNotKnownEndsWithOne) {
  wrong(kInputWrong, "assign t9 to sam", "unknown record `t9`; did you mean `t1`?");
  wrong(kInputWrong, "assign tripp/t1 to sam", "unknown table `tripp`; did you mean `trip`?");
  wrong(kInputWrong, "assign t1 to smm", "unknown user, team or unit `smm`; did you mean `sam`?");
  wrong(kInputWrong, "assign t1 to both", "`both` is a user and a team; write `user both` or `team both`");
  wrong(kInputWrong, "assign t1 to team sam", "unknown team `sam`");
  wrong(kInputWrong, "share t1 with ana for raed", "unknown right `raed`; did you mean `read`?");
  wrong(kInputWrong, "link e1.tripp to t1", "unknown lookup of entry `tripp`; did you mean `trip`?");
  wrong(kInputWrong, "link e1.trip to oslo", "`oslo` is a record of `city`; the lookup leads to `trip`");
  wrong(kInputWrong, "associate t1 with oslo through visitde", "did you mean `visited`?");
  wrong(kInputWrong, "associate t1 with oslo through home",
        "`home` is a lookup; write `link TABLE/ID.home to TABLE/ID`");
  wrong(kInputWrong, "move nobody to south", "unknown user, team or record `nobody`");
  wrong(kInputWrong, "move sam to suoth", "unknown unit `suoth`; did you mean `south`?");
  wrong(kInputWrong, "add sam to gests", "unknown team `gests`; did you mean `guests`?");
  wrong(kInputWrong, "create trp owned by sam", "unknown table `trp`; did you mean `trip`?");
  wrong(kInputWrong, "create trip", "whose row? write `create trip owned by NAME`");
  wrong(kInputWrong, "create city owned by sam", "rows of `city` have no owner; leave out `owned by`");
  EXPECT_EQ(cascade({"--as", "smm", "read", "t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown user `smm`; did you mean `sam`?")) << err();
  EXPECT_EQ(cascade({"--as", "sam", "--on-behalf-of", "ann", "read", "t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown user `ann`; did you mean `ana`?")) << err();
}

TEST_F(Cascade, WhatIsNoPhraseEndsWithTwo) {
  wrong(kWrongUse, "asign t1 to sam", "unknown operation `asign`; did you mean `assign`?");
  wrong(kWrongUse, "assign t1", "`to` is missing; the phrase is `assign TABLE/ID to PRINCIPAL`");
  wrong(kWrongUse, "assign t1 ot sam", "`ot` where `to` was expected; the phrase is");
  wrong(kWrongUse, "assign t1 to", "a name is missing; the phrase is");
  wrong(kWrongUse, "assign t1 to sam now", "`now` is more than the phrase takes");
  wrong(kWrongUse, "share t1 with ana for", "no rights after `for`; the phrase is");
  wrong(kWrongUse, "link e1 to t1", "`e1` names no lookup; write `TABLE/ID.LOOKUP`");
  wrong(kWrongUse, "delete", "a row is missing; the phrase is `delete TABLE/ID`");
  EXPECT_EQ(decide({"--as", "sam", "--may", "assign", "t1"}), kWrongUse);
}

TEST_F(Cascade, NamesMayBeThoseOfCommands) {
  EXPECT_EQ(cascade({"assign", "t2", "to", "test"}), kFine) << err();
  EXPECT_TRUE(prints("trip/t2: owner sam -> test")) << out();
}

TEST_F(Cascade, MayPrintsTheVerdict) {
  EXPECT_EQ(may("sam", "assign t1 to ana"), "allow because owner");
  EXPECT_EQ(may("ana", "delete t1"), "deny because level");
  EXPECT_EQ(may("off", "read t1"), "deny because disabled");
  EXPECT_EQ(may("ben", "read t1"), "deny because no_privilege");
  EXPECT_EQ(may("sam", "share city/oslo with ana for read"), "deny because illegal");
  EXPECT_EQ(may("sam", "assign t1 to guests"), "deny because access_team");
  EXPECT_EQ(may("sam", "merge t1 into t2"), "deny because no_privilege");
  EXPECT_EQ(may("kim", "merge t1 into e1"), "deny because not_same_table");
  EXPECT_EQ(may("kim", "move sam to south"), "allow because role_level");
  EXPECT_EQ(may("sam", "add ben to crew"), "deny because illegal");
  EXPECT_EQ(may("sam", "create trip"), "allow because owner");
  EXPECT_EQ(may("sam", "create trip owned by ana"), "deny because level");
}

TEST_F(Cascade, TablesAndPrivilegesThatThePolicyDoesNotDeclare) {
  write("club.policy", R"(policy club follows guide
organization { business_units: modern }
table trip owned by user
table entry owned by user
table note owned by user
table bill owned by user
table city owned by organization
relationship trip_log: entry.trip -> trip parental
relationship entry_note: note.entry -> entry parental
relationship trip_bill: bill.trip -> trip parental
role skipper { every table: all at organization }
role clerk { trip: read at user }
)");
  EXPECT_EQ(shown("move t1 to south", {"--as", "sam"}),
            fmt::format("deny because no_privilege\n"
                        "  missing: user `sam` lacks `append_to` on table `{}`, which the policy does not declare\n"
                        "nothing changes\n",
                        kBusinessUnitTable));
  EXPECT_EQ(shown("merge t1 into t2", {"--as", "sam"}),
            "deny because no_privilege\n"
            "  missing: user `sam` lacks privilege `merge`, which the policy does not declare\nnothing changes\n");
}

TEST_F(Cascade, MayActOnBehalf) {
  EXPECT_EQ(decide({"--as", "kim", "--on-behalf-of", "sam", "--may", "delete", "t1"}), kFine) << err();
  EXPECT_EQ(out(), "allow because owner\n");
  EXPECT_EQ(decide({"--as", "ana", "--on-behalf-of", "sam", "--explain", "--may", "delete", "t1"}), kFine) << err();
  EXPECT_TRUE(out().starts_with("deny because no_act_on_behalf: ")) << out();
  EXPECT_TRUE(prints("asked: may `ana` on behalf of `sam` delete `t1` of `trip`")) << out();
  EXPECT_TRUE(prints("missing: user `ana` lacks privilege `act_on_behalf_of_another_user`")) << out();
  EXPECT_EQ(shown("delete t1", {"--as", "ana", "--on-behalf-of", "sam"}).substr(0, 30),
            "deny because no_act_on_behalf\n");
}

TEST_F(Cascade, MayExplains) {
  EXPECT_EQ(decide({"--as", "ana", "--explain", "--may", "assign t1 to sam"}), kFine) << err();
  EXPECT_TRUE(
      prints("deny because level: every role that gives the right stops short of the row\n"
             "  asked: may `ana` assign `t1` of `trip`, owned by user `sam` in unit `club`, to user `sam`\n"
             "  missing: user `ana` lacks `assign` on `t1` of `trip`\n"
             "  role: `skipper`, held directly from unit `south`\n"))
      << out();
  EXPECT_TRUE(prints("level: held `user`, needed `organization`")) << out();
  EXPECT_EQ(decide({"--as", "sam", "--explain", "--may", "move sam to south"}), kFine) << err();
  EXPECT_TRUE(prints("missing: user `sam` lacks privilege `reparent_user`")) << out();
}

TEST_F(Cascade, JsonHoldsAnswerAndEffects) {
  EXPECT_EQ(cascade({"--as", "sam", "--format", "json", "assign", "t1", "to", "ana"}), kFine) << err();
  EXPECT_EQ(json()["answer"]["allowed"], true);
  EXPECT_EQ(json()["answer"]["reason"], "owner");
  EXPECT_EQ(json()["answer"]["decision"]["role"], "skipper");
  EXPECT_EQ(json()["rights_asked"], true);
  EXPECT_EQ(json()["summary"], "3 rows change");
  ASSERT_EQ(json()["effects"].size(), 6u);
  nlohmann::json effect = json()["effects"][2];
  EXPECT_EQ(effect["effect"], "owner");
  EXPECT_EQ(effect["row"], "entry/e1");
  EXPECT_EQ(effect["before"], "sam");
  EXPECT_EQ(effect["after"], "ana");
  EXPECT_EQ(effect["action"], "assign");
  EXPECT_EQ(effect["through"], "trip_log");
  EXPECT_EQ(effect["above"], "trip/t1");
  EXPECT_EQ(cascade({"--format", "json", "assign", "t1", "to", "ana"}), kFine);
  EXPECT_EQ(json()["rights_asked"], false);
  EXPECT_EQ(cascade({"--as", "sam", "--format", "json", "assign", "t1", "to", "ben"}), kFine);
  EXPECT_EQ(json()["answer"]["reason"], "other_party");
  EXPECT_EQ(json()["answer"]["party"]["user"], "ben");
  EXPECT_EQ(json()["answer"]["right"], "read");
  EXPECT_EQ(json()["missing"], "missing: user `ben` lacks `read` on table `trip`");
  EXPECT_TRUE(json()["effects"].empty());
  EXPECT_EQ(decide({"--as", "sam", "--format", "json", "--explain", "--may", "assign t1 to ben"}), kFine);
  EXPECT_EQ(json()["table"], "trip");
  EXPECT_GT(json()["explanation"].size(), 2u);
}

}  // namespace
}  // namespace policyc
