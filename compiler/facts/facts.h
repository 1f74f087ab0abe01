// An organization at one moment, as plain values: who there is, who owns what, what is shared.
//
//   Facts facts;
//   UnitId club = facts.units.add({.name = "club"});
//   UserId sam = facts.users.add({.name = "sam", .unit = club, .roles = {{skipper, club}}});
//
// Facts belong to one Policy: ids of roles, tables and relationships are that policy's. They come from a scenario
// (sema/scenarios) or from JSON (facts/facts_json.h), which both see to what `validate` below states.
#pragma once

#include <string>
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
  UnitId parent;  // none: the root; there is exactly one
};

struct User {
  std::string name;
  UnitId unit;
  bool disabled = false;
  std::vector<RoleHeld> roles;
  std::vector<Value> attributes;  // one for each Policy::user_attributes
};

struct Team {
  std::string name;
  UnitId unit;
  std::vector<UserId> members;
  std::vector<RoleHeld> roles;
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
  std::vector<Link> links;
};

struct Share {
  RecordId record;
  Principal principal;
  RightSet rights = 0;
};

struct Facts {
  Store<UnitId, Unit> units;
  Store<UserId, User> users;
  Store<TeamId, Team> teams;
  Store<RecordId, Record> records;
  std::vector<Share> shares;   // at most one for each record and principal
  std::vector<Value> context;  // one for each Policy::context_attributes
};

// Whether `unit` is `ancestor` or lies below it.
bool lies_within(const Facts& facts, UnitId unit, UnitId ancestor);
// The unit a principal belongs to; a unit belongs to itself; none for the organization and for nobody.
UnitId unit_of(const Facts& facts, Principal principal);
std::string_view name_of(const Facts& facts, Principal principal);

UnitId find_unit(const Facts& facts, std::string_view name);
UserId find_user(const Facts& facts, std::string_view name);
TeamId find_team(const Facts& facts, std::string_view name);

}  // namespace policyc
