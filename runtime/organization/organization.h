// Who there is: units, users, teams, and the roles they hold. Resolves a user into the Subject that checks read.
//
//   policy::Organization organization(tables);
//   uint32_t club = *organization.add_unit(POLICY_NONE);
//   uint32_t sam = *organization.add_user(club);
//   organization.give_role(POLICY_PRINCIPAL(POLICY_USER, sam), skipper, club);
//   organization.number_units();
//   policy::Subject subject = organization.resolve(sam);
//
// Indices count up from 0 in the order of adding. Whatever names something that is not there gives nothing or false,
// and changes nothing. Reading from any number of threads is safe while nobody changes it. `tables` must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/organization/program_tables.h"
#include "runtime/organization/subject.h"

namespace policy {

class Organization {
 public:
  explicit Organization(const ProgramTables& tables);

  // The first unit is the root (parent POLICY_NONE), every other has a parent. Nothing where the parent is not
  // there, or where there are POLICY_PRINCIPAL_LIMIT already.
  std::optional<uint32_t> add_unit(uint32_t parent);
  std::optional<uint32_t> add_user(uint32_t unit);
  std::optional<uint32_t> add_team(uint32_t unit);
  [[nodiscard]] bool join(uint32_t user, uint32_t team);
  // `holder` is a user or a team; `anchor` the unit whose copy of the role it is. Under classic business units that is
  // the holder's own unit, and another is refused.
  [[nodiscard]] bool give_role(policy_principal holder, uint32_t role, uint32_t anchor);

  // Numbers the units in pre-order; call it after the last add_unit and before records and subjects are made.
  void number_units();
  // A unit's number and the last number of its subtree; the interval {POLICY_NONE, 0}, which holds nothing, for others.
  policy_interval unit_interval(uint32_t unit) const;

  // A subject that holds nothing where there is no such user.
  Subject resolve(uint32_t user) const;

 private:
  struct Held {
    uint32_t role;
    uint32_t anchor;
  };
  struct Unit {
    uint32_t parent;
    policy_interval interval;
  };
  struct User {
    uint32_t unit;
    std::vector<uint32_t> teams;
    std::vector<Held> roles;
  };
  struct Team {
    uint32_t unit;
    std::vector<Held> roles;
  };

  void add_pieces(policy_principal holder, const std::vector<Held>& roles, Subject& subject) const;

  const ProgramTables& tables_;
  std::vector<Unit> units_;
  std::vector<User> users_;
  std::vector<Team> teams_;
};

}  // namespace policy
