// A program with a value of every type, and somebody who asks about a row of it: what the tests of the decision log
// log.
//
//   LogWorld world;
//   EXPECT_EQ(world.log_one(log), POLICY_OK);
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "runtime/abi/handles.h"
#include "tests/unit/runtime/worlds.h"

namespace policy::test {

// A folder of the test's own, which goes with it.
struct ScratchFolder {
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "policy_log_XXXXXX").string();
    path = ::mkdtemp(name.data()) != nullptr ? name : std::string();
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string file(const std::string& name) const { return (path / name).string(); }
  std::filesystem::path path;
};

inline std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// Attributes put together by hand: bytes, and the presence bits before them.
struct AttributeBytes {
  explicit AttributeBytes(size_t size) : words(size / 8) {}
  template <typename T>
  void set(uint32_t number, uint32_t offset, const T& value) {
    auto* bytes = reinterpret_cast<uint8_t*>(words.data());
    bytes[number / 8] |= static_cast<uint8_t>(1u << number % 8);
    std::memcpy(bytes + offset, &value, sizeof value);
  }
  std::vector<uint64_t> words;
};

inline std::shared_ptr<ProgramTables> logged_tables() {
  auto tables = std::make_shared<ProgramTables>(ship_tables());
  tables->policy_name = "harbour";
  tables->files = {"harbour.policy"};
  tables->choice_labels = {"open", "closed"};
  tables->grants[POLICY_RIGHT_read].place = {0, 12, 3};
  tables->user_attributes = {{8, 16, "city", POLICY_TYPE_STRING}};
  tables->user_attribute_bytes = 24;
  tables->context_attributes = {{8, 8, "now", POLICY_TYPE_DATETIME}};
  tables->context_attribute_bytes = 16;
  TableEntry& trip = tables->tables[kTrip];
  trip.attributes = {{8, 16, "distance", POLICY_TYPE_DECIMAL}, {24, 16, "note", POLICY_TYPE_STRING},
                     {40, 8, "seats", POLICY_TYPE_INTEGER},    {48, 8, "fee", POLICY_TYPE_MONEY},
                     {56, 8, "left_at", POLICY_TYPE_DATETIME}, {64, 4, "day", POLICY_TYPE_DATE},
                     {68, 4, "status", POLICY_TYPE_CHOICE},    {72, 1, "wet", POLICY_TYPE_BOOLEAN}};
  trip.attribute_bytes = 80;
  return tables;
}

struct LogWorld {
  LogWorld()
      : program(new_program(
            {.kind = POLICY_PROGRAM_JIT, .tables = logged_tables(), .build = {.policy_hash = std::string(64, 'a')}})) {
    attributes.set<__int128>(0, 8, __int128{-125} * 1'000'000'000);
    attributes.set(1, 24, policy_string{"say \"hi\"\n", 9});
    attributes.set<int64_t>(2, 40, INT64_MIN);
    attributes.set<int64_t>(3, 48, 999'000);
    attributes.set<int64_t>(4, 56, 1'769'860'800'500'000);
    attributes.set<int32_t>(5, 64, 20'484);
    attributes.set<uint32_t>(6, 68, 1);
    attributes.set<uint8_t>(7, 72, 1);
    user_attributes.set(0, 8, policy_string{"oslo", 4});
    const policy_share share{POLICY_PRINCIPAL(POLICY_TEAM, 4), right_bit(POLICY_RIGHT_read), 0};
    shares.assign({&share, 1});
    decision = {POLICY_ALLOW, POLICY_REASON_role_level,        POLICY_LEVEL_none, POLICY_LEVEL_none, POLICY_RIGHT_read,
                kRuler,       POLICY_PRINCIPAL(POLICY_TEAM, 4)};
    subject = resolve(3);
  }
  ~LogWorld() {
    for (const policy_subject* made : subjects) policy_subject_free(made);
    policy_program_close(program);
  }

  const policy_subject* resolve(uint32_t user, uint32_t team_count = 2) {
    std::vector<policy_principal> teams;
    for (uint32_t i = 0; i < team_count; ++i) teams.push_back(POLICY_PRINCIPAL(POLICY_TEAM, 4 + i));
    const policy_role_held role{teams[0], kRuler, {2, 5}};
    const policy_report report{POLICY_PRINCIPAL(POLICY_USER, 8), 1u << POLICY_RIGHT_read};
    policy_standing standing{sizeof standing, POLICY_PRINCIPAL(POLICY_USER, user), 2, team_count, 1, 1};
    standing.teams = teams.data();
    standing.roles = &role;
    standing.reports = &report;
    standing.attributes = user_attributes.words.data();
    const policy_subject* made = nullptr;
    EXPECT_EQ(policy_subject_resolve(program, &standing, &made, nullptr), POLICY_OK);
    subjects.push_back(made);
    return made;
  }

  RecordBytes record() const {
    return {{POLICY_PRINCIPAL(POLICY_USER, 3), 7, shares.address() | POLICY_AWAY}, attributes.words};
  }

  policy_status log_one(policy_log* log, const char* user_name = "sam", const char* row_name = "t1") const {
    const RecordBytes row = record();
    return policy_log_decision(log, program, subject, kTrip, POLICY_RIGHT_read, &row.header(), nullptr, &decision,
                               user_name, row_name);
  }

  AttributeBytes attributes{80};
  AttributeBytes user_attributes{24};
  ShareList shares;
  policy_decision decision{};
  policy_program* program;
  const policy_subject* subject = nullptr;
  std::vector<const policy_subject*> subjects;
};

}  // namespace policy::test
