// What somebody asks to do, what comes out of it, and what it would change: the same words for every engine.
//
//   Operation assign{.kind = OperationKind::Assign, .user = sam, .record = trip, .principal = Principal::of(ana)};
//   Outcome outcome = perform(policy, facts, assign);      // compiler/reference; changes nothing
//   if (outcome.answer.allowed) apply(outcome.effects, facts);
//
// An operation is carried out whole or not at all: effects are empty where the answer is a denial.
#pragma once

#include "compiler/base/decision.h"
#include "compiler/facts/facts.h"

namespace policyc {

enum class OperationKind : uint8_t {
  Create,        // record (a row with exists == false), or `proposed` alone, which is asked about and not stored
  Read,          // record
  Update,        // record; columns with values, links
  Delete,        // record
  Assign,        // record to principal
  Share,         // record with principal for rights: added to what is shared already
  Modify,        // record for principal to rights: exactly these
  Revoke,        // record from principal: what was given on the row itself
  Link,          // record.relationship to other
  Unlink,        // record.relationship
  Associate,     // record and other through a many-to-many relationship
  Disassociate,  // likewise
  Merge,         // record into other
  SetUnit,       // record to unit
  Deactivate,    // record
  Activate,      // record
  AddMember,     // principal (a user) to team
  RemoveMember,  // likewise
  MoveUser,      // principal (a user) to unit
  MoveTeam,      // team to unit
};
inline constexpr size_t kOperationCount = 20;
// create read update delete assign share modify revoke link unlink associate disassociate merge set_unit deactivate
// activate add_member remove_member move_user move_team
std::string_view word(OperationKind kind);

struct ColumnValue {
  uint32_t attribute = 0;
  Value value;
};

struct Operation {
  OperationKind kind = OperationKind::Read;
  UserId user;          // in whose name
  UserId impersonator;  // who really acts, on behalf of `user`; none: the user
  RecordId record;
  Principal principal;
  RightSet rights = 0;
  RecordId other;
  RelationshipId relationship;
  UnitId unit;
  TeamId team;
  std::optional<Record> proposed;    // of Create without `record`
  std::vector<ColumnValue> columns;  // of Update
  std::vector<Link> links;           // of Update: lookups that are set; without a parent: cleared
  // Whether the user may act at all (enabled, access mode) is asked as well.
  bool asks_sign_in = true;
};

// Why an operation may or may not be done, and of a denial the piece that is missing: who lacks which right on what.
// Fields that do not apply are none.
struct Answer {
  bool allowed = false;
  Reason reason = Reason::None;
  Principal party;                 // whose lack it is: the user, the impersonator, the other party
  std::optional<Right> right;      // that was asked last
  TableId table;                   // of the row, or on which the right was asked as a privilege
  RecordId record;                 // none for a row that is not stored, and for a privilege
  PrivilegeId privilege;           // a miscellaneous privilege
  std::optional<uint32_t> column;  // of `table`
  Decision decision;               // of the right on the row, where a row was asked about
  friend bool operator==(const Answer&, const Answer&) = default;
};

// One thing that changes, and the link through which a cascade came to it (none: the operation itself).
struct Effect {
  enum class Kind : uint8_t {
    Create,       // record
    Values,       // record: columns are set
    Owner,        // record: principals before, after
    Unit,         // record: units before, after
    State,        // record: 1 active, 0 inactive
    Link,         // record.relationship: records above, before and after
    Share,        // record, principal: rights given on the row
    Inherited,    // record, principal, from, from_owner: rights
    Association,  // relationship, record and `from`: 1 there, 0 not
    Delete,       // record
    Member,       // team, principal (a user): 1 member, 0 not
    UserUnit,     // principal (a user): units
    TeamUnit,     // team: units
    RolesLost,    // principal (a user or team): number of roles before, 0
    RolesMoved,   // principal (a user or team): the roles count in unit `after` from now on
  };
  Kind kind = Kind::Create;
  RecordId record;
  Principal principal;
  RelationshipId relationship;
  TeamId team;
  RecordId from;
  bool from_owner = false;
  uint32_t before = UINT32_MAX;  // ids and sets by value; UINT32_MAX: none
  uint32_t after = UINT32_MAX;
  RelationshipId through;  // the relationship of the cascade's last step ...
  RecordId above;          // ... and the row that it came from
  friend bool operator==(const Effect&, const Effect&) = default;
};
std::string_view word(Effect::Kind kind);

struct Outcome {
  Answer answer;
  std::vector<Effect> effects;  // in the order of `sort_effects`
  // Of Read, Create and Update, and where the row can be read: the secured columns of the table, bit k for its k-th
  // secured attribute.
  uint64_t hidden_columns = 0;    // that the user may not read
  uint64_t unmasked_columns = 0;  // that the user reads without their mask
};

// In whose name a step of a flow acts. `system` bypasses security; otherwise nobody where `user` is none: the facts do
// not know whom the flow names. For audit, `user` is who created and modified, `impersonator` on whose behalf.
struct RunAsAnswer {
  bool system = false;
  UserId user;
  UserId impersonator;  // whose rights bound those of `user`; none: nobody's
  // Whether the step may be carried out: a create as a row of the user's own, a right on the flow's own table on the
  // row that set it off, anything else as the privilege, since which row it will be is not known yet.
  Answer answer;
  // The step may be done, and whoever set the flow off could not have done it.
  bool escalates = false;
  friend bool operator==(const RunAsAnswer&, const RunAsAnswer&) = default;
};

// Whether somebody may enter at all, whatever the rows are that they have access to.
struct SignIn {
  bool allowed = false;
  Reason reason = Reason::None;  // of a denial: disabled, no_privilege (no role at all)
  AccessMode mode = AccessMode::ReadWrite;
  friend bool operator==(const SignIn&, const SignIn&) = default;
};

// Of one row, for one user: bit k is the table's k-th secured column.
struct ColumnRights {
  uint64_t secured = 0;
  uint64_t read = 0;
  uint64_t create = 0;
  uint64_t update = 0;
  uint64_t read_unmasked = 0;      // in lists as well
  uint64_t read_one_unmasked = 0;  // where one row is read by itself
  friend bool operator==(const ColumnRights&, const ColumnRights&) = default;
};

// By record, then kind, principal and the rest: one order for every engine.
void sort_effects(std::vector<Effect>& effects);

// Changes the facts. `operation` is the one that the effects are of; of an update its values are written.
void apply(const Operation& operation, const std::vector<Effect>& effects, Facts& facts);

}  // namespace policyc
