// The spelling of the closed sets in the text form.
#include "compiler/ir/decision_ir.h"

namespace policyc {

namespace {
constexpr std::string_view kOpWords[] = {
#define DECISION_OP(name, word, operands) word,
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
};
constexpr OpOperands kOpOperands[] = {
#define DECISION_OP(name, word, operands) OpOperands::operands,
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
};
constexpr std::string_view kCompareWords[] = {"equal", "not_equal", "less", "less_equal", "greater", "greater_equal"};
constexpr std::string_view kActionWords[] = {"assign", "share", "unshare", "reparent", "delete", "merge"};
constexpr std::string_view kBehaviourWords[] = {"none", "cascade", "active", "user_owned", "remove_link", "restrict"};
constexpr std::string_view kPermissionWords[] = {"read", "create", "update", "read_unmasked", "read_one_unmasked"};
constexpr std::string_view kRunAsWords[] = {"triggering", "record_owner", "named", "system"};
constexpr std::string_view kHierarchyWords[] = {"off", "manager", "position"};
constexpr std::string_view kManagerUnitWords[] = {"same", "parent", "ancestor", "any"};

constexpr IRFlag kFlags[] = {
    {"modern_units", &IRSettings::modern_units},
    {"ownership_recomputed", &IRSettings::ownership_recomputed},
    {"unit_as_principal", &IRSettings::unit_as_principal},
    {"unit_principal_user_level", &IRSettings::unit_principal_user_level},
    {"share_reaches_team_only_basic", &IRSettings::share_reaches_team_only_basic},
    {"take_owner_on_link", &IRSettings::take_owner_on_link},
    {"new_child_inherits_shares", &IRSettings::new_child_inherits_shares},
    {"assign_checks_reached_tables", &IRSettings::assign_checks_reached_tables},
    {"share_to_previous_owner", &IRSettings::share_to_previous_owner},
    {"share_rights_not_held", &IRSettings::share_rights_not_held},
    {"append_to_needs_write", &IRSettings::append_to_needs_write},
    {"delete_cascade_needs_child_delete", &IRSettings::delete_cascade_needs_child_delete},
    {"clear_lookup_needs_append_to", &IRSettings::clear_lookup_needs_append_to},
    {"always_move_record_to_owner_unit", &IRSettings::always_move_record_to_owner_unit},
    {"keep_roles_on_move", &IRSettings::keep_roles_on_move},
    {"associate_needs_append_to", &IRSettings::associate_needs_append_to},
    {"link_needs_write", &IRSettings::link_needs_write},
    {"hierarchy_needs_unit_level", &IRSettings::hierarchy_needs_unit_level},
    {"hierarchy_disabled_reports", &IRSettings::hierarchy_disabled_reports},
};
}  // namespace

std::string_view word(IRAction action) { return kActionWords[static_cast<size_t>(action)]; }
std::string_view word(IRBehaviour behaviour) { return kBehaviourWords[static_cast<size_t>(behaviour)]; }
std::string_view word(IRPermission permission) { return kPermissionWords[static_cast<size_t>(permission)]; }
std::string_view word(IRRunAs run_as) { return kRunAsWords[static_cast<size_t>(run_as)]; }
std::string_view word(IRHierarchyModel model) { return kHierarchyWords[static_cast<size_t>(model)]; }
std::string_view word(IRManagerUnit unit) { return kManagerUnitWords[static_cast<size_t>(unit)]; }
std::span<const IRFlag> ir_flags() { return kFlags; }

std::string_view word(Op op) { return kOpWords[static_cast<size_t>(op)]; }
OpOperands operands_of(Op op) { return kOpOperands[static_cast<size_t>(op)]; }
std::string_view word(Compare compare) { return kCompareWords[static_cast<size_t>(compare)]; }

}  // namespace policyc
