// What a compiled policy tells the runtime: its tables, roles and grants, and the entry points of its checks.
//
// Filled once by whoever loads the code (compiler/native for a program compiled in this process) and constant from then
// on. Indices are the policy's own: table 3 here is table 3 of the policy.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/layout.h"

namespace policy {

// One (table, right). Without `check` the table does not take the right.
struct DecisionEntry {
  policy_check_function check = nullptr;
  policy_decide_function decide = nullptr;
  uint32_t base = 0;        // the slot that the code calls 0
  uint32_t first_slot = 0;  // the slots of this right
  uint32_t slot_count = 0;
};

struct TableEntry {
  std::string name;
  bool has_owners = false;  // owned by user: rows have an owner
  std::array<DecisionEntry, POLICY_RIGHT_COUNT> decisions;
};

struct GrantEntry {
  uint32_t role = POLICY_NONE;  // that it is written in
  policy_level level = POLICY_LEVEL_none;
  uint32_t slot = 0;
};

struct RoleEntry {
  std::string name;
  bool team_privileges_only = false;
  std::vector<uint32_t> grants;  // its own and those of included roles, ascending
  std::vector<uint32_t> privileges;
};

struct ProgramTables {
  bool modern_units = false;
  bool ownership_recomputed = false;
  bool unit_as_principal = false;
  policy_level unit_principal_level = POLICY_LEVEL_business_unit;
  bool share_reaches_team_only_basic = false;
  uint32_t slot_count = 0;
  uint32_t privilege_count = 0;
  std::vector<TableEntry> tables;
  std::vector<RoleEntry> roles;
  std::vector<GrantEntry> grants;
};

}  // namespace policy
