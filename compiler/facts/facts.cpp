#include "compiler/facts/facts.h"

namespace policyc {

namespace {

template <typename Id, typename T>
Id find_named(const Store<Id, T>& store, std::string_view name) {
  for (Id id : store.ids()) {
    if (store[id].name == name) return id;
  }
  return {};
}

}  // namespace

bool lies_within(const Facts& facts, UnitId unit, UnitId ancestor) {
  for (size_t steps = 0; unit.is_some() && steps <= facts.units.size(); ++steps) {
    if (unit == ancestor) return true;
    unit = facts.units[unit].parent;
  }
  return false;
}

UnitId unit_of(const Facts& facts, Principal principal) {
  if (principal.user()) return facts.users[principal.user()].unit;
  if (principal.team()) return facts.teams[principal.team()].unit;
  return principal.unit();
}

std::string_view name_of(const Facts& facts, Principal principal) {
  if (principal.user()) return facts.users[principal.user()].name;
  if (principal.team()) return facts.teams[principal.team()].name;
  if (principal.unit()) return facts.units[principal.unit()].name;
  return principal == Principal::organization() ? "organization" : "nobody";
}

UnitId find_unit(const Facts& facts, std::string_view name) { return find_named(facts.units, name); }
UserId find_user(const Facts& facts, std::string_view name) { return find_named(facts.users, name); }
TeamId find_team(const Facts& facts, std::string_view name) { return find_named(facts.teams, name); }

}  // namespace policyc
