// Generated headers: they compile as C11 and C++20 without a warning, whatever things are called, and the structs are
// what compiled code reads.
#include <cstdlib>

#include "compiler/driver/compile.h"
#include "compiler/driver/header_text.h"
#include "compiler/ir/attribute_layout.h"
#include "tests/unit/driver/command_test.h"

namespace policyc {
namespace {

class Header : public CommandTest {
 protected:
  // Of a policy's text, in NAME.h.
  void header_of(const std::string& name, std::string_view policy) {
    write(name + ".policy", policy);
    ASSERT_EQ(run({"build", path(name + ".policy"), "--emit=header", "-o", path(name + ".h")}), kFine) << err();
  }

  bool does(const std::string& command) {
    const int code = std::system((command + " > " + path("told") + " 2>&1").c_str());
    if (code != 0) ADD_FAILURE() << command << "\n" << text_of("told");
    return code == 0;
  }
  static bool is_there(const std::string& program) {
    return std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) == 0;
  }

  std::string flags(const std::string& standard) const {
    return " -std=" + standard + " -Wall -Wextra -Werror -pedantic -I" POLICYC_SOURCE_DIR "/runtime/include -I" +
           path("") + " ";
  }

  // With every compiler that is there, twice included, and once between declarations of the host's own.
  void compiles(const std::string& name, const std::string& rest = "") {
    const std::string text = "#include \"" + name + ".h\"\n#include \"" + name + ".h\"\n" + rest;
    write("host.c", text);
    write("host.cpp", text);
    for (const char* compiler : {"cc", "clang-19"}) {
      if (is_there(compiler)) does(compiler + flags("c11") + "-fsyntax-only " + path("host.c"));
    }
    for (const char* compiler : {"c++", "clang++-19"}) {
      if (is_there(compiler)) does(compiler + flags("c++20") + "-fsyntax-only " + path("host.cpp"));
    }
  }

  std::string text_of(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

constexpr std::string_view kEveryType = R"(policy crm follows guide
user { region: string  grade: integer }
context { shift: date }
table account owned by user {
  fine: boolean
  count: integer
  size: decimal
  price: money
  name: string secured
  day: date
  `at`: datetime
  state: choice { open, closed }
  secret: integer secured
}
table note owned by organization
role reader {
  account: read at user
    when record.fine == true and record.count < 5 and record.size > 1.5 and record.price < 2
     and record.name == user.region and record.day <= context.shift and record.`at` > 2026-01-01T00:00:00Z
     and record.state == open and user.grade > 3
  note: read at organization
}
column_profile auditor { account.secret: read }
)";

TEST_F(Header, OfEveryPolicyOfTheLibrary) {
  const std::filesystem::path folder = std::filesystem::path(POLICYC_SOURCE_DIR) / "stdlib-policies";
  size_t policies = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".policy") continue;
    SCOPED_TRACE(entry.path().string());
    const std::string name = entry.path().stem().string();
    ASSERT_EQ(run({"build", entry.path().string(), "--emit=header", "-o", path(name + ".h")}), kFine) << err();
    compiles(name);
    ++policies;
  }
  EXPECT_GE(policies, 6u);
}

TEST_F(Header, OddNamesBecomeNamesOfC) {
  header_of("policy", R"(policy policy follows guide
privilege `*/ #error`
privilege `class`
table `class` owned by user { `int`: integer  record: integer  present: boolean  `NULL`: string
  `a b`: date  a_b: date }
table record owned by user { `_Bool`: boolean  padding_1: boolean }
table `record_set_x` owned by user { `set x`: integer }
table `größe` owned by user { `état`: integer }
table `7` owned by organization
table COUNT owned by organization
table role owned by user { table: integer }
table `image` owned by user { x: integer }
role `new` {
  `class`: read at user when record.`int` < 1 and record.record < 1 and record.present == true and record.`NULL` == "x"
                         and record.`a b` < 2026-01-01 and record.a_b < 2026-01-01
  record: read at user when record.`_Bool` == true and record.padding_1 == true
  `record_set_x`: read at user when record.`set x` < 1
  `größe`: read at user when record.`état` < 1
  role: read at user when record.table < 1
  `image`: read at user when record.x < 1
}
role `7*/`  { `7`: read at organization }
)");
  compiles("policy");
}

TEST_F(Header, SaysNumbersAndHashes) {
  header_of("crm", kEveryType);
  const std::string text = text_of("crm.h");
  for (const char* line :
       {"#define CRM_POLICY_HASH \"", "#define CRM_LAYOUT_HASH \"", "  CRM_TABLE_account = 0,", "  CRM_TABLE_note = 1,",
        "  CRM_TABLE_COUNT = 2", "  CRM_ROLE_reader = 0,", "  CRM_COLUMN_PROFILE_auditor = 0,",
        "  CRM_COLUMN_account_name = 0,", "  CRM_COLUMN_account_secret = 1,", "  CRM_CHOICE_open = 0,",
        "  CRM_USER_ATTRIBUTE_region = 0,", "  CRM_CONTEXT_ATTRIBUTE_shift = 0,",
        "extern const policy_image crm_image;", "do not edit"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  EXPECT_EQ(text.find("crm_note_"), std::string::npos) << "no condition reads it: a row is a policy_record";
  compiles("crm", "int main(void) { return CRM_COLUMN_BIT(CRM_COLUMN_account_secret) == 2 ? 0 : 1; }\n");
}

TEST_F(Header, IsTheSameEachTime) {
  header_of("crm", kEveryType);
  const std::string first = text_of("crm.h");
  header_of("crm", kEveryType);
  EXPECT_EQ(text_of("crm.h"), first);
}

// Every setter, by a program that prints the struct's bytes; strings, whose addresses change, are cleared again.
constexpr std::string_view kProgram = R"(#include "crm.h"
#include <stdio.h>
#include <string.h>
int main(void) {
  crm_account row;
  memset(&row, 0, sizeof row);
  crm_account_set_fine(&row, 7);
  crm_account_set_count(&row, -2);
  crm_account_set_size(&row, 3, -1);
  crm_account_set_price(&row, 40000);
  crm_account_set_name(&row, "ab", 2);
  if (row.name.size != 2) return 1;
  row.name.data = 0;
  crm_account_set_day(&row, -5);
  crm_account_set_at(&row, 6);
  crm_account_set_state(&row, CRM_CHOICE_closed);
  crm_account_clear_count(&row);
  for (size_t i = sizeof(policy_record); i < sizeof row; ++i) printf("%02x", ((unsigned char*)&row)[i]);
  return 0;
}
)";

TEST_F(Header, SettersWriteWhatCompiledCodeReads) {
  if (!is_there("cc")) GTEST_SKIP() << "no C compiler";
  header_of("crm", kEveryType);
  write("host.c", kProgram);
  ASSERT_TRUE(does("cc" + flags("c11") + path("host.c") + " -o " + path("host")));
  ASSERT_TRUE(does(path("host")));

  const Compilation compiled = compile_text("crm.policy", std::string(kEveryType), ".");
  ASSERT_TRUE(compiled.policy);
  const AttributeLayout layout = decision_ir(*compiled.policy, compiled.sources).tables[TableId{0}].layout;
  const std::map<std::string, Value> values = {{"fine", Value::of(ValueType::Boolean, 1)},
                                               {"count", Value::of(ValueType::Integer, -2)},
                                               {"size", Value::of(ValueType::Decimal, (Int128{-1} << 64) + 3)},
                                               {"price", Value::of(ValueType::Money, 40000)},
                                               {"name", Value::string("ab")},
                                               {"day", Value::of(ValueType::Date, -5)},
                                               {"at", Value::of(ValueType::DateTime, 6)},
                                               {"state", Value::of(ValueType::Choice, 1)}};
  ASSERT_EQ(layout.fields.size(), values.size());
  std::vector<uint8_t> bytes(layout.size);
  for (const Field& field : layout.fields) {
    write_value(field, values.at(field.name), bytes.data());
    if (field.name == "count") write_value(field, Value::null(ValueType::Integer), bytes.data());
    if (field.type == ValueType::String) std::fill_n(bytes.begin() + field.offset, 8, uint8_t{0});
  }
  std::string expected;
  for (const uint8_t byte : bytes) expected += fmt::format("{:02x}", byte);
  EXPECT_EQ(text_of("told"), expected);
}

}  // namespace
}  // namespace policyc
