// The thin way of policy/policy.h: names, subjects, checks, and what misuse gets.
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/unit/host/host_support.h"

namespace policyc::test {
namespace {

constexpr policy_interval kCompany = {0, 2}, kNorth = {1, 1}, kSouth = {2, 2};
constexpr policy_principal user(uint32_t number) { return POLICY_PRINCIPAL(POLICY_USER, number); }
constexpr policy_principal team(uint32_t number) { return POLICY_PRINCIPAL(POLICY_TEAM, number); }

struct Thin : ::testing::Test {
  uint32_t number(uint32_t kind, const char* name, uint32_t of = 0) const {
    const uint32_t found = policy_find(crm, kind, of, name);
    EXPECT_NE(found, POLICY_NONE) << name;
    return found;
  }
  policy_standing standing(uint32_t who, const policy_role_held& held) const {
    auto given = sized<policy_standing>();
    given.user = user(who);
    given.unit = held.anchor.first;
    given.role_count = 1;
    given.roles = &held;
    return given;
  }
  const policy_subject* resolve(const policy_standing& given) {
    const policy_subject* subject = nullptr;
    auto error = sized<policy_error>();
    EXPECT_EQ(policy_subject_resolve(crm, &given, &subject, &error), POLICY_OK) << error.message;
    subjects.push_back(subject);
    return subject;
  }
  const policy_subject* resolve(uint32_t who, const char* role, policy_interval unit) {
    const policy_role_held held = {POLICY_SELF, number(POLICY_NAME_ROLE, role), unit};
    return resolve(standing(who, held));
  }
  ~Thin() override {
    for (const policy_subject* subject : subjects) policy_subject_free(subject);
  }

  OwnedProgram crm;
  const uint32_t account = number(POLICY_NAME_TABLE, "account");
  const uint32_t deal = number(POLICY_NAME_TABLE, "deal");
  std::vector<const policy_subject*> subjects;
  const policy_record row = {user(1), kNorth.first, 0};
};

// A deal's record, laid out as the program says.
struct Deal {
  explicit Deal(const policy_program* crm, uint32_t table) : program(crm), of(table) {
    auto info = sized<policy_table_info>();
    EXPECT_EQ(policy_table_describe(crm, table, &info), POLICY_OK);
    words.resize((sizeof(policy_record) + info.attribute_bytes) / 8);
    const policy_record header = {user(1), kNorth.first, 0};
    std::memcpy(words.data(), &header, sizeof header);
  }
  template <typename Value>
  void set(const char* name, const Value& value) {
    const uint32_t number = policy_find(program, POLICY_NAME_ATTRIBUTE, of, name);
    auto info = sized<policy_attribute_info>();
    ASSERT_EQ(policy_attribute_describe(program, POLICY_NAME_ATTRIBUTE, of, number, &info), POLICY_OK) << name;
    ASSERT_EQ(info.size, sizeof(Value)) << name;
    auto* bytes = reinterpret_cast<uint8_t*>(words.data()) + sizeof(policy_record);
    std::memcpy(bytes + info.offset, &value, sizeof value);
    bytes[number / 8] = static_cast<uint8_t>(bytes[number / 8] | 1u << number % 8);
  }
  const policy_record* record() const { return reinterpret_cast<const policy_record*>(words.data()); }

  const policy_program* program;
  uint32_t of;
  std::vector<uint64_t> words;
};

TEST_F(Thin, NamesAndNumbers) {
  EXPECT_EQ(policy_count(crm, POLICY_NAME_RIGHT, 0), uint32_t{POLICY_RIGHT_COUNT});
  EXPECT_EQ(number(POLICY_NAME_RIGHT, "read"), uint32_t{POLICY_RIGHT_read});
  EXPECT_EQ(number(POLICY_NAME_REASON, "owner"), uint32_t{POLICY_REASON_owner});
  EXPECT_EQ(number(POLICY_NAME_LEVEL, "parent_child"), uint32_t{POLICY_LEVEL_parent_child});
  for (uint32_t kind = POLICY_NAME_TABLE; kind <= POLICY_NAME_CHOICE; ++kind) {
    const uint32_t of = kind == POLICY_NAME_COLUMN ? account : kind == POLICY_NAME_ATTRIBUTE ? deal : 0;
    const uint32_t count = policy_count(crm, kind, of);
    for (uint32_t i = 0; i < count; ++i) {
      EXPECT_EQ(policy_find(crm, kind, of, policy_name(crm, kind, of, i)), i) << "kind " << kind;
    }
    EXPECT_EQ(policy_name(crm, kind, of, count), nullptr);
    EXPECT_EQ(policy_find(crm, kind, of, "no such name"), POLICY_NONE);
    EXPECT_EQ(policy_find(crm, kind, of, nullptr), POLICY_NONE);
  }
  EXPECT_STREQ(policy_name(crm, POLICY_NAME_PRIVILEGE, 0, number(POLICY_NAME_PRIVILEGE, "export")), "export");
  EXPECT_STREQ(policy_name(crm, POLICY_NAME_COLUMN, account, 0), "revenue");
  EXPECT_STREQ(policy_name(crm, POLICY_NAME_STEP, 0, 0), "remind");
  EXPECT_EQ(policy_count(crm, POLICY_NAME_COLUMN, 999), 0u);
  EXPECT_EQ(policy_count(crm, POLICY_NAME_STEP, 999), 0u);
  EXPECT_EQ(policy_count(crm, 999, 0), 0u);
  EXPECT_EQ(policy_count(nullptr, POLICY_NAME_TABLE, 0), 0u);
}

TEST_F(Thin, DescriptionsOfTablesGrantsAndSteps) {
  auto table = sized<policy_table_info>();
  ASSERT_EQ(policy_table_describe(crm, account, &table), POLICY_OK);
  EXPECT_EQ(table.ownership, uint32_t{POLICY_OWNED_BY_USER});
  EXPECT_EQ(table.columns, 1u);
  EXPECT_EQ(table.rights, (1u << POLICY_RIGHT_COUNT) - 1);
  ASSERT_EQ(policy_table_describe(crm, number(POLICY_NAME_TABLE, "city"), &table), POLICY_OK);
  EXPECT_EQ(table.rights & 1u << POLICY_RIGHT_assign, 0u) << "rows of the organization are not assigned";
  EXPECT_EQ(policy_table_describe(crm, 999, &table), POLICY_UNKNOWN);
  EXPECT_EQ(table.rights, 0u);
  auto grant = sized<policy_grant_info>();
  ASSERT_EQ(policy_grant_describe(crm, 0, &grant), POLICY_OK);
  EXPECT_STREQ(grant.file, "crm.policy");
  EXPECT_EQ(grant.line, 11u);
  EXPECT_EQ(grant.role, number(POLICY_NAME_ROLE, "rep"));
  EXPECT_EQ(grant.table, account);
  EXPECT_EQ(policy_grant_describe(crm, 999, &grant), POLICY_UNKNOWN);
  auto step = sized<policy_step_info>();
  ASSERT_EQ(policy_step_describe(crm, 0, 0, &step), POLICY_OK);
  EXPECT_EQ(step.table, deal);
  EXPECT_EQ(step.right, uint32_t{POLICY_RIGHT_create});
  EXPECT_EQ(policy_step_describe(crm, 0, 9, &step), POLICY_UNKNOWN);
  EXPECT_EQ(policy_step_describe(crm, 9, 0, &step), POLICY_UNKNOWN);
}

TEST_F(Thin, RolesOpenWhatTheyReach) {
  const policy_subject* ana = resolve(1, "rep", kNorth);
  const policy_subject* bo = resolve(2, "manager", kCompany);
  const policy_subject* cy = resolve(3, "manager", kSouth);
  EXPECT_EQ(policy_check(crm, ana, account, POLICY_RIGHT_write, &row, nullptr), 1);
  EXPECT_EQ(policy_check(crm, bo, account, POLICY_RIGHT_read, &row, nullptr), 1);
  EXPECT_EQ(policy_check(crm, bo, account, POLICY_RIGHT_write, &row, nullptr), 0);
  EXPECT_EQ(policy_check(crm, cy, account, POLICY_RIGHT_read, &row, nullptr), 0);
  policy_decision decision;
  ASSERT_EQ(policy_decide(crm, cy, account, POLICY_RIGHT_read, &row, nullptr, &decision), POLICY_OK);
  EXPECT_EQ(decision.reason, POLICY_REASON_level);
  EXPECT_EQ(decision.role, number(POLICY_NAME_ROLE, "manager"));
  EXPECT_EQ(policy_subject_holds(crm, ana, number(POLICY_NAME_PRIVILEGE, "export")), 1);
  EXPECT_EQ(policy_subject_holds(crm, bo, number(POLICY_NAME_PRIVILEGE, "export")), 0);
  EXPECT_EQ(policy_subject_holds(crm, ana, 999), 0);
}

TEST_F(Thin, TeamsAndShares) {
  const std::array<policy_principal, 2> teams = {team(7), team(4)};
  const policy_role_held held = {team(7), number(POLICY_NAME_ROLE, "rep"), kSouth};
  policy_standing given = standing(5, held);
  given.team_count = teams.size();
  given.teams = teams.data();
  const policy_subject* dee = resolve(given);
  const policy_record of_team = {team(7), kSouth.first, 0};
  EXPECT_EQ(policy_check(crm, dee, account, POLICY_RIGHT_read, &of_team, nullptr), 1);
  EXPECT_EQ(policy_check(crm, dee, account, POLICY_RIGHT_read, &row, nullptr), 0);
  struct {
    policy_share_list list;
    policy_share share;
  } shares = {{1, 0}, {team(4), 1u << POLICY_RIGHT_read, 0}};
  const policy_record shared = {user(1), kNorth.first, reinterpret_cast<uint64_t>(&shares)};
  policy_decision decision;
  ASSERT_EQ(policy_decide(crm, dee, account, POLICY_RIGHT_read, &shared, nullptr, &decision), POLICY_OK);
  EXPECT_EQ(decision.reason, POLICY_REASON_share);
}

TEST_F(Thin, ConditionsReadAttributes) {
  const policy_subject* bo = resolve(2, "manager", kCompany);
  Deal plain(crm, deal), open(crm, deal), small(crm, deal), noted(crm, deal);
  open.set("stage", number(POLICY_NAME_CHOICE, "open"));
  small.set("value", int64_t{9 * 10000});
  const std::string note = "small";
  noted.set("note", policy_string{note.data(), note.size()});
  EXPECT_EQ(policy_check(crm, bo, deal, POLICY_RIGHT_write, plain.record(), nullptr), 0) << "nothing is known";
  EXPECT_EQ(policy_check(crm, bo, deal, POLICY_RIGHT_write, open.record(), nullptr), 1);
  EXPECT_EQ(policy_check(crm, bo, deal, POLICY_RIGHT_write, small.record(), nullptr), 1);
  EXPECT_EQ(policy_check(crm, bo, deal, POLICY_RIGHT_write, noted.record(), nullptr), 1);
  const std::array<const policy_record*, 4> rows = {plain.record(), nullptr, open.record(), small.record()};
  uint64_t allowed = ~uint64_t{0};
  EXPECT_EQ(policy_check_many(crm, bo, deal, POLICY_RIGHT_write, rows.data(), rows.size(), nullptr, &allowed),
            POLICY_OK);
  EXPECT_EQ(allowed, 0b1100u);
  EXPECT_EQ(policy_check_many(crm, bo, deal, POLICY_RIGHT_write, rows.data(), UINT64_MAX, nullptr, &allowed),
            POLICY_INVALID);
}

TEST_F(Thin, FilterSaysWhatCheckSays) {
  const policy_subject* cy = resolve(3, "manager", kSouth);
  std::array<policy_principal, 100> owners;
  std::array<uint32_t, 100> units;
  for (uint32_t i = 0; i < 100; ++i) owners[i] = user(i), units[i] = i % 3;
  auto rows = sized<policy_columns>();
  rows.count = 100;
  rows.owner = owners.data();
  rows.owning_unit = units.data();
  std::array<uint64_t, 2> allowed = {~uint64_t{0}, ~uint64_t{0}};
  ASSERT_EQ(policy_filter(crm, cy, account, POLICY_RIGHT_read, &rows, nullptr, allowed.data(), 2), POLICY_OK);
  for (uint32_t i = 0; i < 100; ++i) {
    const policy_record record = {owners[i], units[i], 0};
    EXPECT_EQ(POLICY_BIT(allowed, i), policy_check(crm, cy, account, POLICY_RIGHT_read, &record, nullptr) != 0) << i;
  }
  EXPECT_EQ(policy_filter(crm, cy, account, POLICY_RIGHT_read, &rows, nullptr, allowed.data(), 1), POLICY_SHORT);
  rows.count = UINT64_MAX;  // so many bits are not no words
  EXPECT_EQ(policy_filter(crm, cy, account, POLICY_RIGHT_read, &rows, nullptr, allowed.data(), 2), POLICY_SHORT);
  EXPECT_EQ(policy_filter(crm, cy, account, POLICY_RIGHT_read, &rows, nullptr, allowed.data(), UINT64_MAX),
            POLICY_INVALID);
  rows.count = 100;
  rows.owning_unit = nullptr;
  EXPECT_EQ(policy_filter(crm, cy, account, POLICY_RIGHT_read, &rows, nullptr, allowed.data(), 2), POLICY_MISSING);
  EXPECT_EQ(allowed[0] | allowed[1], 0u);
}

TEST_F(Thin, TheEntryIsTheSameCode) {
  ASSERT_EQ(policy_jit_wait(crm, nullptr), POLICY_OK);
  const policy_subject* ana = resolve(1, "rep", kNorth);
  auto entry = sized<policy_entry>();
  ASSERT_EQ(policy_entry_of(crm, account, POLICY_RIGHT_write, &entry), POLICY_OK);
  const auto context = sized<policy_context>();
  EXPECT_EQ(entry.check(ana, ana->reaches + entry.base, &row, &context), 1);
  EXPECT_EQ(policy_entry_of(crm, number(POLICY_NAME_TABLE, "city"), POLICY_RIGHT_assign, &entry), POLICY_ILLEGAL);
  EXPECT_EQ(entry.check, nullptr);
  EXPECT_EQ(policy_entry_of(crm, 999, POLICY_RIGHT_write, &entry), POLICY_UNKNOWN);
  EXPECT_EQ(policy_entry_of(crm, account, 99, &entry), POLICY_UNKNOWN);
}

TEST_F(Thin, ExplanationsNameTheGrantAndItsPlace) {
  const policy_subject* bo = resolve(2, "manager", kCompany);
  policy_decision decision;
  ASSERT_EQ(policy_decide(crm, bo, account, POLICY_RIGHT_read, &row, nullptr, &decision), POLICY_OK);
  size_t needed = 0;
  EXPECT_EQ(policy_explain(crm, account, POLICY_RIGHT_read, &decision, nullptr, 0, &needed), POLICY_SHORT);
  std::string text(needed, '\0');
  ASSERT_EQ(policy_explain(crm, account, POLICY_RIGHT_read, &decision, text.data(), needed, nullptr), POLICY_OK);
  EXPECT_STREQ(text.c_str(),
               "allow because role_level: a role reaches the row\n"
               "asked: read on `account`\n"
               "role: `manager`, held by user 2\n"
               "grant: read on `account` at parent_child, crm.policy:17:12\n");
  EXPECT_EQ(policy_explain(crm, account, POLICY_RIGHT_read, &decision, text.data(), needed - 1, nullptr), POLICY_SHORT);
  EXPECT_STREQ(text.c_str(), "");
  decision.reason = 255;
  decision.held = 99;
  EXPECT_EQ(policy_explain(crm, account, POLICY_RIGHT_read, &decision, text.data(), needed, &needed), POLICY_OK);
}

TEST_F(Thin, StepsRunAsWhomTheyName) {
  EXPECT_EQ(policy_run_as(crm, 0, 0, user(1), user(2), user(3)), user(2)) << "record_owner";
  EXPECT_EQ(policy_run_as(crm, 0, 0, user(1), team(2), user(3)), user(3)) << "the owner is a team";
  EXPECT_EQ(policy_run_as(crm, 0, 9, user(1), user(2), user(3)), policy_principal{0});
  EXPECT_EQ(policy_run_as(nullptr, 0, 0, user(1), user(2), user(3)), policy_principal{0});
}

TEST_F(Thin, WhatIsNotThereIsDenied) {
  const policy_subject* ana = resolve(1, "rep", kNorth);
  policy_decision decision;
  EXPECT_EQ(policy_check(crm, ana, 999, POLICY_RIGHT_read, &row, nullptr), 0);
  EXPECT_EQ(policy_check(crm, ana, account, 99, &row, nullptr), 0);
  EXPECT_EQ(policy_check(crm, ana, account, POLICY_RIGHT_read, nullptr, nullptr), 0);
  EXPECT_EQ(policy_check(crm, nullptr, account, POLICY_RIGHT_read, &row, nullptr), 0);
  EXPECT_EQ(policy_check(nullptr, ana, account, POLICY_RIGHT_read, &row, nullptr), 0);
  const policy_subject zeroed{};
  EXPECT_EQ(policy_check(crm, &zeroed, account, POLICY_RIGHT_read, &row, nullptr), 0);
  EXPECT_EQ(policy_decide(crm, ana, 999, POLICY_RIGHT_read, &row, nullptr, &decision), POLICY_UNKNOWN);
  EXPECT_EQ(decision.effect, POLICY_DENY);
  EXPECT_EQ(decision.reason, POLICY_REASON_unknown);
  const uint32_t city = number(POLICY_NAME_TABLE, "city");
  EXPECT_EQ(policy_decide(crm, ana, city, POLICY_RIGHT_assign, &row, nullptr, &decision), POLICY_ILLEGAL);
  EXPECT_EQ(decision.reason, POLICY_REASON_illegal);
  EXPECT_EQ(policy_decide(crm, ana, account, POLICY_RIGHT_read, &row, nullptr, nullptr), POLICY_INVALID);
}

// Their slots are as many and mean other things.
TEST_F(Thin, ASubjectOfAnotherProgramIsDenied) {
  std::string text = kCrm;
  text.replace(text.find("role rep"), 8, "role rip");
  OwnedProgram other(text.c_str());
  const policy_subject* ana = resolve(1, "rep", kNorth);
  EXPECT_EQ(policy_check(crm, ana, account, POLICY_RIGHT_read, &row, nullptr), 1);
  EXPECT_EQ(policy_check(other, ana, account, POLICY_RIGHT_read, &row, nullptr), 0);
  policy_decision decision;
  EXPECT_EQ(policy_decide(other, ana, account, POLICY_RIGHT_read, &row, nullptr, &decision), POLICY_UNKNOWN);
  EXPECT_EQ(policy_subject_holds(other, ana, 0), 0);
}

TEST_F(Thin, StandingsThatMakeNoSenseAreRefused) {
  const policy_role_held held = {POLICY_SELF, number(POLICY_NAME_ROLE, "rep"), kNorth};
  const policy_subject* subject = nullptr;
  auto error = sized<policy_error>();
  auto refused = [&](const policy_standing& given) {
    return policy_subject_resolve(crm, &given, &subject, &error) == POLICY_INVALID && subject == nullptr &&
           error.message[0] != '\0';
  };
  policy_standing given = standing(1, held);
  given.user = team(1);
  EXPECT_TRUE(refused(given));
  given = standing(1, held);
  given.struct_size = 8;
  EXPECT_TRUE(refused(given));
  given = standing(1, held);
  given.team_count = 1;
  EXPECT_TRUE(refused(given)) << "a list that is null";
  const policy_principal no_team = user(3);
  given.teams = &no_team;
  EXPECT_TRUE(refused(given));
  for (const policy_role_held& wrong :
       {policy_role_held{team(3), held.role, kNorth}, policy_role_held{POLICY_SELF, 999, kNorth},
        policy_role_held{POLICY_SELF, held.role, {2, 1}},
        policy_role_held{POLICY_PRINCIPAL(POLICY_UNIT, 5), held.role, kNorth}}) {
    EXPECT_TRUE(refused(standing(1, wrong)));
  }
  for (const policy_report& wrong :
       {policy_report{POLICY_NOBODY, 1}, policy_report{POLICY_PRINCIPAL(POLICY_UNIT, 1), 1},
        policy_report{user(2), 256}, policy_report{UINT32_MAX, UINT32_MAX}}) {
    given = standing(1, held);
    given.report_count = 1;
    given.reports = &wrong;
    EXPECT_TRUE(refused(given)) << wrong.principal;
  }
  EXPECT_EQ(policy_subject_resolve(crm, nullptr, &subject, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_subject_resolve(nullptr, &given, &subject, nullptr), POLICY_INVALID);
  EXPECT_EQ(policy_subject_resolve(crm, &given, nullptr, nullptr), POLICY_INVALID);
  policy_subject_free(nullptr);
}

// A host of a later version sets fields that this library has never heard of.
TEST_F(Thin, AStructThatAsksForMoreThanIsKnownIsRefused) {
  struct Later {
    policy_standing known;
    uint64_t asks_for;
  };
  const policy_role_held held = {POLICY_SELF, number(POLICY_NAME_ROLE, "rep"), kNorth};
  Later later = {standing(1, held), 0};
  later.known.struct_size = sizeof later;
  const policy_subject* subject = nullptr;
  ASSERT_EQ(policy_subject_resolve(crm, &later.known, &subject, nullptr), POLICY_OK) << "it asks for nothing new";
  policy_subject_free(subject);
  later.asks_for = 1;
  EXPECT_EQ(policy_subject_resolve(crm, &later.known, &subject, nullptr), POLICY_NEWER);
  EXPECT_EQ(subject, nullptr);
  later.known.struct_size = UINT32_MAX;
  EXPECT_EQ(policy_subject_resolve(crm, &later.known, &subject, nullptr), POLICY_INVALID);
}

TEST_F(Thin, ASubjectKeepsItsProgram) {
  policy_program* mine = policy_program_retain(crm);
  const policy_role_held held = {POLICY_SELF, number(POLICY_NAME_ROLE, "rep"), kNorth};
  const policy_standing given = standing(1, held);
  const policy_subject* subject = nullptr;
  ASSERT_EQ(policy_subject_resolve(mine, &given, &subject, nullptr), POLICY_OK);
  policy_program_close(crm.program);
  crm.program = nullptr;
  policy_program_close(nullptr);
  EXPECT_EQ(policy_check(mine, subject, account, POLICY_RIGHT_read, &row, nullptr), 1);
  policy_program_close(mine);
  policy_subject_free(subject);
}

TEST_F(Thin, ThreadsResolveAndCheckAtOnce) {
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < 8; ++t) {
    threads.emplace_back([this, t, &wrong] {
      const uint32_t rep = policy_find(crm, POLICY_NAME_ROLE, 0, "rep");
      for (uint32_t i = 0; i < 200; ++i) {
        const policy_role_held held = {POLICY_SELF, rep, {i % 5, i % 5}};
        const policy_standing given = standing(t, held);
        const policy_subject* subject = nullptr;
        if (policy_subject_resolve(crm, &given, &subject, nullptr) != POLICY_OK) ++wrong;
        const policy_record own = {user(t), 0, 0}, others = {user(t + 1), 0, 0};
        wrong += policy_check(crm, subject, account, POLICY_RIGHT_read, &own, nullptr) != 1;
        wrong += policy_check(crm, subject, account, POLICY_RIGHT_read, &others, nullptr) != 0;
        policy_subject_free(subject);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace policyc::test
