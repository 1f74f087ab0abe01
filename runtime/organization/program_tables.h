// What a compiled policy tells the runtime: its tables, relationships, roles and grants, columns and flows, the
// switches that are left to it, and the entry points of its checks.
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

// Rights as bits, 1 << policy_right.
using RightSet = uint16_t;
constexpr RightSet right_bit(uint32_t right) { return static_cast<RightSet>(1u << right); }
inline constexpr RightSet kAllButCreate =
    static_cast<RightSet>(((1u << POLICY_RIGHT_COUNT) - 1) & ~(1u << POLICY_RIGHT_create));
constexpr bool has_right(RightSet rights, uint32_t right) { return (rights >> right & 1u) != 0; }

// One (table, right). Without `check` the table does not take the right.
struct DecisionEntry {
  policy_check_function check = nullptr;
  policy_decide_function decide = nullptr;
  uint32_t base = 0;        // the slot that the code calls 0
  uint32_t first_slot = 0;  // the slots of this right
  uint32_t slot_count = 0;
};

enum class Ownership : uint8_t { User, BusinessUnit, Organization };

struct TableEntry {
  std::string name;
  Ownership ownership = Ownership::User;
  bool in_hierarchy = false;      // hierarchy security opens rows of it
  std::vector<uint32_t> secured;  // the attribute that each bit of a column set stands for, ascending
  std::array<DecisionEntry, POLICY_RIGHT_COUNT> decisions;

  bool takes(uint32_t right) const { return right < POLICY_RIGHT_COUNT && decisions[right].decide != nullptr; }
  // One bit for each secured column.
  uint64_t secured_set() const { return secured.size() >= 64 ? ~uint64_t{0} : (uint64_t{1} << secured.size()) - 1; }
};

// What an action on a row does to its children of one relationship. RemoveLink and Restrict are of Delete alone.
enum class Action : uint8_t { Assign, Share, Unshare, Reparent, Delete, Merge };
inline constexpr size_t kActionCount = 6;
enum class Behaviour : uint8_t { None, Cascade, Active, UserOwned, RemoveLink, Restrict };

struct RelationshipEntry {
  std::string name;
  uint32_t child = POLICY_NONE;   // of a many-to-many: the first table
  uint32_t parent = POLICY_NONE;  // of a many-to-many: the second
  uint32_t lookup = POLICY_NONE;  // the same for relationships that are one lookup column
  bool many_to_many = false;
  bool is_parental = false;  // hands something down, or deletes children; rows form trees of these
  std::array<Behaviour, kActionCount> behaviour{};

  Behaviour on(Action action) const { return behaviour[static_cast<size_t>(action)]; }
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

// The columns of one table that a profile opens, a set for each permission.
struct ProfileColumns {
  uint32_t table = POLICY_NONE;
  uint64_t read = 0;
  uint64_t create = 0;
  uint64_t update = 0;
  uint64_t read_unmasked = 0;
  uint64_t read_one_unmasked = 0;
};
struct ProfileEntry {
  std::string name;
  std::vector<ProfileColumns> tables;
};

struct StepEntry {
  std::string name;
  uint32_t right = POLICY_RIGHT_create;
  uint32_t table = POLICY_NONE;
  policy_run_as_function run_as = nullptr;
  std::string named_user;  // what `run_as` gets as `named`
  bool bounded = false;    // as impersonation by `bounded_by`, wherever it runs as somebody else
  std::string bounded_by;
};
struct FlowEntry {
  std::string name;
  uint32_t table = POLICY_NONE;
  std::vector<StepEntry> steps;
};

enum class HierarchyModel : uint8_t { Off, Manager, Position };
enum class ManagerUnit : uint8_t { Same, Parent, Ancestor, Any };

struct HierarchyRules {
  HierarchyModel model = HierarchyModel::Off;
  uint32_t depth = 0;
  uint32_t write_levels = 0;
  ManagerUnit manager_unit = ManagerUnit::Same;
  bool needs_unit_level = false;
  bool disabled_reports_count = false;
};

// What operations ask and change, beyond what the decisions have compiled in.
struct OperationRules {
  bool take_owner_on_link = false;
  bool new_child_inherits_shares = false;
  bool assign_checks_reached_tables = false;
  bool share_to_previous_owner = false;
  bool share_rights_not_held = false;
  bool append_to_needs_write = false;
  bool delete_cascade_needs_child_delete = false;
  bool clear_lookup_needs_append_to = false;
  bool always_move_record_to_owner_unit = false;
  bool keep_roles_on_move = false;
  bool associate_needs_append_to = false;
  bool link_needs_write = false;
  RightSet assign_needs = 0;
};

// Privileges and tables that operations ask about; POLICY_NONE where the policy has none, and nobody holds that.
struct WellKnown {
  uint32_t act_on_behalf = POLICY_NONE;
  uint32_t merge = POLICY_NONE;
  uint32_t reparent_user = POLICY_NONE;
  uint32_t reparent_team = POLICY_NONE;
  uint32_t business_unit = POLICY_NONE;
};

struct ProgramTables {
  bool modern_units = false;
  bool ownership_recomputed = false;
  bool unit_as_principal = false;
  policy_level unit_principal_level = POLICY_LEVEL_business_unit;
  bool share_reaches_team_only_basic = false;
  HierarchyRules hierarchy;
  OperationRules rules;
  WellKnown well_known;
  uint32_t slot_count = 0;
  uint32_t privilege_count = 0;
  std::vector<TableEntry> tables;
  std::vector<RelationshipEntry> relationships;
  std::vector<RoleEntry> roles;
  std::vector<GrantEntry> grants;
  std::vector<ProfileEntry> profiles;
  std::vector<FlowEntry> flows;
};

}  // namespace policy
