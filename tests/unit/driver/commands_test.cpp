// The tool as a user meets it: what each command answers, and what it ends with.
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

constexpr std::string_view kPolicy = R"(policy club follows guide
privilege go_offline
table trip owned by user { km: integer }
table city owned by organization
role skipper {
  trip: create, read, write at user
        delete at organization when record.km < 500
  privilege go_offline
}
scenario "owners read" {
  unit club
  user sam in club: skipper
  record t: trip owned by sam
  sam can read t because owner
}
)";
constexpr std::string_view kFacts = R"({"units":[{"name":"club"},{"name":"south","parent":"club"}],
"users":[{"name":"sam","unit":"club","roles":["skipper"]},{"name":"ana","unit":"south"}],
"records":[{"id":"t1","table":"trip","owner":"sam","attributes":{"km":600}},{"id":"t2","table":"trip","owner":"ana"},
{"id":"oslo","table":"city"}]})";

class Commands : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    write("club.policy", kPolicy);
    write("org.json", kFacts);
  }
};

TEST_F(Commands, WrongUseEndsWithTwo) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {},
           {"chekc"},
           {"check"},
           {"check", "x", "--format", "xml"},
           {"build", "x", "--emit=wasm"},
           {"decide", "x", "--facts", "y", "--as", "z"},
           {"decide", "x", "--facts", "y", "--as", "z", "--sign-in", "--has", "p"},
           {"decide", "x", "--facts", "y", "--as", "z", "--sign-in", "--on-behalf-of", "q"},
           {"cascade", "x", "--facts", "y"},
           {"cascade", "x", "assign", "t", "to", "z"},
           {"cascade", "x", "--facts", "y", "--on-behalf-of", "z", "read", "t"},
           {"run-as", "x", "--facts", "y", "--flow", "f"},
           {"import"}}) {
    EXPECT_EQ(run(words), kWrongUse);
    EXPECT_TRUE(out().empty()) << out();
    EXPECT_FALSE(err().empty());
  }
  EXPECT_EQ(run({"chekc"}), kWrongUse);
  EXPECT_TRUE(says("did you mean `check`?"));
}

TEST_F(Commands, EveryCommandHasHelpWithAnExample) {
  for (const char* command : {"check", "test", "build", "decide", "cascade", "run-as", "import", "version"}) {
    EXPECT_EQ(run({command, "--help"}), kFine) << command;
    EXPECT_NE(out().find("example: policyc "), std::string::npos) << command;
  }
  EXPECT_EQ(run({"--help"}), kFine);
  EXPECT_EQ(run({"import", "dataverse", "--help"}), kFine);
  EXPECT_NE(out().find("example: policyc import"), std::string::npos);
}

TEST_F(Commands, FilesThatCannotBeReadEndWithOne) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"check", path("none.policy")},
                                             {"test", path("none.policy")},
                                             {"build", path("none.policy")},
                                             {"check", path("")},
                                             {"import", "dataverse", path("none")}}) {
    EXPECT_EQ(run(words), kInputWrong);
    EXPECT_TRUE(says("policyc: ")) << err();
  }
}

TEST_F(Commands, CheckShowsMistakesInThreeForms) {
  write("wrong.policy", "policy wrong follows guide\nrole a { trip: read at user }\n");
  EXPECT_EQ(run({"check", path("club.policy")}), kFine);
  EXPECT_EQ(run({"check", path("wrong.policy")}), kInputWrong);
  EXPECT_TRUE(says("error[E2001]: unknown table `trip`"));
  EXPECT_EQ(run({"check", path("wrong.policy"), "--format", "short"}), kInputWrong);
  EXPECT_EQ(out(), path("wrong.policy") + ":2:10: error[E2001]: unknown table `trip`\n");
  EXPECT_EQ(run({"check", path("wrong.policy"), path("club.policy"), "--format", "json"}), kInputWrong);
  EXPECT_EQ(nlohmann::json::parse(out()).size(), 1u);
}

TEST_F(Commands, WarningsCountOnlyWhereAskedFor) {
  write("warned.policy", "policy warned follows guide\ntable t owned by user\nrole r { t: read at none }\n");
  EXPECT_EQ(run({"check", path("warned.policy")}), kFine);
  EXPECT_EQ(run({"check", path("warned.policy"), "--warnings-as-errors"}), kInputWrong);
}

TEST_F(Commands, TestCountsScenariosAndFilesWithErrors) {
  write("failing.policy", std::string(kPolicy) +
                              "scenario \"not so\" {\n  unit u\n  user sam in u\n"
                              "  record t: trip owned by sam\n  sam can read t\n}\n");
  write("wrong.policy", "policy");
  EXPECT_EQ(run({"test", path("club.policy")}), kFine);
  EXPECT_TRUE(out().ends_with("1 passed, 0 failed\n")) << out();
  EXPECT_EQ(run({"test", path("")}), kInputWrong);
  EXPECT_TRUE(out().ends_with("2 passed, 2 failed\n")) << out();
  EXPECT_TRUE(says("expected allow, found deny because no_privilege")) << err();
}

TEST_F(Commands, DecideAnswersOnBothEngines) {
  for (const char* engine : {"native", "reference"}) {
    EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "trip/t1", "--engine", engine}), kFine) << err();
    EXPECT_EQ(out(), "allow because owner\n");
    EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "t2", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "deny because level\n");
    EXPECT_EQ(decide({"--as", "sam", "--can", "create", "--on", "trip", "--owner", "ana", "--engine", engine}), kFine);
    EXPECT_EQ(out(), "deny because level\n");
    EXPECT_EQ(decide({"--as", "ana", "--has", "go_offline", "--engine", engine}), kFine);
    EXPECT_TRUE(out().starts_with("deny ")) << out();
  }
}

TEST_F(Commands, DecideExplains) {
  EXPECT_EQ(decide({"--as", "sam", "--can", "delete", "--on", "t1", "--explain"}), kFine);
  EXPECT_NE(out().find("condition: record.km < 500 (false)"), std::string::npos) << out();
  EXPECT_NE(out().find("club.policy:7:9"), std::string::npos) << out();
  EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "t2", "--explain"}), kFine);
  EXPECT_NE(out().find("level: held `user`, needed `parent_child`"), std::string::npos) << out();
  EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "t2", "--format", "json"}), kFine);
  EXPECT_EQ(nlohmann::json::parse(out())["reason"], "level");
}

TEST_F(Commands, DecideNamesWhatItDoesNotKnow) {
  EXPECT_EQ(decide({"--as", "sma", "--can", "read", "--on", "t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown user `sma`; did you mean `sam`?"));
  EXPECT_EQ(decide({"--as", "sam", "--can", "raed", "--on", "t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown right `raed`; did you mean `read`?"));
  EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "tripp/t1"}), kInputWrong);
  EXPECT_TRUE(says("unknown table `tripp`; did you mean `trip`?"));
  EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "trip"}), kInputWrong);
  EXPECT_TRUE(says("`trip` is a table"));
  EXPECT_EQ(decide({"--as", "sam", "--can", "read", "--on", "t1", "--owner", "ana"}), kWrongUse);
}

TEST_F(Commands, OutputThatIsLostIsNoSuccess) {
  for (std::vector<const char*> words : std::vector<std::vector<const char*>>{
           {"policyc", "man"}, {"policyc", "--help"}, {"policyc", "completions", "bash"}, {"policyc", "version"}}) {
    std::ofstream full("/dev/full");
    std::ostringstream errors;
    Console console{full, errors};
    EXPECT_EQ(run_policyc(static_cast<int>(words.size()), words.data(), console), kInputWrong) << words[1];
    EXPECT_EQ(errors.str(), "policyc: cannot write to standard output\n");
  }
}

TEST_F(Commands, BuildShowsEveryStage) {
  for (const char* stage : {"ast", "policy", "ir", "llvm", "asm"}) {
    EXPECT_EQ(run({"build", path("club.policy"), "--emit", stage}), kFine) << err();
    EXPECT_FALSE(out().empty()) << stage;
  }
  EXPECT_EQ(run({"build", path("club.policy"), "--emit=ast", "-o", path("again.policy")}), kFine);
  EXPECT_EQ(run({"test", path("again.policy")}), kFine) << err();
  EXPECT_EQ(run({"build", path("club.policy")}), kFine);
  EXPECT_NE(out().find("2 tables, 1 role, 4 grants"), std::string::npos) << out();
  EXPECT_EQ(run({"build", path("club.policy"), "--emit=ir", "-o", path("no/such/folder")}), kInputWrong);
}

TEST_F(Commands, UsedFilesComeFromTheFolderAndTheLibrary) {
  write("shared.policy", "policy shared follows any\nuse main\ntable boat owned by user\n");
  write("main.policy",
        "policy main follows dataverse\nuse shared\nuse std.dataverse\nuse std.ownership\n"
        "role r { boat: read at user  account: read at user }\n");
  EXPECT_EQ(run({"check", path("main.policy")}), kFine) << err();
  write("main.policy", "policy main follows dataverse\nuse std.datavers\n");
  EXPECT_EQ(run({"check", path("main.policy")}), kInputWrong);
  EXPECT_TRUE(says("did you mean `std.dataverse`?")) << err();
  write("main.policy", "policy main follows dataverse\nuse `../main`\n");
  EXPECT_EQ(run({"check", path("main.policy")}), kInputWrong);
  EXPECT_TRUE(says("error[E2004]")) << err();
}

}  // namespace
}  // namespace policyc
