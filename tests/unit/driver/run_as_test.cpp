// In whose name a step of a flow acts: `policyc run-as`.
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kPolicy = R"(policy club follows guide
table trip owned by user
table entry owned by user
table bill owned by user
role skipper { trip: all at user  entry: create, read at user }
role clerk { every table: all at organization }
flow audit on create, update of trip {
  owner soul
  trigger via roohi run as record_owner
  log: create entry as invoker
  bill: create bill via roohi
  close: write trip as invoker
  gone: create bill via somebody
}
flow plain on update of trip {
  owner soul
  trigger via roohi
  log: create entry as invoker
  bill: create bill as invoker
}
)";
constexpr std::string_view kFacts = R"({"units":[{"name":"club"}],
"users":[{"name":"sam","unit":"club","roles":["skipper"]},{"name":"ana","unit":"club","roles":["skipper"]},
{"name":"roohi","unit":"club","roles":["clerk"]},{"name":"soul","unit":"club"}],
"teams":[{"name":"crew","unit":"club"}],
"records":[{"id":"t1","table":"trip","owner":"ana"},{"id":"t2","table":"trip","owner":{"team":"crew"}},
{"id":"e1","table":"entry","owner":"ana"}]})";

class RunAsCommand : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("club.policy", kPolicy);
    write("org.json", kFacts);
  }

  int run_as(const std::string& step, std::vector<std::string> words) {
    words.insert(words.begin(), {"--flow", "audit", "--step", step, "--by", "sam"});
    return ask("run-as", std::move(words));
  }
};

TEST_F(RunAsCommand, SaysWhoItRunsAsAndWhetherItMay) {
  EXPECT_EQ(run_as("log", {"--on", "t1"}), kFine) << err();
  EXPECT_EQ(out(), "runs as ana\ncreated_by ana, created_on_behalf_by nobody\nallow because owner\n");
  EXPECT_EQ(run_as("close", {"--on", "trip/t1"}), kFine) << err();
  EXPECT_EQ(out(),
            "runs as ana\ncreated_by ana, created_on_behalf_by nobody\nallow because owner\n"
            "escalates: `sam` could not do it without the flow\n");
  EXPECT_EQ(run_as("gone", {"--on", "t1"}), kFine) << err();
  EXPECT_EQ(out(),
            "runs as nobody\ncreated_by nobody, created_on_behalf_by nobody\ndeny because unknown\n"
            "  in the way: the facts do not know whom the flow names\n");
  EXPECT_EQ(ask("run-as", {"--flow", "plain", "--step", "bill", "--by", "sam", "--on", "t1"}), kFine) << err();
  EXPECT_EQ(out(),
            "runs as sam\ncreated_by sam, created_on_behalf_by nobody\ndeny because no_privilege\n"
            "  missing: user `sam` lacks `create` on table `bill`\n");
}

TEST_F(RunAsCommand, StepsOnAConnectionEscalate) {
  EXPECT_EQ(run_as("bill", {"--on", "t1"}), kFine) << err();
  EXPECT_TRUE(out().starts_with("runs as roohi\n")) << out();
  EXPECT_TRUE(prints("escalates: `sam` could not do it without the flow\n")) << out();
}

TEST_F(RunAsCommand, ExplainsWithTheSwitchesItHangsOn) {
  EXPECT_EQ(run_as("log", {"--on", "t2", "--explain"}), kFine) << err();
  EXPECT_TRUE(out().starts_with("runs as roohi\n")) << out();
  EXPECT_TRUE(prints("step: `log` of `audit`, create on `entry`, as invoker, run as record_owner, ")) << out();
  EXPECT_TRUE(prints("set off: by `sam` on `t2` of `trip`, owned by team `crew` in unit `club`\n")) << out();
  EXPECT_TRUE(
      prints("switch: `record_owner_is_team` is process_owner (rule book guide): with flow_owner the answer "
             "would be `soul`, deny because no_privilege"))
      << out();
  EXPECT_TRUE(prints("switch: `process_owner` is trigger_connection (rule book guide): with flow_owner ")) << out();
  EXPECT_TRUE(prints("switch: `run_as_bounded_by_owner` is false (rule book guide): with true ")) << out();
}

TEST_F(RunAsCommand, JsonHoldsEverything) {
  EXPECT_EQ(run_as("close", {"--on", "t1", "--format", "json"}), kFine) << err();
  EXPECT_EQ(json()["runs_as"], "ana");
  EXPECT_EQ(json()["system"], false);
  EXPECT_EQ(json()["created_by"], "ana");
  EXPECT_TRUE(json()["created_on_behalf_by"].is_null());
  EXPECT_EQ(json()["answer"]["allowed"], true);
  EXPECT_EQ(json()["escalates"], true);
  EXPECT_FALSE(json().contains("explanation"));
  EXPECT_EQ(run_as("gone", {"--on", "t1", "--format", "json", "--explain"}), kFine) << err();
  EXPECT_TRUE(json()["runs_as"].is_null());
  EXPECT_TRUE(json().contains("explanation"));
}

TEST_F(RunAsCommand, WhatIsNotKnownEndsWithOne) {
  auto wrong = [&](std::vector<std::string> words, std::string_view message) {
    EXPECT_EQ(ask("run-as", std::move(words)), kInputWrong);
    EXPECT_TRUE(says(message)) << err();
  };
  wrong({"--flow", "audti", "--step", "log", "--by", "sam", "--on", "t1"},
        "unknown flow `audti`; did you mean `audit`?");
  wrong({"--flow", "audit", "--step", "lgo", "--by", "sam", "--on", "t1"},
        "unknown step of audit `lgo`; did you mean `log`?");
  wrong({"--flow", "audit", "--step", "log", "--by", "smm", "--on", "t1"}, "unknown user `smm`; did you mean `sam`?");
  wrong({"--flow", "audit", "--step", "log", "--by", "sam", "--on", "t9"}, "unknown record of trip `t9`");
  wrong({"--flow", "audit", "--step", "log", "--by", "sam", "--on", "e1"},
        "`e1` is of another table; rows of `trip` set off `audit`");
}

}  // namespace
}  // namespace policyc
