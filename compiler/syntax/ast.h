// A policy file as written: plain values, every name with its place, nothing resolved.
//
//   ParseResult parsed = parse(sources, id);      // syntax/parser.h
//   std::string text = print(parsed.ast);         // syntax/printer.h: canonical text
//
// A name that could not be read is empty (`Name::text.empty()`); its mistake was reported already, and later phases
// stay silent about it. Words that only sema knows the legal values of (rights, levels, behaviours, settings) are Names
// too, so that a wrong one gets a `did you mean`.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/source.h"

namespace policyc::ast {

struct Name {
  std::string text;
  Span span;
  bool missing() const { return text.empty(); }
};

// `policy boat_club follows guide`
struct Header {
  Name name;
  Name follows;
  Span span;
};

// `use std.ownership`
struct Use {
  std::vector<Name> path;
  Span span;
};

// `hierarchy: manager { depth: 3 }`, `assign_needs: assign, write, read`
struct Setting {
  Name name;
  std::vector<Name> values;  // words and numbers, as written
  std::vector<Setting> details;
};

struct Organization {
  std::vector<Setting> settings;
  Span span;
};

struct Settings {
  std::vector<Setting> settings;
  Span span;
};

// A literal of a condition, a fact or a scenario.
struct Literal {
  enum class Kind : uint8_t { Word, Number, String, Date, DateTime, Null };  // true and false are words
  Kind kind = Kind::Null;
  std::string text;  // a string without its quotes and escapes, everything else as written
  Span span;
};

// `status: choice { open, closed } secured`
struct Attribute {
  Name name;
  Name type;
  std::vector<Name> choices;
  bool secured = false;
  Span span;
};

// `user { region: string }` and `context { channel: choice { web, phone } }`
struct AttributeBlock {
  enum class Of : uint8_t { User, Context };
  Of of = Of::User;
  std::vector<Attribute> attributes;
  Span span;
};

// `privilege export_to_excel "Export to Excel"`
struct Privilege {
  Name name;
  std::string title;
  Span span;
};

struct Table {
  Name name;
  std::string title;
  Name ownership;
  std::vector<Attribute> attributes;
  Span span;
};

// `assign: user_owned`
struct Behaviour {
  Name action;
  Name value;
};

struct Relationship {
  Name name;
  Name child;   // of a many-to-many: the first table
  Name lookup;  // empty text in a many-to-many
  Name parent;  // of a many-to-many: the second table
  bool many_to_many = false;
  Name preset;  // parental | referential | restrict_delete; missing where behaviours are written
  std::vector<Behaviour> behaviours;
  Span span;
};

struct Operand {
  enum class Kind : uint8_t { Path, Literal };
  Kind kind = Kind::Literal;
  Name base;  // record | user | context
  Name attribute;
  Literal literal;
  Span span;
};

enum class Comparison : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

struct Expression {
  enum class Kind : uint8_t { Or, And, Not, Compare, In, IsNull, IsNotNull, Operand };
  Kind kind = Kind::Operand;
  Comparison comparison = Comparison::Equal;
  std::vector<Expression> children;  // Or and And: two or more; Not: one
  Operand left;                      // Compare, In, IsNull, IsNotNull, Operand (a boolean attribute)
  Operand right;                     // Compare
  std::vector<Literal> members;      // In
  Span span;
};

// `read, append_to at business_unit when record.status == open`
struct Grant {
  std::vector<Name> rights;  // `all` is one of the words
  Name level;
  std::optional<Expression> condition;
  Span span;
};

// `boat_trip: ...` or `every table: ...`
struct TableGrants {
  bool every_table = false;
  Name table;
  std::vector<Grant> grants;
  Span span;
};

// `privilege export_to_excel, go_offline` or `every privilege`
struct PrivilegeGrant {
  bool every_privilege = false;
  std::vector<Name> names;
  Span span;
};

struct Role {
  Name name;
  std::string title;
  // `team_privileges_only`: held through a team, its user level covers that team's rows and not the members' own.
  bool team_privileges_only = false;
  std::vector<Name> includes;
  std::vector<TableGrants> tables;
  std::vector<PrivilegeGrant> privileges;
  Span span;
};

// `boat_trip.fee: read, update` or `every column: read`
struct ColumnGrant {
  bool every_column = false;
  Name table;
  Name column;
  std::vector<Name> permissions;
  Span span;
};

struct ColumnProfile {
  Name name;
  std::string title;
  std::vector<ColumnGrant> columns;
  Span span;
};

// `write_log: create log_entry as invoker`, `bill: create invoice via roohi elevated`
struct FlowStep {
  Name name;
  Name right;
  Name table;
  Name identity;    // as ...
  Name connection;  // via ...; both are missing where neither was written
  bool elevated = false;
  Span span;
};

// A flow, or a plug-in (`plugin stamp on update of boat_trip { run as sam ... }`).
struct Flow {
  bool is_plugin = false;
  Name name;
  std::string title;
  std::vector<Name> events;  // create | update | delete
  Name table;
  Name owner;
  Name trigger_connection;
  Name run_as;  // missing: left out
  // `run as` stands by itself, as in a plug-in, and not after a trigger.
  bool run_as_alone = false;
  Span trigger_span;
  std::vector<FlowStep> steps;
  Span span;
};

// --- scenarios

// `skipper from harbour`: the copy of the role that belongs to a unit (modern business units)
struct HeldRole {
  Name role;
  Name unit;  // missing: the holder's own unit
};

// `unit north: skipper { unit harbour }`
struct UnitFact {
  Name name;
  std::vector<HeldRole> roles;
  std::vector<UnitFact> children;
};

struct AttributeValue {
  Name name;
  Literal value;  // for a lookup: a word, the record's name
};

// `user sam in north: skipper and clerk { region: "west" }`, `disabled read user kim in north`
struct UserFact {
  Name name;
  bool disabled = false;
  Name mode;  // missing: read and write
  Name unit;
  std::vector<HeldRole> roles;
  std::vector<AttributeValue> values;
};

// `team crew in south: skipper { sam, ana }`, `access team watchers in north { sam }`
struct TeamFact {
  Name name;
  Name kind;  // missing: an owner team
  Name unit;
  std::vector<HeldRole> roles;
  std::vector<Name> members;
};

// `roohi manages sam, ana`
struct ManagerFact {
  Name manager;
  std::vector<Name> reports;
  Span span;
};

// `position captain held by roohi { position mate held by sam, ana }`
struct PositionFact {
  Name name;
  std::vector<Name> holders;
  std::vector<PositionFact> children;
};

// `profile treasurer for sam, crew`
struct ProfileFact {
  Name profile;
  std::vector<Name> holders;
  Span span;
};

// `record t2: boat_trip owned by sam in north { status: closed }`, `inactive record q1: quote owned by sam`
struct RecordFact {
  Name name;
  Name state;  // missing: active
  Name table;
  Name owner;  // missing where the table has no owner
  Name unit;   // missing: the owner's own unit
  std::vector<AttributeValue> values;
  Span span;
};

// `share t1 with crew for read, write`, `share t1.fee with sam for read`; `organization` is a principal too
struct ShareFact {
  Name record;
  Name column;  // missing: the row
  Name principal;
  std::vector<Name> rights;
  Span inherited;  // of the word, where it is written: left over from a row above
  Span span;
};

// `associate t1 with oslo through visited`
struct AssociationFact {
  Name first;
  Name second;
  Name relationship;
  Span span;
};

// `context { now: 2026-01-31T12:00:00Z }`
struct ContextFact {
  std::vector<AttributeValue> values;
  Span span;
};

// `because level`, `because role_level by harbour_master`
struct Because {
  Name reason;
  Name role;  // missing where only the reason is expected
};

// What somebody does, in an event (`assigns t1 to ana`) or after `may` (`assign t1 to ana`). Which parts go with which
// verb is known to sema; those that are not written are missing or empty.
struct Operation {
  Name verb;
  Name target;
  Name column;                         // target.column
  Name table;                          // creates target: table
  Name owner;                          // owned by
  Name unit;                           // in
  Name connector;                      // to | with | from | into
  Name other;                          // behind it
  std::vector<Name> rights;            // for
  Name relationship;                   // through
  std::vector<AttributeValue> values;  // { }
  Span span;
};

// `sam can read t1`, `sam cannot read t1.fee because column`, `sam cannot create boat_trip owned by ana because level`,
// `sam cannot share t1 with roohi for delete`, `sam can assign t1 to ana`
struct CanExpectation {
  Name user;
  bool can = true;
  std::vector<Name> rights;
  Name record;                         // of `create`: the table
  Name column;                         // record.column
  Name owner;                          // create ... owned by
  Name unit;                           // create ... in
  std::vector<AttributeValue> values;  // create ... { }
  Name connector;                      // with | to
  Name recipient;                      // share ... with, assign ... to
  std::vector<Name> given;             // share ... for
  std::optional<Because> because;
  Span span;
};

// `sam may assign t1 to ana`, `bot on behalf of ana may update t1 because owner`,
// `kim may not sign in because disabled`
struct MayExpectation {
  Name agent;  // on behalf of `user`; missing: the user acts
  Name user;
  bool may = true;
  Name enters;  // of `sign in`: `sign`; then there is no operation
  Operation operation;
  std::optional<Because> because;
  Span span;
};

// `sam has export_to_excel`, `sam lacks export_to_excel`
struct PrivilegeExpectation {
  Name user;
  bool has = true;
  Name privilege;
  Span span;
};

// `who can read t2: sam, ana` (`nobody` where the list is empty)
struct WhoExpectation {
  Name right;
  Name record;
  std::vector<Name> users;
  Span span;
};

// `sam can list boat_trip for read: t1, t2` (`nothing` where the list is empty)
struct ListExpectation {
  Name user;
  Name table;
  Name right;
  std::vector<Name> records;
  Span span;
};

// `audit_trip.write_log runs as sam`, `... runs as system`, `... runs as nobody`
struct RunsAsExpectation {
  Name flow;
  Name step;
  Name user;
  bool nobody = false;
  Span span;
};

// `audit_trip.write_log may not run because no_privilege`
struct RunExpectation {
  Name flow;
  Name step;
  bool may = true;
  std::optional<Because> because;
  Span span;
};

// One thing that happens in a `when`.
struct Event {
  enum class Kind : uint8_t {
    IsGiven,   // ana is given skipper [from unit]
    Loses,     // ana loses skipper
    Joins,     // sam joins crew
    Leaves,    // sam leaves crew
    MovesTo,   // sam moves to south
    Operates,  // ana shares t1 with sam for delete
  };
  Kind kind = Kind::Operates;
  Name agent;  // Operates: on behalf of `who`; missing: `who` acts
  Name who;
  HeldRole role;  // IsGiven, Loses
  Name target;    // team or unit
  Operation operation;
  Span span;
};

struct When {
  std::vector<Event> events;
  Span span;
};

using ScenarioStatement =
    std::variant<UnitFact, UserFact, TeamFact, ManagerFact, PositionFact, ProfileFact, RecordFact, ShareFact,
                 AssociationFact, ContextFact, CanExpectation, MayExpectation, PrivilegeExpectation, WhoExpectation,
                 ListExpectation, RunsAsExpectation, RunExpectation, When>;

struct Scenario {
  std::string title;
  Span title_span;
  std::vector<ScenarioStatement> statements;
  Span span;
};

// --- the file

using DeclarationValue = std::variant<Use, Organization, Settings, AttributeBlock, Privilege, Table, Relationship, Role,
                                      ColumnProfile, Flow, Scenario>;

struct Declaration {
  DeclarationValue value;
  std::vector<std::string> comment;  // lines printed above it; filled by importers, not by the parser
};

struct Ast {
  std::vector<std::string> comment;  // lines printed at the top of the file
  std::optional<Header> header;
  std::vector<Declaration> declarations;
  // The parser reported errors: what is missing may have been written and not been understood.
  bool damaged = false;
};

}  // namespace policyc::ast
