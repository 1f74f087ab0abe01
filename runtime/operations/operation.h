// What somebody asks to do, and what comes of it: the answer, and each thing that would change.
//
//   policy::Operation assign{.kind = policy::OperationKind::Assign, .user = sam, .record = trip, .principal = ana};
//   policy::Outcome outcome = policy::plan(world, assign);            // operations/plan.h
//   if (outcome.answer.allowed) policy::apply(world, assign, outcome.effects);
//
// Ids are indices, POLICY_NONE where there is none. The meaning of each operation stands in docs/semantics.md.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/records/records.h"

namespace policy {

enum class OperationKind : uint8_t {
  Create,        // record (not there yet), or `proposed` alone, which is asked about and not stored
  Read,          // record
  Update,        // record; columns, links
  Delete,        // record
  Assign,        // record to principal
  Share,         // record with principal for rights: added to what is shared already
  Modify,        // record for principal to rights: exactly these
  Revoke,        // record from principal: what was given on the row itself
  Link,          // record.relationship to other
  Unlink,        // record.relationship
  Associate,     // record and other, in the order of the relationship's tables
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

struct Operation {
  OperationKind kind = OperationKind::Read;
  uint32_t user = POLICY_NONE;          // in whose name
  uint32_t impersonator = POLICY_NONE;  // who really acts, on behalf of `user`; none: the user
  uint32_t record = POLICY_NONE;
  policy_principal principal = POLICY_NOBODY;
  RightSet rights = 0;
  uint32_t other = POLICY_NONE;
  uint32_t relationship = POLICY_NONE;
  uint32_t unit = POLICY_NONE;
  uint32_t team = POLICY_NONE;
  std::optional<Row> proposed;
  // Of Update: whether columns are set, which secured ones, and the row's values afterwards.
  bool sets_values = false;
  uint64_t secured_set = 0;
  std::vector<uint64_t> attributes;
  uint64_t secured_values = 0;
  std::vector<RowLink> links;  // of Update: lookups that are set; without a parent: cleared
  // Whether people may act at all (enabled, access mode) is asked as well.
  bool asks_sign_in = true;
};

inline constexpr policy_decision kNoDecision = {POLICY_DENY, POLICY_REASON_none, 0, 0, POLICY_NONE, POLICY_NONE, 0};

// Why an operation may or may not be done, and of a denial the piece that is missing: who lacks which right on what.
struct Answer {
  bool allowed = false;
  policy_reason reason = POLICY_REASON_none;
  policy_principal party = POLICY_NOBODY;  // whose lack it is
  uint32_t right = POLICY_NONE;            // that was asked last
  uint32_t table = POLICY_NONE;
  uint32_t record = POLICY_NONE;           // none for a row that is not stored, and for a privilege
  uint32_t privilege = POLICY_NONE;        // a miscellaneous privilege
  uint32_t column = POLICY_NONE;           // an attribute of `table`
  policy_decision decision = kNoDecision;  // of the right on the row, where a row was asked about
};

// One thing that changes, and the link through which a cascade came to it (none: the operation itself).
struct Effect {
  enum class Kind : uint8_t {
    Create,       // record
    Values,       // record: columns are set
    Owner,        // record: principals before, after
    Unit,         // record: units before, after
    State,        // record: 1 active, 0 inactive
    Link,         // record.relationship: rows above, before and after
    Share,        // record, principal: rights given on the row
    Inherited,    // record, principal, from, from_owner: rights
    Association,  // relationship, record and `from`: 1 there, 0 not
    Delete,       // record
    Member,       // team, principal (a user): 1 member, 0 not
    UserUnit,     // principal (a user): units
    TeamUnit,     // team: units
    RolesLost,    // principal (a user or team): number of roles before, 0
    RolesMoved,   // principal (a user or team): units in which its roles count
  };
  Kind kind = Kind::Create;
  uint32_t record = POLICY_NONE;
  policy_principal principal = POLICY_NOBODY;
  uint32_t relationship = POLICY_NONE;
  uint32_t team = POLICY_NONE;
  uint32_t from = POLICY_NONE;
  bool from_owner = false;
  uint32_t before = POLICY_NONE;
  uint32_t after = POLICY_NONE;
  uint32_t through = POLICY_NONE;  // the relationship of the cascade's last step ...
  uint32_t above = POLICY_NONE;    // ... and the row that it came from
};

struct Outcome {
  Answer answer;
  std::vector<Effect> effects;  // by record, then kind and the rest; none where the answer is a denial
  // Of Read, Create and Update: secured columns that the user may not read, and that are read without their mask.
  uint64_t hidden_columns = 0;
  uint64_t unmasked_columns = 0;
};

}  // namespace policy
