// A small program for tests of the C ABI by itself: hand-made tables whose code looks at owners, units, shares and at a
// few values, and handles that close themselves.
//
//   Club club;                                                 // a store with a root unit, two users, two teams
//   Writing change(club.store);
//   uint32_t trip = club.trip(change, club.sam);
//   change.commit();
//   EXPECT_EQ(policy_reader_check(club.reader, club.sam, POLICY_RIGHT_read, trip), 0);   // before the next begin
#pragma once

#include <gtest/gtest.h>

#include <cstring>

#include "policy/policy.h"
#include "runtime/abi/handles.h"
#include "tests/unit/runtime/store_world.h"

namespace policy::test {

inline constexpr uint32_t kBoat = 1;   // owned by users; its rows are read where the context says `open`
inline constexpr uint32_t kPort = 2;   // owned by units
inline constexpr uint32_t kFlag = 3;   // owned by the organization
inline constexpr uint32_t kRace = 0;   // the flow, on trips
inline constexpr uint32_t kLocal = 0;  // roles, by level
inline constexpr uint32_t kAll = 3;

inline uint32_t size_of(uint8_t type) {
  constexpr uint32_t kSizes[] = {1, 8, 16, 8, 16, 4, 8, 4};
  return kSizes[type];
}

// As the compiler lays attributes out.
inline std::vector<AttributeEntry> lay_out(std::vector<AttributeEntry> entries, uint32_t& bytes) {
  uint32_t next = entries.empty() ? 0 : 8;
  for (uint32_t size : {16u, 8u, 4u, 1u}) {
    for (AttributeEntry& entry : entries) {
      entry.size = size_of(entry.type);
      entry.is_choice = entry.type == POLICY_TYPE_CHOICE;
      if (entry.size != size) continue;
      entry.offset = next;
      next += size;
    }
  }
  bytes = (next + 7) / 8 * 8;
  return entries;
}

inline AttributeEntry attribute(const char* name, uint8_t type) { return {.name = name, .type = type}; }

// The context's only boolean: open.
inline bool is_open(const policy_context* context) {
  return (context->attributes[0] & 1) != 0 && context->attributes[8 + 16] == 1;
}
inline int32_t check_open(const policy_subject* subject, const policy_reach* reach, const policy_record* record,
                          const policy_context* context) {
  return is_open(context) ? check_plainly(subject, reach, record, context) : 0;
}
inline uint64_t decide_open(const policy_subject* subject, const policy_reach* reach, const policy_record* record,
                            const policy_context* context) {
  if (!is_open(context)) return POLICY_REASON_condition;
  return decide_plainly(subject, reach, record, context);
}
inline policy_principal as_trigger(policy_principal triggering, policy_principal, policy_principal) {
  return triggering;
}
inline policy_principal as_system(policy_principal, policy_principal, policy_principal) {
  return POLICY_PRINCIPAL(POLICY_SYSTEM, 0);
}
inline policy_principal as_named(policy_principal, policy_principal, policy_principal named) { return named; }

inline void add_values(ProgramTables& tables) {
  tables.choice_labels = {"red", "green"};
  tables.user_attributes = lay_out({attribute("level", POLICY_TYPE_INTEGER), attribute("nick", POLICY_TYPE_STRING)},
                                   tables.user_attribute_bytes);
  tables.context_attributes = lay_out({attribute("open", POLICY_TYPE_BOOLEAN), attribute("place", POLICY_TYPE_STRING)},
                                      tables.context_attribute_bytes);
  TableEntry& trip = tables.tables[kTrip];
  trip.attributes = lay_out({attribute("done", POLICY_TYPE_BOOLEAN), attribute("seats", POLICY_TYPE_INTEGER),
                             attribute("length", POLICY_TYPE_DECIMAL), attribute("fee", POLICY_TYPE_MONEY),
                             attribute("title", POLICY_TYPE_STRING), attribute("day", POLICY_TYPE_DATE),
                             attribute("at", POLICY_TYPE_DATETIME), attribute("colour", POLICY_TYPE_CHOICE)},
                            trip.attribute_bytes);
  trip.secured_names = {"fee", "at"};
}

// A slot for each right on each table, and a grant of each for every role.
inline void number_slots(ProgramTables& tables) {
  tables.grants.clear();
  for (RoleEntry& role : tables.roles) role.grants.clear();
  tables.slot_count = 0;
  for (uint32_t table = 0; table < tables.tables.size(); ++table) {
    for (uint32_t right = 0; right < POLICY_RIGHT_COUNT; ++right) {
      DecisionEntry& entry = tables.tables[table].decisions[right];
      if (!entry.is_taken()) continue;
      entry.base = entry.first_slot = tables.slot_count++;
      for (uint32_t level = 0; level < kLevels; ++level) {
        tables.roles[level].grants.push_back(static_cast<uint32_t>(tables.grants.size()));
        tables.grants.push_back({.role = level,
                                 .level = static_cast<policy_level>(POLICY_LEVEL_user + level),
                                 .slot = entry.base,
                                 .table = table,
                                 .right = static_cast<uint8_t>(right)});
      }
    }
  }
}

inline ProgramTables club_tables() {
  ProgramTables tables = yard_tables();
  tables.policy_name = "club";
  add_values(tables);
  TableEntry plain = tables.tables[kTrip];
  plain.attributes.clear();
  plain.attribute_bytes = 0;
  plain.secured.clear();
  plain.secured_names.clear();
  TableEntry& boat = tables.tables[kBoat] = plain;
  boat.name = "boat";
  for (DecisionEntry& entry : boat.decisions) entry.check = check_open, entry.decide = decide_open;
  for (Ownership ownership : {Ownership::BusinessUnit, Ownership::Organization}) {
    tables.tables.push_back(plain);
    tables.tables.back().ownership = ownership;
    tables.tables.back().name = ownership == Ownership::BusinessUnit ? "port" : "flag";
    tables.tables.back().decisions[POLICY_RIGHT_share] = {};
  }
  number_slots(tables);
  FlowEntry race{.name = "race", .table = kTrip, .steps = {}};
  for (policy_run_as_function run_as : {as_trigger, as_system, as_named}) {
    race.steps.push_back({.name = "step", .right = POLICY_RIGHT_write, .table = kTrip, .run_as = run_as});
  }
  race.steps[2].named_user = "ana";
  tables.flows.push_back(race);
  return tables;
}

// A program of one owner: this.
class Program {
 public:
  explicit Program(ProgramTables tables = club_tables())
      : tables_(std::make_shared<const ProgramTables>(std::move(tables))),
        handle_(new_program({.kind = POLICY_PROGRAM_JIT,
                             .tables = tables_,
                             .build = {},
                             .layout_hash = {},
                             .signer = {},
                             .wait = nullptr})) {}
  ~Program() { policy_program_close(handle_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  operator policy_program*() const { return handle_; }
  std::shared_ptr<const ProgramTables> tables() const { return tables_; }
  // Gone when the last who uses it has gone.
  std::weak_ptr<const ProgramTables> close() {
    std::weak_ptr<const ProgramTables> seen = tables_;
    tables_.reset();
    policy_program_close(std::exchange(handle_, nullptr));
    return seen;
  }

 private:
  std::shared_ptr<const ProgramTables> tables_;
  policy_program* handle_;
};

inline policy_error no_error() {
  policy_error error{};
  error.struct_size = sizeof error;
  return error;
}

// A transaction that is abandoned where it is not committed.
class Writing {
 public:
  explicit Writing(policy_store* store) { EXPECT_EQ(policy_transaction_begin(store, &handle_, nullptr), POLICY_OK); }
  ~Writing() { policy_transaction_abandon(handle_); }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  operator policy_transaction*() const { return handle_; }
  uint64_t commit() {
    uint64_t revision = 0;
    EXPECT_EQ(policy_transaction_commit(std::exchange(handle_, nullptr), &revision, nullptr), POLICY_OK);
    return revision;
  }

 private:
  policy_transaction* handle_ = nullptr;
};

inline policy_principal user_of(uint32_t user) { return POLICY_PRINCIPAL(POLICY_USER, user); }
inline policy_principal team_of(uint32_t team) { return POLICY_PRINCIPAL(POLICY_TEAM, team); }

inline policy_row row_of(uint32_t table, policy_principal owner, uint32_t unit = POLICY_NONE) {
  policy_row row = POLICY_ROW(table, owner);
  row.unit = unit;
  return row;
}

inline policy_value value_of(uint32_t attribute, uint64_t number, int64_t high = 0) {
  return {.attribute = attribute, .is_set = 1, .number = number, .high = high, .text = nullptr, .text_size = 0};
}
inline policy_value text_of(uint32_t attribute, std::string_view text) {
  return {.attribute = attribute, .is_set = 1, .number = 0, .high = 0, .text = text.data(), .text_size = text.size()};
}
inline policy_value no_value_of(uint32_t attribute) {
  return {.attribute = attribute, .is_set = 0, .number = 0, .high = 0, .text = nullptr, .text_size = 0};
}

struct Club {
  explicit Club(ProgramTables tables = club_tables()) : program(std::move(tables)) {
    EXPECT_EQ(policy_store_create(program, nullptr, &store, nullptr), POLICY_OK);
    Writing change(store);
    EXPECT_EQ(policy_add_unit(change, POLICY_NONE, &harbour), POLICY_OK);
    EXPECT_EQ(policy_add_unit(change, harbour, &dock), POLICY_OK);
    EXPECT_EQ(policy_add_user(change, harbour, &sam), POLICY_OK);
    EXPECT_EQ(policy_add_user(change, dock, &ana), POLICY_OK);
    EXPECT_EQ(policy_add_team(change, harbour, POLICY_TEAM_OWNER, &crew), POLICY_OK);
    EXPECT_EQ(policy_add_team(change, harbour, POLICY_TEAM_ACCESS, &guests), POLICY_OK);
    EXPECT_EQ(policy_give_role(change, user_of(sam), kAll, harbour), POLICY_OK);
    EXPECT_EQ(policy_give_role(change, user_of(ana), kLocal, dock), POLICY_OK);
    EXPECT_EQ(policy_set_user_name(change, ana, "ana"), POLICY_OK);
    change.commit();
    EXPECT_EQ(policy_reader_open(store, &reader, nullptr), POLICY_OK);
    look();
  }
  ~Club() {
    policy_reader_close(reader);
    EXPECT_EQ(policy_store_close(store), POLICY_OK);
  }
  Club(const Club&) = delete;
  Club& operator=(const Club&) = delete;

  void look() { EXPECT_EQ(policy_reader_begin(reader, 0, 0, nullptr), POLICY_OK); }
  bool may(uint32_t user, uint32_t right, uint32_t row) { return policy_reader_check(reader, user, right, row) == 1; }

  uint32_t add(policy_transaction* change, const policy_row& row) {
    uint32_t number = POLICY_NONE;
    EXPECT_EQ(policy_add_row(change, &row, &number), POLICY_OK);
    return number;
  }
  uint32_t trip(policy_transaction* change, uint32_t user) { return add(change, row_of(kTrip, user_of(user))); }
  uint32_t trip(uint32_t user) {
    Writing change(store);
    const uint32_t number = trip(change, user);
    change.commit();
    look();
    return number;
  }

  Program program;
  policy_store* store = nullptr;
  policy_reader* reader = nullptr;
  uint32_t harbour = 0, dock = 0, sam = 0, ana = 0, crew = 0, guests = 0;
};

}  // namespace policy::test
