// policyc replay: what it tells of logs, whole ones and damaged ones. Lines here are as runtime/log writes them;
// tests/differential/replay_test.cpp has the log write them itself.
#include "runtime/log/log_lines.h"
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kClub = R"(policy club follows guide
table boat_trip owned by user {
  distance_km: decimal
  status: choice { open, closed }
}
table city owned by organization
role skipper {
  boat_trip: read at business_unit
             delete at user when record.status == closed
  city: read at organization
}
role mate { boat_trip: read at user }
)";

// Sam, skipper in unit 1, and a trip of Ana's there.
constexpr std::string_view kSam =
    R"("unit":1,"teams":[4],"roles":[{"role":"skipper","holder":"self","anchor":[1,2]},)"
    R"({"role":"mate","holder":"team 4","anchor":[1,2]}],"hierarchy":"off","reports":[],"attributes":{}})"
    "\n";

std::string id_of(std::string_view body) { return policy::subject_id(body); }
std::string subject_line(std::string_view body) { return R"({"subject":")" + id_of(body) + "\"," + std::string(body); }

struct Line {
  std::string right = "read";
  std::string table = "boat_trip";
  std::string row = "t1";
  std::string answer = R"("allowed":true,"reason":"role_level","role":"skipper","through":"user 3")";
  std::string subject = "\"" + id_of(kSam) + "\"";
  std::string record = R"({"owner":"user 7","unit":2,"away":false,"shares":[],"attributes":{"status":"closed"}})";
};

// The owner's unit is the user's own, unit 1 by number.
std::string text_of(const Line& line) {
  return R"({"time":"2026-01-31T12:00:00.000000Z","policy":"club","policy_hash":"00","user":{"number":3,"name":"sam"},)"
         R"("right":")" +
         line.right + R"(","table":")" + line.table + R"(","row":{"name":")" + line.row + "\"}," + line.answer +
         R"(,"subject":)" + line.subject + R"(,"record":)" + line.record + ",\"context\":{}}\n";
}

std::string record_of_unit(uint32_t unit) {
  return R"({"owner":"user 7","unit":)" + std::to_string(unit) +
         R"(,"away":false,"shares":[],"attributes":{"status":"closed"}})";
}

class ReplayTest : public CommandTest {
 protected:
  int replay(std::string_view policy, std::vector<std::string> more = {}) {
    write("new.policy", policy);
    more.insert(more.begin(), {"replay", path("log"), "--against", path("new.policy")});
    return run(std::move(more));
  }
  void write_log(std::vector<Line> lines) {
    std::string text = subject_line(kSam);
    for (const Line& line : lines) text += text_of(line);
    write("log", text);
  }
};

std::string replaced(std::string_view text, const std::string& what, const std::string& by) {
  std::string result(text);
  result.replace(result.find(what), what.size(), by);
  return result;
}

TEST_F(ReplayTest, NothingChangesUnderTheSamePolicy) {
  write_log({{.record = record_of_unit(1)}});
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_EQ(out(),
            "1 decision: 1 the same, 0 would be denied, 0 would be allowed, 0 the same answer for another reason, 0 "
            "cannot be asked again\n");
}

TEST_F(ReplayTest, EqualChangesAreCountedTogether) {
  std::vector<Line> lines;
  for (int i = 0; i < 7; ++i) lines.push_back({.row = "t" + std::to_string(i), .record = record_of_unit(1)});
  write_log(lines);
  EXPECT_EQ(replay(replaced(kClub, "read at business_unit", "read at user")), 0) << err();
  EXPECT_TRUE(prints("7 decisions: 0 the same, 7 would be denied, 0 would be allowed")) << out();
  EXPECT_TRUE(
      prints("\nwould be denied\n"
             "  sam, read on boat_trip, 7 times: t0, t1, t2, t3, t4, ...\n"
             "    was  allow because role_level: `skipper` of user 3\n"
             "    now  deny because level (held user, needed business_unit)"))
      << out();
}

TEST_F(ReplayTest, MoreThanBefore) {
  write_log({{.answer = R"("allowed":false,"reason":"level","held":"business_unit","needed":"parent_child")",
              .record = record_of_unit(2)}});
  EXPECT_EQ(replay(replaced(kClub, "read at business_unit", "read at parent_child"), {"--format", "json"}), 0);
  EXPECT_EQ(json()["allowed"], 1);
  const nlohmann::json group = json()["groups"][0];
  EXPECT_EQ(group["outcome"], "allowed");
  EXPECT_EQ(group["rows"], nlohmann::json::array({"t1"}));
  EXPECT_EQ(group["before"]["needed"], "parent_child");
  EXPECT_EQ(group["now"]["role"], "skipper");
  EXPECT_EQ(group["now"]["level"], "parent_child");
  EXPECT_NE(group["now"]["place"].get<std::string>().find("new.policy:8:"), std::string::npos) << out();
}

TEST_F(ReplayTest, WhatIsGoneIsSaid) {
  write_log({{.table = "invoice"}, {.right = "assign", .table = "city"}, {.record = record_of_unit(1)}});
  EXPECT_EQ(replay(replaced(replaced(kClub, "role skipper", "role captain"), "mate { ", "helper { ")), 0) << err();
  EXPECT_TRUE(prints("3 decisions: 0 the same, 3 would be denied")) << out();
  EXPECT_TRUE(prints("now  deny because unknown\n    note: table `invoice` is gone")) << out();
  EXPECT_TRUE(prints("now  deny because illegal\n    note: `city` takes no assign any more")) << out();
  EXPECT_TRUE(prints("note: role `skipper` is gone\n    note: role `mate` is gone")) << out();
}

TEST_F(ReplayTest, WhatTheLogDoesNotHoldHasNoValueAndIsNotCertain) {
  write_log({{.record = record_of_unit(1)},
             {.table = "city",
              .record = R"({"owner":"nobody","unit":null,"away":false,)"
                        R"("shares":[],"attributes":{}})"}});
  const std::string policy =
      replaced(kClub, "read at business_unit", "read at business_unit when record.distance_km < 500");
  EXPECT_EQ(replay(policy), 0) << err();
  EXPECT_TRUE(prints("1 the same, 1 would be denied")) << out();
  EXPECT_TRUE(
      prints("1 of them not certain, for want of what the log does not hold:\n"
             "  `distance_km` of `boat_trip`, 1 time\n"))
      << out();
  EXPECT_TRUE(prints("    not certain: the log does not hold `distance_km` of `boat_trip`\n")) << out();
}

TEST_F(ReplayTest, AnotherOwnershipIsNotCertain) {
  write_log({{.table = "city", .record = record_of_unit(1)},
             {.record = R"({"owner":"nobody","unit":null,"away":false,)"
                        R"("shares":[],"attributes":{}})"}});
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_TRUE(prints("`boat_trip`")) << out();
  EXPECT_TRUE(prints("2 of them not certain")) << out();
}

TEST_F(ReplayTest, AnotherOwnershipIsToldWhicheverItIs) {
  const std::string owned = record_of_unit(1);
  const std::string of_unit = R"({"owner":"nobody","unit":1,"away":false,"shares":[],"attributes":{}})";
  const std::string of_nobody = R"({"owner":"nobody","unit":null,"away":false,"shares":[],"attributes":{}})";
  std::string now_of_unit = replaced(kClub, "boat_trip owned by user", "boat_trip owned by business_unit");
  for (const char* right : {"delete", "read"}) {
    now_of_unit = replaced(now_of_unit, std::string(right) + " at user", std::string(right) + " at business_unit");
  }
  write_log({{.record = owned}});
  EXPECT_EQ(replay(now_of_unit), 0) << err();
  EXPECT_TRUE(prints("  rows of `boat_trip` that units own, 1 time\n")) << out();
  write_log({{.record = of_unit}});
  EXPECT_EQ(replay(now_of_unit), 0) << err();
  EXPECT_FALSE(prints("not certain")) << out();
  write_log({{.record = of_nobody}});
  EXPECT_EQ(replay(now_of_unit), 0) << err();
  EXPECT_TRUE(prints("  a unit of rows of `boat_trip`, 1 time\n")) << out();
  for (const std::string& record : {owned, of_unit}) {
    write_log({{.table = "city", .record = record}});
    EXPECT_EQ(replay(kClub), 0) << err();
    EXPECT_TRUE(prints("  rows of `city` that the organization owns, 1 time\n")) << out();
  }
  write_log({{.table = "city", .record = of_nobody}});
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_FALSE(prints("not certain")) << out();
}

// A label that another attribute still has is gone from this one all the same. Who does not read it is not told.
TEST_F(ReplayTest, ALabelThatIsGoneEqualsNoneAndIsNotCertain) {
  write_log({{.right = "delete",
              .answer = R"("allowed":true,"reason":"owner")",
              .record = R"({"owner":"user 3","unit":1,"away":false,"shares":[],"attributes":{"status":"lost"}})"}});
  const std::string policy = replaced(kClub, "{ open, closed }", "{ open, closed }\n  wreck: choice { none, lost }");
  EXPECT_EQ(replay(policy), 0) << err();
  EXPECT_TRUE(prints("now  deny because condition")) << out();
  EXPECT_TRUE(
      prints("    note: label `lost` of `status` is gone\n"
             "    not certain: the log does not hold a label that `status` of `boat_trip` has now\n"))
      << out();
  write_log({{.record = replaced(record_of_unit(1), "closed", "lost")}});
  EXPECT_EQ(replay(policy, {"--show", "all"}), 0) << err();
  EXPECT_FALSE(prints("gone")) << out();
  EXPECT_FALSE(prints("not certain")) << out();
}

TEST_F(ReplayTest, NamesMoveNoTerminalAndMakeNoLines) {
  write_log({{.table = "a\\u001b[2Jb", .row = "t1\\n  ana, read on city", .record = record_of_unit(1)}});
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_TRUE(prints("  sam, read on a\ufffd[2Jb: t1\ufffd  ana, read on city\n")) << out();
  EXPECT_FALSE(prints("\x1b")) << out();
  write_log({{.record = replaced(record_of_unit(1), "user 7", "\\u001b[2J\\nlog:1:")}});
  EXPECT_EQ(replay(kClub), 1);
  EXPECT_TRUE(says("`owner` cannot be `\ufffd[2J\ufffdlog:1:`\n")) << err();
}

TEST_F(ReplayTest, WhatCannotBeAskedAgain) {
  write("log", text_of({}) +
                   R"({"user":{"number":3},"right":"read","table":"boat_trip","row":{"number":9},"allowed":true,)"
                   R"("reason":"share","cut":true})"
                   "\n" +
                   text_of({.answer = R"("allowed":false,"reason":"unknown")", .subject = "null"}));
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_TRUE(
      prints("1 the same, 0 would be denied, 0 would be allowed, 0 the same answer for another reason, 2 cannot"))
      << out();
  EXPECT_TRUE(prints("note: its subject does not stand before it in the file")) << out();
  EXPECT_TRUE(prints("  user 3, read on boat_trip: 9\n    was  allow because share\n    note: it was too large"))
      << out();
}

TEST_F(ReplayTest, ShowAllShowsWhatStaysTheSame) {
  write_log({{.record = record_of_unit(1)}});
  EXPECT_EQ(replay(kClub, {"--show", "all"}), 0) << err();
  EXPECT_TRUE(prints("\nthe same\n  sam, read on boat_trip: t1\n")) << out();
}

TEST_F(ReplayTest, DamagedLinesAreToldAndTheRestGoesOn) {
  std::string text = subject_line(kSam);
  text += "{\"time\":\"20\n";
  text += std::string(2u << 20, 'x') + "\n";
  text += std::string(100'000, '[') + std::string(100'000, ']') + "\n";
  text += R"({"user":7,"allowed":true})"
          "\n";
  text += R"({"other":1})"
          "\n";
  text += R"({"time":"2026-01-31T12:00:00.000000Z","dropped":12})"
          "\n";
  text += R"({"time":"2026-01-31T12:00:00.000000Z","failed":3})"
          "\n";
  text += text_of({.record = record_of_unit(1)});
  write("log", text);
  EXPECT_EQ(replay(kClub), 1);
  EXPECT_TRUE(says("log:2: no JSON")) << err();
  EXPECT_TRUE(says("log:3: longer than 1 MB")) << err();
  EXPECT_TRUE(says("log:4: brackets too deep")) << err();
  EXPECT_TRUE(says("log:5: no line of a decision log")) << err();
  EXPECT_TRUE(says("log:6: no line of a decision log: neither a decision nor a subject")) << err();
  EXPECT_TRUE(prints("1 decision: 1 the same")) << out();
  EXPECT_TRUE(prints("not in the log: 12 while it was full, 3 that could not be written")) << out();
  EXPECT_EQ(replay(kClub, {"--format", "json"}), 1);
  EXPECT_EQ(json()["damaged"], 5);
  EXPECT_EQ(json()["dropped"], 12);
}

TEST_F(ReplayTest, SubjectsThatNoLogWritesAreRefused) {
  const std::pair<std::string, std::string> mistakes[] = {
      {replaced(kSam, "team 4", "nobody"), "`holder` cannot be `nobody`"},
      {replaced(kSam, "team 4", "organization"), "`holder` cannot be `organization`"},
      {replaced(kSam, "team 4", "user 4"), "`holder` cannot be `user 4`"},
      {replaced(kSam, "[1,2]", "[1,2,3]"), "an `anchor` that is no two numbers"},
      {replaced(kSam, "[1,2]", "{\"0\":1}"), "`anchor` is no list"},
      {replaced(kSam, "[4]", "{}"), "`teams` is no list"},
      {replaced(kSam, "\"reports\":[]", "\"reports\":{}"), "`reports` is no list"},
      {replaced(kSam, "\"unit\":1", "\"unit\":1,\"unit\":2"), "`unit` twice"},
      {replaced(kSam, "\"off\"", "\"x\""), "a hierarchy that is none: `x`"},
      {replaced(kSam, "\"off\"", "\"manager depth 3\""), "a hierarchy that is none: `manager depth 3`"},
  };
  for (const auto& [body, mistake] : mistakes) {
    write("log", subject_line(body));
    EXPECT_EQ(replay(kClub), 1) << body;
    EXPECT_TRUE(says(mistake)) << err();
  }
  write("log", replaced(subject_line(kSam), "[1,2]", "[0,2]"));
  EXPECT_EQ(replay(kClub), 1);
  EXPECT_TRUE(says("a subject whose id is not that of its facts")) << err();
  write("log", "{\"subject\":\"s1\"," + std::string(kSam));
  EXPECT_EQ(replay(kClub), 1);
  EXPECT_TRUE(says("a subject that does not begin with its id")) << err();
  const std::string reports = "\"manager depth 3 write_levels 1 manager_unit same disabled_reports\"";
  write("log", replaced(subject_line(replaced(kSam, "\"off\"", reports)), "\n", "\r\n"));
  EXPECT_EQ(replay(kClub), 0) << err();
}

TEST_F(ReplayTest, DecisionsThatNoLogWritesAreRefused) {
  const std::string whole = text_of({.record = record_of_unit(1)});
  const std::pair<std::string, std::string> mistakes[] = {
      {replaced(whole, "role_level", "x"), "a reason that is none: `x`"},
      {replaced(whole, "true,\"reason\"", "7,\"reason\""), "`allowed` is neither true nor false"},
      {replaced(whole, "\"reason\":\"role_level\",", ""), "no `reason`"},
      {replaced(whole, "\"away\":false", "\"away\":0"), "`away` is neither true nor false"},
      {replaced(whole, "\"shares\":[]", "\"shares\":{}"), "`shares` is no list"},
      {replaced(whole, "\"owner\":\"user 7\"", "\"owner\":\"self\""), "`owner` cannot be `self`"},
      {replaced(whole, "\"number\":3", "\"number\":-3"), "something else in `number` where a number belongs"},
      {replaced(whole, "\"context\":{}", "\"context\":[]"), "`context` is no object"},
      {replaced(whole, "{\"status\":\"closed\"}", "{\"status\":\"closed\",\"status\":\"open\"}"), "`status` twice"},
      {replaced(whole, "\"allowed\"", "\"allowed\":false,\"allowed\""), "`allowed` twice"},
  };
  for (const auto& [text, mistake] : mistakes) {
    write("log", subject_line(kSam) + text);
    EXPECT_EQ(replay(kClub), 1) << text;
    EXPECT_TRUE(says(mistake)) << err();
    EXPECT_FALSE(says("json.exception")) << err();
    EXPECT_TRUE(prints("0 decisions")) << out();
  }
}

// Whatever a byte of it becomes, a line is read or refused.
TEST_F(ReplayTest, NoLineBreaksIt) {
  const std::string whole = subject_line(kSam) + text_of({.record = record_of_unit(1)});
  std::string text;
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const char byte : {'0', '"', '}', '\xff'}) {
      text += whole;
      text[text.size() - whole.size() + i] = byte;
    }
  }
  write("log", text);
  EXPECT_EQ(replay(kClub, {"--format", "json"}), 1);
  EXPECT_GT(json()["damaged"], 100);
  EXPECT_GT(json()["same"], 100);
}

TEST_F(ReplayTest, FilesThatCannotBeRead) {
  EXPECT_EQ(replay(kClub), 1);
  EXPECT_TRUE(says("log`: no such file")) << err();
  write("log", "");
  EXPECT_EQ(replay(kClub), 0) << err();
  EXPECT_TRUE(prints("0 decisions")) << out();
  EXPECT_EQ(run({"replay", path(""), "--against", path("new.policy")}), 1);
  EXPECT_TRUE(says("`: is a folder")) << err();
  EXPECT_EQ(replay("policy club follows nothing"), 1);
  EXPECT_EQ(run({"replay", path("log")}), 2);
}

}  // namespace
}  // namespace policyc
