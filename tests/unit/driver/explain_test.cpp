// What an answer hangs on: switches, rows above, what is left over, reports, columns, and signing in.
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kTables = R"(
table trip owned by user { fee: money secured  tip: money secured }
table entry owned by user
relationship trip_log: entry.trip -> trip parental
role skipper { every table: all at user }
role cleaner { trip: delete at organization  trip: read at user }
role reader { every table: read at user }
column_profile purser { trip.fee: read, read_unmasked }
)";
constexpr std::string_view kFacts = R"({"units":[{"name":"club"},{"name":"south","parent":"club"}],
"users":[{"name":"sam","unit":"club","roles":["skipper"]},
{"name":"ana","unit":"south","roles":["reader"],"profiles":["purser"]},
{"name":"kim","unit":"club","roles":["cleaner"]},
{"name":"boss","unit":"club","roles":["reader"]},
{"name":"rep","unit":"club","roles":["skipper"],"manager":"boss"},
{"name":"off","unit":"club","disabled":true},{"name":"none","unit":"club"},
{"name":"admin","unit":"club","access_mode":"administrative","roles":["skipper"]},
{"name":"eyes","unit":"club","access_mode":"read","roles":["skipper"]}],
"teams":[{"name":"crew","unit":"club","members":["ana"]}],
"records":[{"id":"t1","table":"trip","owner":"sam"},{"id":"e1","table":"entry","owner":"sam","links":{"trip":"t1"}},
{"id":"t2","table":"trip","owner":"rep"},{"id":"t3","table":"trip","owner":"sam"},
{"id":"t4","table":"trip","owner":"off"},{"id":"t5","table":"trip","owner":"eyes"},
{"id":"t6","table":"trip","owner":"admin"}],
"shares":[{"record":"t1","with":"crew","rights":["read"]},
{"record":"t3","with":"ana","inherited":["read"]},
{"record":"t3","with":"boss","rights":["read"],"inherited":["read"]}]})";

class Explain : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    follow("guide");
    write("org.json", kFacts);
  }
  void follow(std::string_view book, std::string_view more = "") {
    write("club.policy", fmt::format("policy club follows {}\n{}{}", book, more, kTables));
  }

  // The explanation of a right on a row.
  std::string why(const std::string& user, const std::string& right, const std::string& row) {
    EXPECT_EQ(decide({"--as", user, "--can", right, "--on", row, "--engine", "reference", "--explain"}), kFine)
        << err();
    return out();
  }
};

TEST_F(Explain, EachSwitchThatTheAnswerHangsOn) {
  why("kim", "delete", "t1");
  EXPECT_TRUE(out().starts_with("deny because needs_read: ")) << out();
  EXPECT_TRUE(
      prints("  switch: `delete_needs_read` is true (rule book guide): with false the answer would be allow "
             "because role_level (whether delete needs read reach on the row)\n"))
      << out();
  EXPECT_EQ(out().find("switch:", out().find("switch:") + 1), std::string::npos) << out();
  follow("dataverse", "settings { delete_needs_read: true }\n");
  why("kim", "delete", "t1");
  EXPECT_TRUE(prints("`delete_needs_read` is true (" + path("club.policy") + ":2:")) << out();
  why("sam", "read", "t1");
  EXPECT_FALSE(prints("switch:")) << out();
}

TEST_F(Explain, InheritedAccessNamesTheRowAboveAndHangsOnItsSwitch) {
  std::string text = why("ana", "read", "e1");
  EXPECT_TRUE(text.starts_with("allow because inherited_share: ")) << text;
  EXPECT_TRUE(prints("  inherited: by team `crew`, with whom `t1` of `trip` above is shared\n")) << text;
  EXPECT_TRUE(
      prints("switch: `new_child_inherits_shares` is true (rule book guide): with false the answer would be deny "
             "because level"))
      << text;
}

TEST_F(Explain, InheritedFromAnOwner) {
  follow("dataverse");
  write("org.json", R"({"units":[{"name":"club"}],"users":[{"name":"sam","unit":"club","roles":["skipper"]},
{"name":"ana","unit":"club","roles":["skipper"]}],"records":[{"id":"t1","table":"trip","owner":"sam"},
{"id":"e1","table":"entry","owner":"ana","links":{"trip":"t1"}}]})");
  std::string text = why("sam", "write", "e1");
  EXPECT_TRUE(prints("inherited: by user `sam`, who owns `t1` of `trip` above\n")) << text;
  EXPECT_TRUE(
      prints("switch: `on_link` is inherit_access (rule book dataverse): with take_owner the answer would be deny"))
      << text;
}

TEST_F(Explain, WhatIsLeftOverIsDrift) {
  std::string text = why("ana", "read", "t3");
  EXPECT_TRUE(prints("inherited: by user `ana`, left over: no link accounts for it\n")) << text;
  EXPECT_TRUE(prints("drift: with what is left over removed the answer would be deny because level\n")) << text;
  text = why("boss", "read", "t3");
  EXPECT_TRUE(text.starts_with("allow because share: ")) << text;
  EXPECT_FALSE(prints("drift:")) << text;
  EXPECT_EQ(decide({"--as", "ana", "--explain", "--may", "read t3"}), kFine) << err();
  EXPECT_TRUE(prints("left over: no link accounts for it\n")) << out();
  EXPECT_TRUE(prints("drift: with what is left over removed the answer would be deny because level\n")) << out();
}

TEST_F(Explain, HierarchyNamesTheReport) {
  follow("guide", "organization { hierarchy: manager { depth: 2 } }\n");
  std::string text = why("boss", "read", "t2");
  EXPECT_TRUE(text.starts_with("allow because hierarchy: ")) << text;
  EXPECT_TRUE(prints("report: `rep` has the row, and `boss` stands above\n")) << text;
  EXPECT_TRUE(prints("switch: `hierarchy_needs` is user_read (rule book guide): with business_unit_level the answer "))
      << text;
  EXPECT_TRUE(prints("switch: `hierarchy_excluded_tables` is none (rule book guide): with trip the answer ")) << text;
}

TEST_F(Explain, AccessAndSigningInAreTwoAnswers) {
  why("off", "read", "t4");
  EXPECT_TRUE(prints("note: `off` may not sign in (disabled); this answer is about access alone\n")) << out();
  why("admin", "read", "t6");
  EXPECT_TRUE(prints("note: access mode `administrative` opens settings alone to `admin`")) << out();
  why("eyes", "write", "t5");
  EXPECT_TRUE(prints("note: access mode `read` lets `eyes` read alone")) << out();
  why("eyes", "read", "t5");
  EXPECT_FALSE(prints("note:")) << out();
}

TEST_F(Explain, SigningIn) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(decide({"--as", "sam", "--sign-in", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "allow, access mode read_write\n");
    EXPECT_EQ(decide({"--as", "off", "--sign-in", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "deny because disabled, access mode read_write\n");
    EXPECT_EQ(decide({"--as", "none", "--sign-in", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "deny because no_privilege, access mode read_write\n");
    EXPECT_EQ(decide({"--as", "admin", "--sign-in", "--format", "json", "--engine", engine}), kFine) << err();
    EXPECT_EQ(json()["allowed"], true);
    EXPECT_EQ(json()["access_mode"], "administrative");
  }
  EXPECT_EQ(decide({"--as", "off", "--sign-in", "--explain"}), kFine);
  EXPECT_TRUE(prints("note: `off` may still own rows and be shared with; `--can` asks about access alone\n")) << out();
  EXPECT_EQ(decide({"--as", "admin", "--sign-in", "--explain"}), kFine);
  EXPECT_TRUE(prints("access mode: `administrative` opens settings alone")) << out();
  EXPECT_EQ(decide({"--as", "smm", "--sign-in"}), kInputWrong);
  EXPECT_TRUE(says("unknown user `smm`")) << err();
}

TEST_F(Explain, ReadingTellsTheColumns) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(decide({"--as", "ana", "--can", "read", "--on", "t1", "--explain", "--engine", engine}), kFine) << err();
    EXPECT_TRUE(prints("  columns hidden: `tip`\n  columns unmasked: `fee`\n")) << out();
    EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "t1", "--format", "json", "--engine", engine}), kFine);
    EXPECT_EQ(json()["hidden_columns"], nlohmann::json({"fee", "tip"}));
    EXPECT_TRUE(json()["unmasked_columns"].empty());
    EXPECT_EQ(decide({"--as", "ana", "--can", "read", "--on", "t2", "--explain", "--engine", engine}), kFine) << err();
    EXPECT_TRUE(prints("  columns hidden: `fee`, `tip`\n  columns unmasked: none\n")) << out();
  }
  EXPECT_EQ(decide({"--as", "sam", "--can", "write", "--on", "t1", "--explain"}), kFine);
  EXPECT_FALSE(prints("columns")) << out();
}

TEST_F(Explain, OperationsHangOnSwitches) {
  EXPECT_EQ(decide({"--as", "rep", "--explain", "--may", "assign t2 to kim"}), kFine) << err();
  EXPECT_TRUE(out().starts_with("allow because owner: ")) << out();
  EXPECT_EQ(decide({"--as", "kim", "--explain", "--may", "delete t1"}), kFine) << err();
  EXPECT_TRUE(prints("missing: user `kim` lacks `read` on `t1` of `trip`\n")) << out();
  EXPECT_TRUE(prints("switch: `delete_needs_read` is true (rule book guide): with false the answer would be allow"))
      << out();
}

}  // namespace
}  // namespace policyc
