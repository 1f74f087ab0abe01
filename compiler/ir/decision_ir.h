// DecisionIR: what each decision asks of the facts, apart from how a host stores them.
//
//   DecisionIR ir = simplify(lower(policy));
//   std::string text = print(ir);                 // and parse_ir(text) gives it back
//
// # Semantics
//
// A node is a yes-or-no question about one (subject, record, context). It cannot fail, has no effect, and may be asked
// in any order, more than once or not at all. There is no `not`: the lowering pushes negation into comparisons, so that
// a missing value makes the comparison, and never its opposite, false. Nothing false can turn into an allow.
//
//   true, false          constants
//   and, or              of two nodes
//   holds s              the subject holds the privilege of slot s at some level
//   holds_unit s         likewise at business_unit or wider
//   own_row s            the record's owner is the subject, and slot s reaches its own rows
//   team_row s           the record's owner is a team (or unit) whose rows slot s reaches
//   home s               the record's owning unit is its owner's, or a grant of slot s that reaches its owner's rows is
//                        anchored exactly there (modern business units)
//   in_reach s           the record's owning unit lies in what slot s reaches, or s reaches every row
//   shared s r           the record is shared for right r with the subject, in a way that counts for slot s
//   inherited s r        likewise through a row above
//   any_share s r        shared s r or inherited s r, at the cost of one look
//   hierarchy s r        the subject holds slot s, and a report of the subject has the record for right r
//   compare              two operands of one type; false where either is null
//   is_null, is_set      one operand
//
// A *slot* is what a subject's grants of one (table, right) reach: one slot for all grants without a condition, and one
// for those with one and the same condition, by the alphabet of their text. Slots of a table lie together, in the order
// of policy/rights.def. Nodes name slots relative to the decision's base, so that decisions of one shape share one
// graph: a policy of a thousand tables has a handful of graphs. `read` lies between `create` and `delete`, whose
// decisions look at the slots of read as well, and before `write`, `append` and `append_to`, whose decisions do so
// under hierarchy security.
//
// A *graph* answers one shape of decision. `check` is the yes or no. `decide` names the reason. Where check holds: the
// first allow outcome whose node holds (in the order of reasons, then of slots); there always is one, and a program
// that found none would deny. Where check does not hold: the first deny outcome whose node does not hold; the last
// one's is `false`.
//
// # What operations need
//
// Cascades, columns and run-as are data: relationships with what each action does to children, the secured columns of
// a table, the columns that a profile opens, and for each step of a flow where to look for whom it runs as. Which of
// them counts is decided here; what is left to the runtime is who and which row.
//
// Everything is stored by index: nodes point to earlier nodes only, equal nodes are stored once.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/value.h"
#include "compiler/base/vocabulary.h"

namespace policyc {

using NodeId = Id<struct NodeTag>;
using OperandId = Id<struct OperandTag>;
using GraphId = Id<struct GraphTag>;

enum class Op : uint8_t {
#define DECISION_OP(name, word, operands) name,
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
};
enum class OpOperands : uint8_t { None, Nodes, Slot, SlotRight, Operands, Operand };
std::string_view word(Op op);
OpOperands operands_of(Op op);
inline constexpr size_t kOpCount = 0
#define DECISION_OP(name, word, operands) +1
#include "compiler/ir/decision_ops.def"
#undef DECISION_OP
    ;

enum class Compare : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
std::string_view word(Compare compare);

// a, b: nodes of And and Or; operands of Compare, IsNull (a), IsSet (a); otherwise none.
struct Node {
  Op op = Op::False;
  Compare compare = Compare::Equal;  // of Compare
  Right right = Right::Create;       // of Shared, Inherited, AnyShare, Hierarchy
  uint8_t reserved = 0;
  uint32_t slot = 0;  // of the questions about a slot
  uint32_t a = UINT32_MAX;
  uint32_t b = UINT32_MAX;
  friend bool operator==(const Node&, const Node&) = default;
};
static_assert(sizeof(Node) == 16);

// A value that a comparison reads: a literal, or an attribute at an index of a layout below.
struct IROperand {
  enum class From : uint8_t { Literal, Record, User, Context };
  From from = From::Literal;
  ValueType type = ValueType::Boolean;
  uint32_t offset = 0;    // bytes into the attributes
  uint32_t presence = 0;  // number of the bit that says whether the attribute has a value, from the first byte's lowest
  Value literal;
  friend bool operator==(const IROperand&, const IROperand&) = default;
};

// Where attributes lie in the bytes that a host fills. The first bytes hold presence bits, one for each field.
// boolean 1 byte · date, choice 4 · integer, money, datetime 8 · decimal 16 (aligned to 8) · string a policy_string
struct Field {
  std::string name;
  ValueType type = ValueType::Boolean;
  uint32_t attribute = 0;  // index among the attributes of the table, the user or the context
  uint32_t offset = 0;
  uint32_t presence = 0;
  friend bool operator==(const Field&, const Field&) = default;
};
struct AttributeLayout {
  std::vector<Field> fields;
  uint32_t size = 0;  // a multiple of 8
  friend bool operator==(const AttributeLayout&, const AttributeLayout&) = default;
};

struct GraphOutcome {
  Reason reason = Reason::None;
  uint32_t slot = 0;  // of an allow outcome: the slot that gives it, relative
  NodeId node;
  friend bool operator==(const GraphOutcome&, const GraphOutcome&) = default;
};

struct Graph {
  NodeId check;
  std::vector<GraphOutcome> allow;
  std::vector<GraphOutcome> deny;
  friend bool operator==(const Graph&, const Graph&) = default;
};

// Of one (table, right). `graph` is none where the table does not take the right: the answer is `illegal`.
struct IRDecision {
  GraphId graph;
  uint32_t base = 0;        // the slot that the graph's nodes call 0
  uint32_t first_slot = 0;  // the slots of this right
  uint32_t slot_count = 0;
  friend bool operator==(const IRDecision&, const IRDecision&) = default;
};

// A secured column; its bit in column sets is its place among those of its table.
struct IRColumn {
  std::string name;
  uint32_t attribute = 0;  // index among the table's attributes
  friend bool operator==(const IRColumn&, const IRColumn&) = default;
};
inline constexpr size_t kIRColumnLimit = 64;

struct IRTable {
  std::string name;
  Ownership ownership = Ownership::User;
  bool in_hierarchy = false;  // hierarchy security opens rows of it
  AttributeLayout layout;
  std::vector<IRColumn> secured;  // ascending by attribute
  std::array<IRDecision, kRightCount> decisions;
  friend bool operator==(const IRTable&, const IRTable&) = default;
};

// Where a grant is written, and which slot it fills.
struct IRGrant {
  RoleId role;
  TableId table;
  Right right = Right::Read;
  Level level = Level::User;
  uint32_t slot = 0;
  bool conditional = false;
  std::string place;  // "club.policy:31:20"
  friend bool operator==(const IRGrant&, const IRGrant&) = default;
};

struct IRRole {
  std::string name;
  bool team_privileges_only = false;
  std::vector<GrantId> grants;
  std::vector<PrivilegeId> privileges;
  friend bool operator==(const IRRole&, const IRRole&) = default;
};

enum class IRAction : uint8_t { Assign, Share, Unshare, Reparent, Delete, Merge };
inline constexpr size_t kIRActionCount = 6;
enum class IRBehaviour : uint8_t { None, Cascade, Active, UserOwned, RemoveLink, Restrict };
std::string_view word(IRAction action);
std::string_view word(IRBehaviour behaviour);

struct IRRelationship {
  std::string name;
  TableId child;  // of a many-to-many: the first table
  TableId parent;
  std::string lookup;  // relationships of one child with one lookup are one column
  bool many_to_many = false;
  std::array<IRBehaviour, kIRActionCount> behaviour{};
  friend bool operator==(const IRRelationship&, const IRRelationship&) = default;
};

// What a profile opens of one table: a set of columns for each permission.
enum class IRPermission : uint8_t { Read, Create, Update, ReadUnmasked, ReadOneUnmasked };
inline constexpr size_t kIRPermissionCount = 5;
std::string_view word(IRPermission permission);

struct IRProfileColumns {
  TableId table;
  std::array<uint64_t, kIRPermissionCount> columns{};
  friend bool operator==(const IRProfileColumns&, const IRProfileColumns&) = default;
};
struct IRProfile {
  std::string name;
  std::vector<IRProfileColumns> tables;
  friend bool operator==(const IRProfile&, const IRProfile&) = default;
};

// Whom a step runs as, the rule book's switches decided. RecordOwner: the user who owns the row, otherwise `user`.
enum class IRRunAs : uint8_t { Triggering, RecordOwner, Named, System };
inline constexpr size_t kIRRunAsCount = 4;
std::string_view word(IRRunAs run_as);

struct IRStep {
  std::string name;
  Right right = Right::Create;
  TableId table;
  IRRunAs run_as = IRRunAs::Named;
  std::string user;        // of RecordOwner and Named
  bool bounded = false;    // as impersonation by `bounded_by`, wherever it runs as somebody else
  std::string bounded_by;  // the flow's owner
  friend bool operator==(const IRStep&, const IRStep&) = default;
};
struct IRFlow {
  std::string name;
  TableId table;
  std::vector<IRStep> steps;
  friend bool operator==(const IRFlow&, const IRFlow&) = default;
};

enum class IRHierarchyModel : uint8_t { Off, Manager, Position };
enum class IRManagerUnit : uint8_t { Same, Parent, Ancestor, Any };
std::string_view word(IRHierarchyModel model);
std::string_view word(IRManagerUnit unit);

struct IRHierarchy {
  IRHierarchyModel model = IRHierarchyModel::Off;
  uint32_t depth = 0;
  uint32_t write_levels = 0;
  IRManagerUnit manager_unit = IRManagerUnit::Same;
  friend bool operator==(const IRHierarchy&, const IRHierarchy&) = default;
};

// The switches that the runtime needs; what each does stands in sema/settings.def.
struct IRSettings {
  bool modern_units = false;
  bool ownership_recomputed = false;
  bool unit_as_principal = false;
  bool unit_principal_user_level = false;
  bool share_reaches_team_only_basic = false;
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
  bool hierarchy_needs_unit_level = false;
  bool hierarchy_disabled_reports = false;
  RightSet assign_needs = 0;
  IRHierarchy hierarchy;
  friend bool operator==(const IRSettings&, const IRSettings&) = default;
};

// The yes-or-no settings by the names that the text form gives them.
struct IRFlag {
  std::string_view name;
  bool IRSettings::* flag;
};
std::span<const IRFlag> ir_flags();

// What operations ask about beside rows; none where the policy does not declare it, and nobody holds that.
struct IRWellKnown {
  PrivilegeId act_on_behalf;
  PrivilegeId merge;
  PrivilegeId reparent_user;
  PrivilegeId reparent_team;
  TableId business_unit;
  friend bool operator==(const IRWellKnown&, const IRWellKnown&) = default;
};

struct DecisionIR {
  std::string policy_name;
  IRSettings settings;
  std::vector<std::string> choice_labels;
  std::vector<std::string> privileges;
  IRWellKnown well_known;
  AttributeLayout user_layout;
  AttributeLayout context_layout;
  Store<TableId, IRTable> tables;
  Store<RelationshipId, IRRelationship> relationships;
  Store<RoleId, IRRole> roles;
  Store<GrantId, IRGrant> grants;
  Store<ProfileId, IRProfile> profiles;
  Store<FlowId, IRFlow> flows;
  uint32_t slot_count = 0;
  Store<OperandId, IROperand> operands;
  Store<NodeId, Node> nodes;
  Store<GraphId, Graph> graphs;
  friend bool operator==(const DecisionIR&, const DecisionIR&) = default;
};

}  // namespace policyc
