// What a compiled policy tells the runtime: its tables, relationships, roles and grants, columns and flows, the
// switches that are left to it, and the entry points of its checks.
//
//   if (tables.tables[trip].takes(POLICY_RIGHT_assign)) ...
//
// Filled once by whoever loads the code (compiler/native for a program compiled in this process) and constant from then
// on, but for the code itself: it may be published while others ask, and until then `first_tier` answers. Indices are
// the policy's own: table 3 here is table 3 of the policy.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/columns.h"
#include "policy/layout.h"

namespace policy {

// Rights as bits, 1 << policy_right.
using RightSet = uint16_t;
constexpr RightSet right_bit(uint32_t right) { return static_cast<RightSet>(1u << right); }
inline constexpr RightSet kAllButCreate =
    static_cast<RightSet>(((1u << POLICY_RIGHT_COUNT) - 1) & ~(1u << POLICY_RIGHT_create));
constexpr bool has_right(RightSet rights, uint32_t right) { return (rights >> right & 1u) != 0; }

// A function that one thread may publish while others ask for it. Copies are for whoever sets tables up.
template <typename Function>
class PublishedCode {
 public:
  PublishedCode(Function function = nullptr) : function_(function) {}
  PublishedCode(const PublishedCode& other) : function_(other.get()) {}
  PublishedCode& operator=(const PublishedCode& other) {
    publish(other.get());
    return *this;
  }

  // Null until it is published.
  Function get() const { return function_.load(std::memory_order_acquire); }
  operator Function() const { return get(); }
  void publish(Function function) { function_.store(function, std::memory_order_release); }

 private:
  std::atomic<Function> function_;
};

// One (table, right). Who asks goes through runtime/decide/code.h.
struct DecisionEntry {
  PublishedCode<policy_check_function> check;
  PublishedCode<policy_decide_function> decide;
  uint32_t base = 0;        // the slot that the code calls 0
  uint32_t first_slot = 0;  // the slots of this right
  uint32_t slot_count = 0;
  uint32_t graph = POLICY_NONE;  // what the first tier is asked for
  PublishedCode<policy_filter_function> filter;

  bool is_taken() const { return slot_count != 0; }
};

// Answers for every decision that has no code yet, the same as its code will. `self` is passed back to both.
struct FirstTier {
  int32_t (*check)(const void* self, uint32_t graph, const policy_subject*, const policy_reach*, const policy_record*,
                   const policy_context*) = nullptr;
  uint64_t (*decide)(const void* self, uint32_t graph, const policy_subject*, const policy_reach*, const policy_record*,
                     const policy_context*) = nullptr;
  const void* self = nullptr;
  // So many rows were checked one by one for want of a filter.
  void (*want_filter)(const void* self, uint32_t graph, uint64_t rows) = nullptr;
};

enum class Ownership : uint8_t { User, BusinessUnit, Organization };

// What a decision reads of a row.
struct ColumnsRead {
  bool owner = false;
  bool unit = false;
  bool away = false;
  bool shares = false;
  std::vector<uint32_t> attributes;  // by the number of their presence bit, ascending
};

// Where an attribute lies in a record, from the first byte behind the header; or in a user's attributes.
struct AttributeEntry {
  uint32_t offset = 0;
  uint32_t size = 0;
  std::string name;
  uint8_t type = 0;        // the compiler's: equal numbers are equal types
  bool is_choice = false;  // the value is a number among the choice labels
  friend bool operator==(const AttributeEntry&, const AttributeEntry&) = default;
};

struct TableEntry {
  std::string name;
  Ownership ownership = Ownership::User;
  bool in_hierarchy = false;      // hierarchy security opens rows of it
  std::vector<uint32_t> secured;  // the attribute that each bit of a column set stands for, ascending
  std::vector<std::string> secured_names;
  std::array<DecisionEntry, POLICY_RIGHT_COUNT> decisions;
  std::array<ColumnsRead, POLICY_RIGHT_COUNT> columns_read;
  std::vector<AttributeEntry> attributes;  // those that conditions read, by the number of their presence bit
  uint32_t attribute_bytes = 0;            // of all, presence bits included

  bool takes(uint32_t right) const { return right < POLICY_RIGHT_COUNT && decisions[right].is_taken(); }
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

// Where a grant is written, from 1; line 0 where nobody knows.
struct Place {
  uint32_t file = 0;  // among ProgramTables::files
  uint32_t line = 0;
  uint32_t column = 0;
};

struct GrantEntry {
  uint32_t role = POLICY_NONE;  // that it is written in
  policy_level level = POLICY_LEVEL_none;
  uint32_t slot = 0;
  uint32_t table = POLICY_NONE;
  uint8_t right = POLICY_RIGHT_create;
  bool is_conditional = false;
  Place place;
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
  PublishedCode<policy_run_as_function> run_as;
  uint8_t run_as_kind = 0;  // equal kinds share a function
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
  std::string policy_name;
  bool modern_units = false;
  bool ownership_recomputed = false;
  bool unit_as_principal = false;
  policy_level unit_principal_level = POLICY_LEVEL_business_unit;
  bool share_reaches_team_only_basic = false;
  HierarchyRules hierarchy;
  OperationRules rules;
  WellKnown well_known;
  uint32_t slot_count = 0;
  std::vector<std::string> privileges;
  std::vector<std::string> files;  // that grants are written in
  std::vector<std::string> choice_labels;
  std::vector<AttributeEntry> user_attributes;  // as TableEntry::attributes
  uint32_t user_attribute_bytes = 0;
  std::vector<AttributeEntry> context_attributes;
  uint32_t context_attribute_bytes = 0;
  std::vector<TableEntry> tables;
  std::vector<RelationshipEntry> relationships;
  std::vector<RoleEntry> roles;
  std::vector<GrantEntry> grants;
  std::vector<ProfileEntry> profiles;
  std::vector<FlowEntry> flows;
  FirstTier first_tier;
};

}  // namespace policy
