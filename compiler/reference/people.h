// Who a user is: teams, roles held in every way, and reports in the hierarchy.
//
//   for (const HeldBy& held : roles_of(policy, facts, Principal::of(sam))) ...
#pragma once

#include "compiler/sema/policy.h"

namespace policyc {

// The teams that the user is in, ascending.
std::vector<TeamId> teams_of(const Facts& facts, UserId user);

struct HeldBy {
  Principal holder;  // who holds the role: the user, a team, a unit
  RoleHeld role;
};

// What counts for a principal. A user: their own roles, those of their teams, and of their unit where units are
// principals. A team: its own. A unit: its own and those of its default team.
std::vector<HeldBy> roles_of(const Policy& policy, const Facts& facts, Principal principal);

// Whether the organization has units as principals.
bool units_are_principals(const Policy& policy);

// Whose row it is: its owner, or its unit on tables that units own, where units are principals; otherwise nobody.
Principal owner_of(const Policy& policy, const Record& record);

// Whether a row of `report` is, for `right`, opened to `user` by hierarchy security, apart from privileges: `user`
// stands above, near enough, in a unit that counts.
bool stands_above(const Policy& policy, const Facts& facts, UserId user, UserId report, Right right);

}  // namespace policyc
