// What the benchmarks are run on: a policy and an organization, both made from a seed and both in plain form, so that
// compiled code and hand-written code are set up from the same thing without seeing each other.
//
//   Workload crm = make_crm({.users = 10'000}, Conditions::None);
//   std::string text = policy_text(crm.policy);              // for the compiler
//   std::vector<Question> asked = zipf_questions(crm, 1'000, 7);
//
// The same sizes give the same workload on every machine: nothing here depends on the standard library's generators.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/organization/program_tables.h"

namespace policyc::bench {

// --- the policy

// What the `when` of a grant says; the text of each stands in workloads.cpp, the same in C++ in limits/.
enum class Condition : uint8_t { None, Amount, Status, Due, Region, Grade, ClosedAndSmall };
inline constexpr uint32_t kConditionCount = 7;

struct PlannedGrant {
  uint32_t table = 0;
  policy::RightSet rights = 0;
  policy_level level = POLICY_LEVEL_user;
  Condition condition = Condition::None;
};
struct PlannedRole {
  std::string name;
  std::vector<PlannedGrant> grants;
};
struct PlannedTable {
  std::string name;
  bool owned_by_user = true;  // otherwise by the organization
};
struct PolicyPlan {
  std::string name;
  std::vector<PlannedTable> tables;
  std::vector<PlannedRole> roles;
};

std::string policy_text(const PolicyPlan& policy);

// --- the organization

inline constexpr int64_t kNull = INT64_MIN;

struct PlannedUser {
  uint32_t unit = 0;
  std::vector<uint32_t> roles;
  std::vector<uint32_t> teams;  // ascending
  int64_t grade = 0;
  std::string name = {};  // where flows name users
  bool disabled = false;
};
struct PlannedTeam {
  uint32_t unit = 0;
  std::vector<uint32_t> roles;
};
struct PlannedRecord {
  uint32_t table = 0;
  policy_principal owner = 0;
  uint32_t unit = POLICY_NONE;
  int64_t amount_cents = kNull;
  int64_t status = kNull;  // 0 open, 1 closed
  int64_t due = kNull;     // days since 1970
  int64_t region = kNull;  // index into kRegions
  int64_t grade = kNull;
};
struct PlannedShare {
  uint32_t record = 0;
  policy_principal principal = 0;
  policy::RightSet rights = 0;
};
inline constexpr const char* kRegions[] = {"west", "north", "east", "south"};

struct Workload {
  PolicyPlan policy;
  std::vector<uint32_t> unit_parents;  // the root first, parents before children
  std::vector<PlannedUser> users;
  std::vector<PlannedTeam> teams;
  std::vector<PlannedRecord> records;
  std::vector<PlannedShare> shares;  // ascending by record and principal, each pair once
};

struct Sizes {
  uint32_t tables = 40;
  uint32_t roles = 25;
  uint32_t units = 1'000;
  uint32_t users = 10'000;
  uint32_t teams = 500;
  uint32_t records = 200'000;
  uint32_t shares = 50'000;
  uint64_t seed = 1;
};

// The shape of stdlib-policies/boat_club.policy: 4 tables, 4 roles, one condition, 10 users.
Workload make_club(uint64_t seed);
// With conditions, three grants in ten have a `when`.
enum class Conditions : uint8_t { None, ThreeInTen };
Workload make_crm(const Sizes& sizes, Conditions conditions);
// The club among `tables` more tables and `roles` more roles, a part of which every user of the club holds as well. The
// club's own grants, users and rows are those of make_club, so that every question has the same answer in both.
struct EnterpriseSizes {
  uint32_t tables = 1'000;
  uint32_t roles = 500;
  double filled = 0.04;  // of the cells of the matrix
  Conditions conditions = Conditions::None;
};
Workload make_enterprise(const EnterpriseSizes& sizes, uint64_t seed);

// --- what is asked

struct Question {
  uint32_t user = 0;
  uint32_t record = 0;
  uint32_t right = POLICY_RIGHT_read;
};
// A few users and records come up often; half of the records are of the user's own unit. Half of the questions are for
// read.
std::vector<Question> zipf_questions(const Workload& workload, size_t count, uint64_t seed);
// Users as above, records evenly over all.
std::vector<Question> random_questions(const Workload& workload, size_t count, uint64_t seed);

}  // namespace policyc::bench
