// A checked policy: every name resolved, every rule of the language kept. It exists only when it is valid.
//
//   CheckResult checked = check(modules);              // sema/check.h
//   if (checked.policy) lower(*checked.policy);
//
// Ids index the stores below and are valid in this value. Order is the order of the text; grants in particular are
// numbered as they are written, and a decision that several grants give is explained by the first.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/source.h"
#include "compiler/base/value.h"
#include "compiler/base/vocabulary.h"
#include "compiler/facts/operation.h"
#include "compiler/sema/settings.h"

namespace policyc {

struct Attribute {
  std::string name;
  ValueType type = ValueType::Boolean;
  std::vector<uint32_t> choices;  // of a choice: indices into Policy::choice_labels, as written
  bool secured = false;
  Span span;
};

// A miscellaneous privilege: held or not, without a level.
struct Privilege {
  std::string name;
  std::string title;
  Span span;
};

struct Table {
  std::string name;
  std::string title;
  Ownership ownership = Ownership::User;
  std::vector<Attribute> attributes;
  Span span;  // of the name
};

enum class Action : uint8_t { Assign, Share, Unshare, Reparent, Delete, Merge };
inline constexpr size_t kActionCount = 6;
enum class Behaviour : uint8_t { None, Cascade, Active, UserOwned, RemoveLink, Restrict };
std::string_view word(Action action);
std::string_view word(Behaviour behaviour);
std::optional<Action> action_from_word(std::string_view word);
std::optional<Behaviour> behaviour_from_word(std::string_view word);

struct Relationship {
  std::string name;
  TableId child;       // of a many-to-many: the first table
  std::string lookup;  // empty in a many-to-many
  TableId parent;
  bool many_to_many = false;
  std::array<Behaviour, kActionCount> behaviour{};
  Span span;

  Behaviour on(Action action) const { return behaviour[static_cast<size_t>(action)]; }
  // Assign, share, unshare or reparent does something to children, or delete takes them along.
  bool is_parental() const;
};

// --- conditions

enum class AttributeOf : uint8_t { Record, User, Context };

// An attribute (of the grant's table, of the user, of the context) or a literal.
struct Operand {
  bool is_literal = false;
  AttributeOf of = AttributeOf::Record;
  uint32_t attribute = 0;  // index into the table's attributes, user_attributes or context_attributes
  Value literal;
  ValueType type = ValueType::Boolean;
};

enum class Comparison : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

// Three-valued, as in SQL: a comparison with null is unknown, `not` of unknown is unknown, and a condition that is
// unknown in the end does not hold. `in` is written out as an Or of Equal; a boolean attribute as Equal true.
struct Expression {
  enum class Kind : uint8_t { Or, And, Not, Compare, IsNull };
  Kind kind = Kind::And;
  Comparison comparison = Comparison::Equal;
  std::vector<Expression> children;  // Or, And: one or more; Not: one
  Operand left;                      // Compare, IsNull
  Operand right;                     // Compare
};

struct Condition {
  TableId table;
  Expression expression;
  Span span;
  std::string text;  // as print(policy, condition) writes it: what is written alike is one condition to lowering
};

// --- roles

struct Grant {
  RoleId role;  // that it is written in
  TableId table;
  Right right = Right::Read;
  Level level = Level::User;
  ConditionId condition;  // none: it always applies
  Span span;
};

struct Role {
  std::string name;
  std::string title;
  bool team_privileges_only = false;
  std::vector<RoleId> includes;
  std::vector<GrantId> grants;          // its own and those of included roles, ascending, each once
  std::vector<PrivilegeId> privileges;  // likewise
  Span span;
};

// ReadUnmasked: wherever the row is read, lists as well; ReadOneUnmasked: where it is read by itself.
enum class ColumnPermission : uint8_t { Read, Create, Update, ReadUnmasked, ReadOneUnmasked };
inline constexpr size_t kColumnPermissionCount = 5;
std::string_view word(ColumnPermission permission);

struct ColumnGrant {
  TableId table;
  uint32_t attribute = 0;
  uint8_t permissions = 0;  // 1 << ColumnPermission
};

struct ColumnProfile {
  std::string name;
  std::string title;
  std::vector<ColumnGrant> columns;
  Span span;
};

// --- flows

// NamedUser: a plug-in step that is registered to run in a fixed user's context.
enum class RunAs : uint8_t { LeftOut, TriggeringUser, RecordOwner, ProcessOwner, NamedUser };
std::string_view word(RunAs run_as);

// Invoker: whom `run as` names. InitiatingUser: who set it off, whatever `run as` says. System: nobody's rights bound
// it.
enum class StepIdentity : uint8_t { Connection, Invoker, InitiatingUser, System };

struct FlowStep {
  std::string name;
  Right right = Right::Create;
  TableId table;
  StepIdentity identity = StepIdentity::Connection;
  std::string connection;  // the user whose connection it is
  bool elevated = false;   // the author knows that it may do more than whoever sets it off
  Span span;
};

// A flow, or a plug-in: code in the server, which has neither owner nor connections.
struct Flow {
  bool is_plugin = false;
  std::string run_as_user;  // of NamedUser
  std::string name;
  std::string title;
  RightSet events = 0;  // create, write (= update), delete
  TableId table;
  std::string owner;               // a user's name, resolved against the facts
  std::string trigger_connection;  // likewise
  RunAs run_as = RunAs::LeftOut;
  std::vector<FlowStep> steps;
  Span span;
};

// --- scenarios

struct Because {
  Reason reason = Reason::None;
  RoleId role;  // none: any
};

// One right on one record. `create` asks about a record that does not exist: it is in `proposed`.
struct CanExpectation {
  UserId user;
  bool can = true;
  Right right = Right::Read;
  RecordId record;                 // none: see `proposed`
  std::optional<Record> proposed;  // of create
  std::optional<Because> because;
  Span span;
};

// `sam cannot read t1.fee because column`
struct ColumnExpectation {
  UserId user;
  bool can = true;
  ColumnPermission permission = ColumnPermission::Read;
  RecordId record;  // none for Create: a row of the table that is not there yet
  TableId table;
  uint32_t attribute = 0;
  Span span;
};

// `sam may assign t1 to ana`: a whole operation, everybody it concerns. Changes nothing.
struct MayExpectation {
  Operation operation;
  bool may = true;
  std::optional<Because> because;
  Span span;
};

// `kim may not sign in because disabled`
struct SignInExpectation {
  UserId user;
  bool may = true;
  std::optional<Because> because;
  Span span;
};

struct PrivilegeExpectation {
  UserId user;
  bool has = true;
  PrivilegeId privilege;
  Span span;
};

struct WhoExpectation {
  Right right = Right::Read;
  RecordId record;
  std::vector<UserId> users;  // ascending
  Span span;
};

struct ListExpectation {
  UserId user;
  TableId table;
  Right right = Right::Read;
  std::vector<RecordId> records;  // ascending
  Span span;
};

// `audit.write_log runs as sam`, `... runs as system`, `... runs as nobody`
struct RunsAsExpectation {
  FlowId flow;
  uint32_t step = 0;
  UserId user;  // none and not `system`: nobody
  bool system = false;
  Span span;
};

// `audit.write_log may not run because no_privilege`
struct RunExpectation {
  FlowId flow;
  uint32_t step = 0;
  bool may = true;
  std::optional<Because> because;
  Span span;
};

// What happens to people, and operations that they carry out.
struct Event {
  enum class Kind : uint8_t { IsGiven, Loses, Joins, Leaves, MovesTo, Operates };
  Kind kind = Kind::Operates;
  UserId user;          // Joins, Leaves, MovesTo: whom it happens to
  Principal holder;     // IsGiven, Loses: a user, a team or a unit
  RoleHeld role;        // IsGiven, Loses
  ProfileId profile;    // IsGiven, Loses: a column profile, where it is no role
  TeamId team;          // Joins, Leaves
  UnitId unit;          // MovesTo
  Operation operation;  // Operates
  // Operates on a secured column: a share of it with `operation.principal`, or taking it back (`operation.kind`).
  std::optional<ColumnShare> column_share;
  Span span;
};

using Step = std::variant<Event, CanExpectation, ColumnExpectation, MayExpectation, SignInExpectation,
                          PrivilegeExpectation, WhoExpectation, ListExpectation, RunsAsExpectation, RunExpectation>;

// Facts at the start, then what happens and what must hold, in order. Records that an event creates stand in `facts`
// from the start, and do not exist until then. What rows inherit through links is not in them yet
// (reference/inherit.h).
struct Scenario {
  std::string title;
  Facts facts;
  std::vector<Step> steps;
  Span span;
};

// --- the policy

struct Policy {
  std::string name;
  Settings settings{RuleBook::Guide};
  std::vector<std::string> choice_labels;
  std::vector<Attribute> user_attributes;
  std::vector<Attribute> context_attributes;  // `now` (datetime) and `today` (date) are the first two, always
  Store<PrivilegeId, Privilege> privileges;
  Store<TableId, Table> tables;
  Store<RelationshipId, Relationship> relationships;
  Store<RoleId, Role> roles;
  Store<GrantId, Grant> grants;
  Store<ConditionId, Condition> conditions;
  Store<ProfileId, ColumnProfile> profiles;
  Store<FlowId, Flow> flows;
  std::vector<Scenario> scenarios;
};

// The rights that a table of this ownership takes, and the levels that a right takes on it (as bits 1 << level).
RightSet rights_of(Ownership ownership, RuleBook rule_book);
uint8_t levels_of(Ownership ownership, Right right);

// The secured attributes of a table, in the order of their bits in ColumnRights.
std::vector<uint32_t> secured_attributes(const Table& table);

// Miscellaneous privileges and tables that operations ask about, by the names that std.dataverse gives them. A policy
// that does not declare one has nobody who holds it.
inline constexpr std::string_view kActOnBehalfPrivilege = "act_on_behalf_of_another_user";
inline constexpr std::string_view kMergePrivilege = "merge";
inline constexpr std::string_view kReparentUserPrivilege = "reparent_user";
inline constexpr std::string_view kReparentTeamPrivilege = "reparent_team";
inline constexpr std::string_view kBusinessUnitTable = "businessunit";

TableId find_table(const Policy& policy, std::string_view name);
RoleId find_role(const Policy& policy, std::string_view name);
PrivilegeId find_privilege(const Policy& policy, std::string_view name);
FlowId find_flow(const Policy& policy, std::string_view name);

// A row of a table that holds no values yet: every attribute null.
Record blank_record(const Policy& policy, TableId table);

}  // namespace policyc
