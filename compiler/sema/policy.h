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
#include "compiler/facts/facts.h"
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

enum class ColumnPermission : uint8_t { Read, Create, Update, ReadUnmasked };
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

enum class RunAs : uint8_t { LeftOut, TriggeringUser, RecordOwner, ProcessOwner };
std::string_view word(RunAs run_as);

struct FlowStep {
  std::string name;
  Right right = Right::Create;
  TableId table;
  bool as_invoker = false;
  std::string connection;  // the user whose connection it is; empty for an invoker step
  Span span;
};

struct Flow {
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
  // `share RECORD with RECIPIENT for GIVEN`: the operation, of which the right `share` is a part
  Principal recipient;
  RightSet given = 0;
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

struct RunsAsExpectation {
  FlowId flow;
  uint32_t step = 0;
  UserId user;
  Span span;
};

struct Event {
  enum class Kind : uint8_t {
    IsGiven,
    Loses,
    Joins,
    Leaves,
    MovesTo,
    Shares,
    Revokes,
    Assigns,
    Creates,
    Updates,
    Deletes
  };
  Kind kind = Kind::Updates;
  UserId user;          // who acts; of IsGiven, Loses, Joins, Leaves, MovesTo: whom it happens to
  Principal holder;     // IsGiven, Loses: a user or a team
  RoleHeld role;        // IsGiven, Loses
  TeamId team;          // Joins, Leaves
  UnitId unit;          // MovesTo
  RecordId record;      // Shares, Revokes, Assigns, Creates, Updates, Deletes
  Principal recipient;  // Shares, Revokes; the new owner of Assigns
  RightSet rights = 0;  // Shares
  Span span;
};

using Step =
    std::variant<Event, CanExpectation, PrivilegeExpectation, WhoExpectation, ListExpectation, RunsAsExpectation>;

// Facts at the start, then what happens and what must hold, in order. Records that an event creates stand in `facts`
// from the start and are named in `created_later` until then.
struct Scenario {
  std::string title;
  Facts facts;
  std::vector<RecordId> created_later;
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

TableId find_table(const Policy& policy, std::string_view name);
RoleId find_role(const Policy& policy, std::string_view name);
PrivilegeId find_privilege(const Policy& policy, std::string_view name);
FlowId find_flow(const Policy& policy, std::string_view name);

// A row of a table that holds no values yet: every attribute null.
Record blank_record(const Policy& policy, TableId table);

}  // namespace policyc
