#include "compiler/facts/facts.h"

#include <algorithm>

namespace policyc {

namespace {

constexpr std::string_view kAccessModeWords[] = {"read_write", "administrative",  "read",
                                                 "support",    "non_interactive", "delegated_admin"};
constexpr std::string_view kTeamKindWords[] = {"owner", "default", "group", "access"};

template <typename Enum, size_t N>
std::optional<Enum> find_word(const std::string_view (&words)[N], std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

template <typename Id, typename T>
Id find_named(const Store<Id, T>& store, std::string_view name) {
  for (Id id : store.ids()) {
    if (store[id].name == name) return id;
  }
  return {};
}

}  // namespace

std::string_view word(AccessMode mode) { return kAccessModeWords[static_cast<size_t>(mode)]; }
std::string_view word(TeamKind kind) { return kTeamKindWords[static_cast<size_t>(kind)]; }
std::optional<AccessMode> access_mode_from_word(std::string_view word) {
  return find_word<AccessMode>(kAccessModeWords, word);
}
std::optional<TeamKind> team_kind_from_word(std::string_view word) { return find_word<TeamKind>(kTeamKindWords, word); }

bool is_member(const Facts& facts, UserId user, TeamId team) {
  const Team& found = facts.teams[team];
  if (found.kind == TeamKind::Default) return facts.users[user].unit == found.unit;
  return std::find(found.members.begin(), found.members.end(), user) != found.members.end();
}

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
