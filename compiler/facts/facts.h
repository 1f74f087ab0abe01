// An organization at one moment, as plain values: who there is, who owns what, what is shared.
//
//   Facts facts;
//   UnitId club = facts.units.add({.name = "club"});
//   UserId sam = facts.users.add({.name = "sam", .unit = club, .roles = {{skipper, club}}});
//
// Facts belong to one Policy: ids of roles, tables and relationships are that policy's. They come from a scenario
// (sema/scenarios) or from JSON (facts/facts_json.h), which both see to what `validate` below states.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/value.h"
#include "compiler/base/vocabulary.h"

namespace policyc {

// A user, team or unit, or the organization as a whole. The value is that of runtime/include/policy/layout.h.
struct Principal {
  policy_principal value = 0;

  static Principal of(UserId id) { return {POLICY_PRINCIPAL(POLICY_USER, id.index)}; }
  static Principal of(TeamId id) { return {POLICY_PRINCIPAL(POLICY_TEAM, id.index)}; }
  static Principal of(UnitId id) { return {POLICY_PRINCIPAL(POLICY_UNIT, id.index)}; }
  static Principal organization() { return {POLICY_PRINCIPAL(POLICY_ORGANIZATION, 0)}; }

  policy_principal_kind kind() const { return static_cast<policy_principal_kind>(POLICY_PRINCIPAL_KIND(value)); }
  bool is_nobody() const { return value == 0; }
  UserId user() const { return kind() == POLICY_USER ? UserId{index()} : UserId{}; }
  TeamId team() const { return kind() == POLICY_TEAM ? TeamId{index()} : TeamId{}; }
  UnitId unit() const { return kind() == POLICY_UNIT ? UnitId{index()} : UnitId{}; }
  uint32_t index() const { return POLICY_PRINCIPAL_INDEX(value); }
  friend bool operator==(Principal, Principal) = default;
  friend auto operator<=>(Principal, Principal) = default;
};

// A role, and the unit whose copy of it is held. In classic mode that is always the holder's own unit.
struct RoleHeld {
  RoleId role;
  UnitId anchor;
  friend bool operator==(const RoleHeld&, const RoleHeld&) = default;
  friend auto operator<=>(const RoleHeld&, const RoleHeld&) = default;
};

struct Unit {
  std::string name;
  UnitId parent;                // none: the root; there is exactly one
  std::vector<RoleHeld> roles;  // only where units are principals; they count for the users of this very unit
};

// What somebody may do at all, apart from rights on rows.
enum class AccessMode : uint8_t { ReadWrite, Administrative, Read, Support, NonInteractive, DelegatedAdmin };
std::string_view word(AccessMode mode);  // read_write administrative read support non_interactive delegated_admin
std::optional<AccessMode> access_mode_from_word(std::string_view word);

// A place in the hierarchy of positions (hierarchy: position).
struct Position {
  std::string name;
  PositionId parent;  // none: a top position
};

struct User {
  std::string name;
  UnitId unit;
  bool disabled = false;
  std::vector<RoleHeld> roles;
  std::vector<Value> attributes;  // one for each Policy::user_attributes
  AccessMode access_mode = AccessMode::ReadWrite;
  UserId manager;
  PositionId position;
  std::vector<ProfileId> profiles;  // column profiles
};

// Owner: holds roles and owns rows. Default: the owner team of a unit that has all its users as members, always.
// Group: an owner team whose members a directory keeps. Access: neither roles nor rows, shares alone.
enum class TeamKind : uint8_t { Owner, Default, Group, Access };
std::string_view word(TeamKind kind);  // owner default group access
std::optional<TeamKind> team_kind_from_word(std::string_view word);

struct Team {
  std::string name;
  UnitId unit;
  std::vector<UserId> members;  // of a default team: none are listed, see `is_member`
  std::vector<RoleHeld> roles;
  TeamKind kind = TeamKind::Owner;
  std::vector<ProfileId> profiles;
};

// A row linked to a row above it, through a relationship's lookup column.
struct Link {
  RelationshipId relationship;
  RecordId parent;
  friend bool operator==(const Link&, const Link&) = default;
};

struct Record {
  std::string name;
  TableId table;
  Principal owner;                // nobody on tables without owners
  UnitId unit;                    // the owning unit; none on organization-owned tables
  std::vector<Value> attributes;  // one for each attribute of the table
  std::vector<Link> links;        // at most one for each lookup column
  bool active = true;             // its state is one of those that count as active on its table
  bool exists = true;             // false: not created yet, or deleted
};

// Rights that a share has through a row above: its share, or that its owner owns it. They go when the link goes.
struct InheritedRights {
  RecordId from;            // the row above; none: left over, no link accounts for it
  bool from_owner = false;  // `from` belongs to the principal; otherwise it is shared with the principal
  RightSet rights = 0;
  friend bool operator==(const InheritedRights&, const InheritedRights&) = default;
  friend auto operator<=>(const InheritedRights&, const InheritedRights&) = default;
};

struct Share {
  RecordId record;
  Principal principal;
  RightSet rights = 0;  // given on this very row
  std::vector<InheritedRights> inherited;

  RightSet inherited_rights() const {
    RightSet all = 0;
    for (const InheritedRights& part : inherited) all |= part.rights;
    return all;
  }
};

// A secured column of one row, opened to a user or a team.
struct ColumnShare {
  RecordId record;
  uint32_t attribute = 0;  // index among the table's attributes
  Principal principal;
  bool read = false;
  bool update = false;
};

// Two rows of a many-to-many relationship, in the order of its tables.
struct Association {
  RelationshipId relationship;
  RecordId first;
  RecordId second;
  friend bool operator==(const Association&, const Association&) = default;
};

struct Facts {
  Store<UnitId, Unit> units;
  Store<UserId, User> users;
  Store<TeamId, Team> teams;
  Store<RecordId, Record> records;
  std::vector<Share> shares;   // at most one for each record and principal
  std::vector<Value> context;  // one for each Policy::context_attributes
  Store<PositionId, Position> positions;
  std::vector<ColumnShare> column_shares;  // at most one for each record, attribute and principal
  std::vector<Association> associations;
};

bool is_member(const Facts& facts, UserId user, TeamId team);

// Whether `unit` is `ancestor` or lies below it.
bool lies_within(const Facts& facts, UnitId unit, UnitId ancestor);
// The unit a principal belongs to; a unit belongs to itself; none for the organization and for nobody.
UnitId unit_of(const Facts& facts, Principal principal);
std::string_view name_of(const Facts& facts, Principal principal);

UnitId find_unit(const Facts& facts, std::string_view name);
UserId find_user(const Facts& facts, std::string_view name);
TeamId find_team(const Facts& facts, std::string_view name);

}  // namespace policyc
