// policyc list and policyc who, on both engines.
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kPolicy = R"(policy club follows guide
table trip owned by user { km: integer }
table city owned by organization
role skipper {
  trip: read, share at user
        write at business_unit
        delete at organization when record.km < 500
}
role reader { city: read at organization }
)";
constexpr std::string_view kFacts = R"({"units":[{"name":"club"},{"name":"south","parent":"club"}],
"users":[{"name":"sam","unit":"club","roles":["skipper","reader"]},{"name":"ana","unit":"south","roles":["skipper"]},
{"name":"vera","unit":"south"}],
"teams":[{"name":"crew","unit":"south","kind":"owner","members":["ana"]}],
"records":[{"id":"t1","table":"trip","owner":"sam","attributes":{"km":600}},
{"id":"t2","table":"trip","owner":"ana","attributes":{"km":20}},{"id":"t3","table":"trip","owner":"crew"},
{"id":"oslo","table":"city"}],
"shares":[{"record":"trip/t1","with":"crew","rights":["read"]}]})";

class ListAndWho : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("club.policy", kPolicy);
    write("org.json", kFacts);
  }
};

TEST_F(ListAndWho, ListNamesRowsOfTheTable) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(ask("list", {"--as", "ana", "--can", "read", "--on", "trip", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "trip/t1\ntrip/t2\ntrip/t3\n");
    EXPECT_EQ(ask("list", {"--as", "sam", "--can", "read", "--on", "trip", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "trip/t1\n");
    EXPECT_EQ(ask("list", {"--as", "sam", "--can", "read", "--on", "city", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "city/oslo\n");
    EXPECT_EQ(ask("list", {"--as", "vera", "--can", "read", "--on", "trip", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "nothing\n");
  }
}

TEST_F(ListAndWho, WhoNamesUsers) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(ask("who", {"--can", "read", "--on", "trip/t1", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "sam\nana\n");
    EXPECT_EQ(ask("who", {"--can", "write", "--on", "t3", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "ana\n");
    EXPECT_EQ(ask("who", {"--can", "write", "--on", "oslo", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "nobody\n");
  }
}

TEST_F(ListAndWho, NamesMakeNoLines) {
  std::string facts(kFacts);
  facts.replace(facts.find("\"sam\",\"unit\""), 5, R"("s\nm\u001b[2J")");
  facts.replace(facts.find("\"owner\":\"sam\""), 13, R"("owner":"s\nm\u001b[2J")");
  write("org.json", facts);
  EXPECT_EQ(ask("who", {"--can", "read", "--on", "trip/t1"}), kFine) << err();
  EXPECT_EQ(out(), "s\ufffdm\ufffd[2J\nana\n");
}

TEST_F(ListAndWho, AnswersForMachines) {
  EXPECT_EQ(ask("list", {"--as", "sam", "--can", "read", "--on", "trip", "--format", "json"}), kFine);
  EXPECT_EQ(json(), (nlohmann::json{{"records", {"trip/t1"}}}));
  EXPECT_EQ(ask("who", {"--can", "write", "--on", "oslo", "--format", "json"}), kFine);
  EXPECT_EQ(json(), (nlohmann::json{{"users", nlohmann::json::array()}}));
}

TEST_F(ListAndWho, SayWhatTheyDoNotKnow) {
  EXPECT_EQ(ask("list", {"--as", "sma", "--can", "read", "--on", "trip"}), kInputWrong);
  EXPECT_TRUE(says("unknown user `sma`; did you mean `sam`?"));
  EXPECT_EQ(ask("list", {"--as", "sam", "--can", "raed", "--on", "trip"}), kInputWrong);
  EXPECT_TRUE(says("unknown right `raed`; did you mean `read`?"));
  EXPECT_EQ(ask("list", {"--as", "sam", "--can", "read", "--on", "tripp"}), kInputWrong);
  EXPECT_TRUE(says("unknown table `tripp`; did you mean `trip`?"));
  EXPECT_EQ(ask("who", {"--can", "raed", "--on", "t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown right `raed`; did you mean `read`?"));
  EXPECT_EQ(ask("who", {"--can", "read", "--on", "tripp/t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown table `tripp`; did you mean `trip`?"));
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"list", "--as", "sam", "--can", "create", "--on", "trip"}, {"who", "--can", "create", "--on", "t1"}}) {
    EXPECT_EQ(ask(words[0], {words.begin() + 1, words.end()}), kInputWrong);
    EXPECT_TRUE(says("`create` is asked of a table, before there is a row")) << err();
  }
}

TEST_F(ListAndWho, WrongUseEndsWithTwo) {
  EXPECT_EQ(run({"list", "x", "--facts", "y", "--as", "z"}), kWrongUse);
  EXPECT_EQ(run({"who", "x", "--facts", "y", "--on", "t"}), kWrongUse);
  for (const char* command : {"list", "who"}) {
    EXPECT_EQ(run({command, "--help"}), kFine);
    EXPECT_TRUE(prints("example: policyc ")) << out();
  }
}

}  // namespace
}  // namespace policyc
